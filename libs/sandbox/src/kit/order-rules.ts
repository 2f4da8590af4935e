import type { Order, Payment } from './order.js';
import type { ProviderTypes } from './provider-types.js';
import type { Acknowledgement } from './webhook-sender.js';

/** What the provider's functions know beside the order. */
export interface Setup<P extends ProviderTypes> {
  readonly switches: P['switches'];
  readonly credentials: P['credentials'];
  readonly pageUrl: (order: Pick<Order<P>, 'id' | 'details'>) => string;
  /** The one webhook address that the organization has set in the provider's portal, for providers that accept none with an order. */
  readonly portalWebhookUrl: string | null;
}

export type SignatureKind = 'valid' | 'wrong' | 'missing' | 'malformed';

/** What one webhook reports. One that is sent by hand may contradict the order. */
export interface WebhookPayload<P extends ProviderTypes> {
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

/** A change that comes by itself. `submit` leaves the outcome to the provider's own sandbox rule. */
export interface Step<P extends ProviderTypes> {
  /** Epoch milliseconds. */
  readonly dueAt: number;
  readonly verb: 'pay' | 'submit' | P['move'];
}

export type StatusAfter<P extends ProviderTypes> = (order: Order<P>, setup: Setup<P>) => P['status'];

export interface WebhookRules<P extends ProviderTypes> {
  /** The provider's one address for all orders, or null when it is not set. Without this function each order has its own. */
  url?(setup: Setup<P>): string | null;
  content(order: Order<P>, payload: WebhookPayload<P>, setup: Setup<P>): WebhookContent;
  /** What a retry sends; without it, the same bytes. */
  retryContent?(content: WebhookContent, setup: Setup<P>): WebhookContent;
  /** Whether the change sends a webhook; without it, every change does. */
  notifies?(order: Order<P>, verb: 'pay' | P['move'], setup: Setup<P>): boolean;
  acknowledged(answer: Acknowledgement): boolean;
  /** Wait after the given number of attempts (1 or more), or null to give up. */
  waitAfterMs(attemptsMade: number, setup: Setup<P>): number | null;
}

/** How a provider's orders change. */
export interface OrderRules<P extends ProviderTypes> {
  /** The provider's name as people write it. */
  readonly title: string;
  /** Statuses in which the payer may still pay. Only an open order can be moved; it can be paid late as well. */
  readonly openStatuses: readonly P['status'][];
  /** By what happened; the function sees the order with the new payment. */
  readonly statusAfter: Readonly<Record<'pay' | P['move'], StatusAfter<P>>>;
  /** How the details change with it. */
  detailsAfter?(order: Order<P>, verb: 'pay' | P['move'], setup: Setup<P>): Partial<P['details']>;
  /** What comes next by itself; asked again after every change, switch and restart. */
  nextStep(order: Order<P>, setup: Setup<P>): Step<P> | null;
  /** The provider's own sandbox rule, where the payer's data decide. */
  submit?(order: Order<P>, setup: Setup<P>): 'pay' | P['move'];

  /** Whether an order that was paid accepts another payment; without it, none does. */
  acceptsMorePayments?(order: Order<P>, setup: Setup<P>): boolean;
  /** Without it, a UUID. */
  newPaymentId?(): string;
  /** Without it, nothing. */
  feeInCents?(amountInCents: bigint, setup: Setup<P>): bigint;

  readonly webhook: WebhookRules<P>;
}
