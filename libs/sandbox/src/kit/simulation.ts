import type { FastifyInstance, FastifyReply, FastifyRequest, RouteGenericInterface } from 'fastify';
import type { Cashier } from './cashier.js';
import type { ProviderAnswer } from './faults.js';
import type { Order, Payment } from './order.js';
import type { SwitchTable } from './switchboard.js';
import type { Acknowledgement } from './webhook-sender.js';

/** The types that one simulated provider brings along. */
export interface ProviderTypes {
  /** Its own texts. */
  status: string;
  /** What can happen to an order beside being paid; `reverse` where money can go back. */
  move: string;
  /** What it keeps of an order beside the kit's fields. Plain JSON. */
  details: object;
  switches: object;
  /** Names of its API's calls, for faults and the call log. */
  operation: string;
  credentials: object;
}

/** What the provider's functions may look at beside the order. */
export interface Setup<P extends ProviderTypes> {
  readonly switches: P['switches'];
  readonly credentials: P['credentials'];
  readonly pageUrl: (order: Pick<Order<P>, 'id' | 'details'>) => string;
  /** The one webhook address that the organization has set in the provider's portal, for providers that take none with an order. */
  readonly portalWebhookUrl: string | null;
}

export type SignatureKind = 'valid' | 'wrong' | 'missing' | 'malformed';

/** What one webhook tells; by hand it need not be what the ledger holds. */
export interface Telling<P extends ProviderTypes> {
  readonly status: P['status'];
  readonly amountInCents: bigint;
  /** The payment it is about; null where none was made or named. */
  readonly payment: Payment | null;
  readonly signature: SignatureKind;
  /** Replaces the whole body. */
  readonly body?: string | object;
}

export interface WebhookContent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Something that happens by itself. `submit` leaves the outcome to the provider's own sandbox rule. */
export interface Step<P extends ProviderTypes> {
  /** Epoch milliseconds. */
  readonly dueAt: number;
  readonly verb: 'pay' | 'submit' | P['move'];
}

export type StatusAfter<P extends ProviderTypes> = (order: Order<P>, setup: Setup<P>) => P['status'];

export interface WebhookRules<P extends ProviderTypes> {
  /** The provider's one address for all orders; left out, each order has its own. null: none is set. */
  url?(setup: Setup<P>): string | null;
  content(order: Order<P>, telling: Telling<P>, setup: Setup<P>): WebhookContent;
  /** What a retry sends; left out, the same bytes. */
  again?(content: WebhookContent, setup: Setup<P>): WebhookContent;
  /** Whether what happened is told at all; left out, everything is. */
  tells?(order: Order<P>, verb: 'pay' | P['move'], setup: Setup<P>): boolean;
  acknowledged(answer: Acknowledgement): boolean;
  /** Wait after the given number of tries (1 or more), or null to give up. */
  waitAfterMs(triesMade: number, setup: Setup<P>): number | null;
}

/** The page's own words, and where it stands. */
export interface PageTexts<P extends ProviderTypes> {
  /** Path below the provider's with the parameter that the id follows, as `/payments/main?s=`. */
  readonly addresses: readonly string[];
  /** The address that an order's answers link; left out, the first. */
  addressOf?(order: Pick<Order<P>, 'id' | 'details'>): string;
  readonly statuses: Readonly<Record<P['status'], string>>;
  /** Name and text, shown between amount and status. */
  facts(order: Order<P>): readonly (readonly [name: string, text: string])[];
  /** Whether the payer can pay another amount than was asked. */
  payerSetsAmount(order: Order<P>, setup: Setup<P>): boolean;
  /** Label of the button that lets the provider's own sandbox rule decide; only with `submit`. */
  readonly submit?: string;
}

/** What a provider's folder says about it; `mountSimulation` makes the rest of it. */
export interface Simulation<P extends ProviderTypes> {
  /** First segment of all its paths, and its name in the file of orders. */
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  /** The API's path below `/{name}`: '' or a path that starts with a slash. */
  readonly apiPath: string;
  readonly credentials: P['credentials'];
  readonly switches: SwitchTable<P['switches']>;
  readonly operations: readonly P['operation'][];
  /** Mounts the API, with its own 404 and error answers. */
  api(app: FastifyInstance, desk: Desk<P>): void | Promise<void>;

  readonly statuses: readonly P['status'][];
  /** Statuses in which the payer may still pay. Only an open order can be moved; pay works late as well. */
  readonly openStatuses: readonly P['status'][];
  /** By what happened; the function sees the order with the new payment. */
  readonly statusAfter: Readonly<Record<'pay' | P['move'], StatusAfter<P>>>;
  /** Changes in the details that go with it. */
  detailsAfter?(order: Order<P>, verb: 'pay' | P['move'], setup: Setup<P>): Partial<P['details']>;
  /** What happens next by itself, seen from the order as it is; asked again after every change, switch and restart. */
  nextStep(order: Order<P>, setup: Setup<P>): Step<P> | null;
  /** The provider's own sandbox rule, where the payer's data decide. */
  submit?(order: Order<P>, setup: Setup<P>): 'pay' | P['move'];

  /** Whether an order that was paid takes another payment; left out, never. */
  takesMore?(order: Order<P>, setup: Setup<P>): boolean;
  /** Left out, a UUID. */
  newPaymentId?(): string;
  /** Left out, nothing. */
  feeInCents?(amountInCents: bigint, setup: Setup<P>): bigint;

  readonly webhook: WebhookRules<P>;
  readonly page: PageTexts<P>;
}

/** Options of a route of the provider's API: recorded in the call log and struck by faults. */
export interface Operation<Route extends RouteGenericInterface> {
  readonly preValidation: (request: FastifyRequest<Route>) => Promise<void>;
  readonly handler: (request: FastifyRequest<Route>, reply: FastifyReply) => Promise<void>;
}

/** What a provider's API stands on. */
export interface Desk<P extends ProviderTypes> {
  readonly cashier: Cashier<P>;
  readonly setup: () => Setup<P>;
  /** `unknown` is for the not-found handler. The work is synchronous, so that two requests never both win. */
  operation<Route extends RouteGenericInterface = RouteGenericInterface>(
    name: P['operation'] | 'unknown',
    work: (request: FastifyRequest<Route>) => ProviderAnswer,
  ): Operation<Route>;
}
