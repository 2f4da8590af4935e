import type { Currency } from './money.js';

/** What a provider is asked to pay back of an order that was paid. */
export interface RefundOrder {
  /** Ours, 32 characters of `0-9 a-f`: the name of this one refund for ever. */
  refundReference: string;
  /** The order's. */
  providerReference: string;
  externalId?: string;
  /** All of what arrived, or a part. */
  amountInCents: bigint;
  currency: Currency;
}

/** How a refund stands. */
export type RefundReport =
  /** The payer has the money, or nothing keeps it from coming. `evidence`: what the provider calls it. */
  | { status: 'PAID'; evidence: string }
  | { status: 'PENDING' }
  /** It is not paid, now or later, by this reference. `reason`: the provider's code. */
  | { status: 'REFUSED'; reason: string };

export type FetchedRefund = { found: true; report: RefundReport } | { found: false };
