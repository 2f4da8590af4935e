import type { AmountLimitsByRail } from './amount-limits.js';
import type { TakenDocuments } from './customer-rules.js';
import type { Currency } from './money.js';
import type { FieldViolation, OpenedOrder, PayinOrder, ProviderReport } from './order.js';
import type { Rail } from './rail.js';
import type { FetchedRefund, RefundOrder, RefundReport } from './refund.js';
import type { WebhookReceiver } from './webhooks.js';

/** DI token that every provider's module binds and exports. Only the registry reads it, module by module. */
export const PAYMENT_PROVIDER = Symbol('PaymentProvider');

export interface PseBank {
  /** ACH code, e.g. `1007`. */
  code: string;
  name: string;
  image?: string;
  /** False for one that is taken and not shown to payers: a former code, a test bank. */
  offered?: false;
}

/** How we ask a provider about one order: by its own id, or else by our reference. */
export interface OrderQuery {
  providerReference: string;
  externalId?: string;
  /** What was requested, for a provider whose answers do not say in which unit they write amounts. */
  amountInCents: bigint;
  /** When the create call began; a provider that only lists its orders need not search further back. */
  startedAt: Date;
}

/** The provider's definite answer: the order as it stands now, or the certainty that there is none. */
export type FetchedOrder = { found: true; report: ProviderReport } | { found: false };

/** An order as a provider's own list shows it. `providerReference` is whatever the order was opened with, ours or not. */
export interface ListedOrder {
  providerReference: string;
  createdAt?: Date;
  report: ProviderReport;
}

/** `sometimes`: only where an answer lacks the field for what arrived. */
export type AmountEcho = 'always' | 'sometimes' | 'never';

/** What each declared capability obliges a provider to have: declaring one without its member does not compile. */
export interface CapabilityMembers {
  webhooks: { readonly webhooks: WebhookReceiver };
  pseBanks: {
    /** Every bank that it takes. */
    listPseBanks(): Promise<PseBank[]>;
    /** Whether an order's bank is sent, so that it must be one of the list; else the payer chooses on the provider's page. */
    readonly sendsPseBank: boolean;
  };
  /** Every order created in a period, page by page, at most as many pages as the provider's module allows. @throws ProviderError */
  orderList: { listOrders(period: { from: Date; to: Date }): AsyncIterable<ListedOrder> };
  /** It pays back to payers by itself, from what it holds. Its reports of an order do not call such a refund a reversal. */
  refunds: {
    /**
     * Asks for a refund. Called again with the same `refundReference` it pays nothing more, and says how that refund stands.
     * @throws ProviderError; with outcome `unknown` it may have been taken
     */
    refundPayin(refund: RefundOrder): Promise<RefundReport>;
    /** Asks how a refund stands; may be called at any time. @throws ProviderError when the provider cannot say */
    fetchRefund(refund: RefundOrder): Promise<FetchedRefund>;
  };
}
export type Capability = keyof CapabilityMembers;

interface PaymentProviderCore<C extends Capability> {
  readonly name: string;
  readonly capabilities: readonly C[];
  readonly rails: readonly Rail[];
  /** What its orders can be in; an order in another is never offered to it. The first is meant where it names none. */
  readonly currencies: readonly [Currency, ...Currency[]];
  /** In cents of its currency, by rail, from the provider's settings: `{}` where nothing is known. Checked before any call. */
  readonly amountLimits: AmountLimitsByRail;
  /** The payer's documents that it takes, with the forms that it documents: what merchants are shown. `check` holds to them. */
  readonly documents: TakenDocuments;
  /**
   * Whether the answer to a query may repeat the amount that was requested instead of the amount that arrived, so that for a payment whose amount
   * the payer can edit it proves no amount. The report of such an answer says so: `amountMayBeEchoed`.
   */
  readonly answersEchoRequestedAmount: AmountEcho;
  /** Whether an order can be paid more than once, so that what arrives on it adds up. */
  readonly paymentsPerOrder: 'one' | 'several';
  /** Whether the create call says until when the order can be paid. False: the provider decides, and does not report it. */
  readonly ordersExpireWhenAsked: boolean;
  /** For how many days after a payment it must be asked whether the money was reversed, because no webhook reports it. 0: not at all. */
  readonly reversalCheckDays: number;

  /** The provider's own rules about an order, checked before any call. Empty when it would take the order. */
  check(order: PayinOrder): FieldViolation[];

  /**
   * Opens an order. Called at most once for a `providerReference`.
   * @throws ProviderError; with outcome `unknown` the order may exist.
   */
  createPayin(order: PayinOrder): Promise<OpenedOrder>;

  /**
   * Asks about an order; may be called at any time, as often as needed.
   * @throws ProviderError when the provider cannot say.
   */
  fetchPayin(query: OrderQuery): Promise<FetchedOrder>;
}

type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never;
type MembersOf<C extends Capability> = [C] extends [never] ? unknown : UnionToIntersection<CapabilityMembers[C]>;

/**
 * The contract. `createPayin` and `fetchPayin` are mandatory: a provider that we cannot ask can be neither expired nor reconciled.
 * Everything else is a capability: `class X implements PaymentProvider<'webhooks'>`.
 */
export type PaymentProvider<C extends Capability = never> = PaymentProviderCore<C> & MembersOf<C>;

/** A provider of which only the contract's core is known. */
export type AnyPaymentProvider = PaymentProviderCore<Capability> & Partial<MembersOf<Capability>>;

/** Narrows a provider to one that has the capability. */
export function supports<C extends Capability>(
  provider: AnyPaymentProvider,
  capability: C,
): provider is AnyPaymentProvider & PaymentProvider<C> {
  return provider.capabilities.includes(capability);
}
