import type { ProviderTypes } from './provider-types.js';
import type { WebhookDelivery, WebhookAttempt } from './webhook-sender.js';

/** Money that arrived for an order. Times are epoch milliseconds. */
export interface Payment {
  readonly paymentId: string;
  readonly amountInCents: bigint;
  readonly feeInCents: bigint;
  readonly paidAt: number;
}

/** What a provider's API knows of an order when it creates one. */
export interface NewOrder<P extends ProviderTypes> {
  /** The provider's own: ticket, id, tradeNo. */
  readonly id: string;
  readonly reference: string;
  readonly requestedInCents: bigint;
  readonly status: P['status'];
  /** null: it never expires. */
  readonly lifeMs: number | null;
  /** null where the provider has no address per order. */
  readonly webhookUrl: string | null;
  readonly redirectUrl: string | null;
  /** What else the provider keeps. Plain JSON, because it is saved as JSON. */
  readonly details: P['details'];
}

/** One order. Times are epoch milliseconds. */
export interface Order<P extends ProviderTypes> extends Omit<NewOrder<P>, 'lifeMs'> {
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly updatedAt: number;
  /** When it last entered a status that is not open. */
  readonly closedAt: number | null;
  /** Oldest first. */
  readonly payments: readonly Payment[];
  readonly reversedAt: number | null;
  /** How often the API has shown it, where the provider counts that. */
  readonly reads: number;
  /** Every attempt, oldest first. */
  readonly webhooks: readonly WebhookAttempt[];
  /** Still to be delivered. */
  readonly pendingWebhooks: readonly WebhookDelivery[];
}

/** null before any money has arrived. */
export function settledInCents(order: Pick<Order<ProviderTypes>, 'payments'>): bigint | null {
  if (order.payments.length === 0) return null;
  return order.payments.reduce((sum, { amountInCents }) => sum + amountInCents, 0n);
}

/** An order as the control API shows it: amounts are integer cents, times ISO-8601 in UTC. */
export interface OrderView<P extends ProviderTypes> {
  readonly id: string;
  readonly reference: string;
  readonly requestedInCents: number;
  readonly settledInCents: number | null;
  readonly status: P['status'];
  readonly payments: readonly {
    readonly paymentId: string;
    readonly amountInCents: number;
    readonly feeInCents: number;
    readonly paidAt: string;
  }[];
  /** The page on which a payer can pay or reject, even if no answer of the provider links it. */
  readonly paymentUrl: string;
  readonly webhookUrl: string | null;
  readonly redirectUrl: string | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly reversedAt: string | null;
  readonly reads: number;
  readonly details: P['details'];
  /** Every attempt, oldest first. */
  readonly webhooks: readonly WebhookAttempt[];
}

export function viewOf<P extends ProviderTypes>(order: Order<P>, paymentUrl: string): OrderView<P> {
  const { id, reference, status, webhookUrl, redirectUrl, reads, details, webhooks } = order;
  const settled = settledInCents(order);
  return {
    id,
    reference,
    requestedInCents: Number(order.requestedInCents),
    settledInCents: settled === null ? null : Number(settled),
    status,
    payments: order.payments.map((payment) => ({
      paymentId: payment.paymentId,
      amountInCents: Number(payment.amountInCents),
      feeInCents: Number(payment.feeInCents),
      paidAt: new Date(payment.paidAt).toISOString(),
    })),
    paymentUrl,
    webhookUrl,
    redirectUrl,
    createdAt: new Date(order.createdAt).toISOString(),
    expiresAt: isoOrNull(order.expiresAt),
    updatedAt: new Date(order.updatedAt).toISOString(),
    closedAt: isoOrNull(order.closedAt),
    reversedAt: isoOrNull(order.reversedAt),
    reads,
    details,
    webhooks,
  };
}

function isoOrNull(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
