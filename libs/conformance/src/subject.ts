import type {
  AmountUnit,
  PayinOrder,
  ProviderDescriptor,
  ProviderErrorKind,
  ProviderOutcome,
  Rail,
  RefundReport,
  ReportedStatus,
} from '@recaudo/payment-provider';
import type { SandboxClient, SandboxOptions } from '@recaudo/sandbox';
import type { Json, JsonObject, Place } from './places.js';

/**
 * What the suite must know of a provider: facts from its documents, and how to drive its sandbox. Nothing is taken from our own
 * mapper, which is under test. An empty part makes a red test that says what to fill in.
 */
export interface ConformanceSubject {
  readonly descriptor: ProviderDescriptor;
  /** At least one for every declared rail. The first is the order that all other tests vary. */
  readonly examples: readonly DocumentedRequest[];
  readonly create: {
    /** Whether a 2xx with this body says that the order was taken. */
    accepts(body: JsonObject): boolean;
    /** Whether a 2xx with this body says that it certainly was not; absent where no 2xx ever does. */
    refuses?(body: JsonObject): boolean;
    /** Such a body says the same with any 4xx: the codes in it are more exact than the HTTP status. */
    readonly refusesWithAnyClientError?: true;
    /** Where a reply repeats our reference, if it can be relied upon. */
    reference?: Place;
  };
  readonly query: {
    /** Whether a 2xx with this body is an answer about an order. */
    answers(body: JsonObject): boolean;
    readonly reference: Place;
    /** The order's status, where an unknown one would stand. */
    readonly status: Place;
    /** Where a provider that cannot be asked by reference lists its orders, e.g. `/data/*`; all other places then count from there. */
    readonly list?: Place;
    /** Every place that holds money which arrived, with its unit; `either` where a setting or a guess decides. */
    readonly amounts: Readonly<Record<Place, AmountUnit | 'either'>>;
    readonly currency?: Place;
    /** What says that a single payment arrived, whatever the order's own status. */
    readonly payment?: Readonly<Record<Place, Json>>;
    /** A rail whose orders can be paid several times, each payment with a number of its own. */
    readonly paidAgainOn?: Rail;
    /** Whether a reply can mean that there is no such order, or of a list that it is whole; any other never does. */
    saysNoSuchOrder(status: number, body: JsonObject): boolean;
  };
  readonly statuses: readonly DocumentedStatus[];
  /**
   * Replies to a create call that are documented, or likely, errors; HTTP statuses that mean the same everywhere need no entry. Where one
   * repeats a reference, the suite puts the order's there.
   */
  readonly errors: readonly DocumentedError[];
  /** What can happen to an order in the sandbox, and what the provider then says when asked. */
  readonly settlements: Readonly<Record<string, ReportedStatus>>;
  /** For a provider that declares the capability. */
  readonly webhook?: {
    readonly signature: { readonly header: string } | { readonly field: string };
    /** Places that the signature covers, where it does not cover the whole body. */
    readonly covered: readonly Place[];
    readonly reference: Place;
    /** Every place that holds money which arrived; none where a webhook's amount is not taken. */
    readonly amounts: Readonly<Record<Place, AmountUnit | 'either'>>;
    /** What says that money arrived, or was reversed. */
    readonly money: readonly Readonly<Record<Place, Json>>[];
  };
  /** For a provider that declares the capability. */
  readonly refunds?: {
    /** With which it declares it, where it does not always. */
    readonly settings?: Readonly<Record<string, string>>;
    /** With which of its switches the sandbox pays a refund, keeps it waiting and refuses it. */
    readonly switches: Readonly<Record<RefundReport['status'], object>>;
    /** What an answer about a refund must say: what the provider calls it, and then what must be of that very one. */
    readonly essential: readonly Place[];
    /** The references of the refunds that the sandbox has made of an order. */
    made(order: object): readonly string[];
  };
  /** Something else than the sandbox that serves the provider's contract. */
  readonly server?: (webhookUrl: string) => Promise<ConformanceServer>;
  /** How the sandbox is started, where it must know more than what an order says. */
  readonly sandbox?: (webhookUrl: string) => Partial<SandboxOptions>;
  /** The provider's part of the one control API. */
  control(client: SandboxClient): SandboxControl;
}

/** What serves a provider's contract over HTTP, and how it is driven. */
export interface ConformanceServer {
  /** Its origin. */
  url: string;
  /**
   * The provider's settings.
   * @param origin where the provider believes the server to be
   * @param settings of the mode that is tested
   */
  environment(origin: string, settings: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  control: SandboxControl;
  /** Its answers say what came, also where the provider's documents leave open whether they repeat what was requested. */
  answersSayWhatCame?: true;
  /** Where orders say that its webhooks go, where that is not the suite's own sink. */
  webhookUrl?: string;
  close(): Promise<void>;
}

/** A create request as the documents show it. */
export interface DocumentedRequest {
  readonly rail: Rail;
  /** Where it is documented: a seed's file name or a public page. */
  readonly source: string;
  /** Our order for exactly that request. */
  readonly order: PayinOrder;
  /** Headers beside the ordinary ones of HTTP; lower-case names; a pattern where a value differs each time. */
  readonly request: {
    readonly method: 'GET' | 'POST';
    readonly path: string;
    readonly headers: Readonly<Record<string, string | RegExp>>;
    /** Values may be Jest's matchers. */
    readonly body: Readonly<Record<string, unknown>>;
  };
  /** What the merchant then gets, against the sandbox; values may be Jest's matchers. */
  readonly opened: Readonly<Record<string, unknown>>;
  /** Where the example needs the provider or its sandbox in another mode. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly switches?: object;
}

/** What stands in the reply to a query, and what it means. */
export interface DocumentedStatus {
  readonly reply: Readonly<Record<Place, Json>>;
  readonly means: ReportedStatus;
}

export interface DocumentedError {
  readonly reply: { readonly status: number; readonly body: Json };
  readonly kind: ProviderErrorKind;
  readonly outcome: ProviderOutcome;
  readonly providerCode?: string;
}

/** What the suite needs of the sandbox's control API. `id` is a reference. */
export interface SandboxControl {
  findOrder(id: string): Promise<object | undefined>;
  pay(id: string, options: { amountInCents?: number; webhook?: 'send' | 'none' | 'twice' }): Promise<unknown>;
  move(id: string, move: string, options: { webhook?: 'send' | 'none' }): Promise<unknown>;
  webhook(id: string, options: { signature?: 'wrong' | 'missing' | 'malformed' }): Promise<readonly object[]>;
  setSwitches(changes: object): Promise<unknown>;
  reset(): Promise<void>;
}
