import type { Actor } from './actor.js';
import { sumOf } from './amounts.js';
import { type Correctable, leftOf } from './corrections.js';
import type { Discrepancy, DiscrepancyKind } from './discrepancy.js';

/** Money that goes back to the payer. `docs/refunds.md` says how. */
export const REFUND_STATUSES = ['REQUESTED', 'APPROVED', 'PAID', 'CANCELED'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

export const REFUND_REASONS = ['OVERPAID', 'DUPLICATE', 'LATE', 'CUSTOMER_REQUEST', 'OTHER'] as const;
export type RefundReason = (typeof REFUND_REASONS)[number];

/** How a discrepancy ends whose money was refunded. */
export const REFUNDED = 'REFUNDED';

/** A refund, without where its money goes. Amounts in cents; each `…By` is the id of an API key or of a person. */
export interface Refund {
  id: string;
  status: RefundStatus;
  amountInCents: bigint;
  reason: RefundReason;
  note: string | null;
  /** The caller's own, of one refund of the payin. */
  reference: string | null;
  /** The one that ends when it is paid. */
  discrepancyId: string | null;
  requestedAt: Date;
  requestedBy: string;
  /** Null where a key acts for nobody. */
  requestedByPersonId: string | null;
  approvedAt: Date | null;
  approvedBy: string | null;
  paidAt: Date | null;
  paidBy: string | null;
  evidence: string | null;
  canceledAt: Date | null;
  canceledBy: string | null;
}

/** `destination` is sealed. */
export type RequestedRefund = Pick<Refund, 'id' | 'amountInCents' | 'reason' | 'note' | 'reference'> & {
  destination: string | null;
};

/** As it is to be written: where the money goes is written once. */
export type WrittenRefund = Refund & { destination: string | null };

export type RefundRefusal =
  /** Less is left of what arrived. */
  | 'REFUND_EXCEEDS'
  /** The refund's status does not allow it, or it was paid by other evidence. */
  | 'REFUND_STATUS'
  /** The payin has a refund of this reference. */
  | 'REFUND_REFERENCE_TAKEN'
  /** A refund of the discrepancy is under way. */
  | 'REFUND_LIVE'
  /** No money of this kind of discrepancy can be refunded. */
  | 'REFUND_NOT_OF_KIND'
  /** Who requested it cannot approve it alone, nor can a key that acts for nobody. */
  | 'REFUND_SAME_PERSON'
  | 'REFUND_NO_PERSON';

type Money = Pick<Correctable, 'receipts' | 'reversals'> & { refunds: readonly Refund[] };

/** All that was, or may yet be, paid back. The amount of a refund is reserved as soon as it is requested. */
export function reservedOf(refunds: readonly Refund[]): bigint {
  return sumOf(refunds.filter(({ status }) => status !== 'CANCELED'));
}

/** What arrived, was not reversed, and is reserved by no refund; less than nothing where money was reversed after a refund was requested. */
export function refundableOf({ receipts, reversals, refunds }: Money): bigint {
  return leftOf({ receipts, reversals }) - reservedOf(refunds);
}

export function refundedOf(refunds: readonly Refund[]): bigint {
  return sumOf(refunds.filter(({ status }) => status === 'PAID'));
}

/** What follows from an action on a refund: the refund as it is then, nothing, or why not. */
export type RefundOutcome =
  { kind: 'nothing' } | { kind: 'refuse'; refusal: RefundRefusal } | { kind: 'change'; to: Refund };

const NOTHING: RefundOutcome = { kind: 'nothing' };
const refuse = (refusal: RefundRefusal): RefundOutcome => ({ kind: 'refuse', refusal });

/** @param refunds the payin's: many small ones are as much as a large one */
export function approved(
  refund: Refund,
  { by, personId }: Actor,
  payin: Money,
  approvalAboveInCents: bigint,
  now: Date,
): RefundOutcome {
  if (refund.status === 'CANCELED') return refuse('REFUND_STATUS');
  if (refund.status !== 'REQUESTED') return NOTHING;
  if (reservedOf(payin.refunds) > approvalAboveInCents) {
    if (personId === null) return refuse('REFUND_NO_PERSON');
    if (refund.requestedBy === by || refund.requestedByPersonId === personId) return refuse('REFUND_SAME_PERSON');
  }
  if (refundableOf(payin) < 0n) return refuse('REFUND_EXCEEDS');
  return { kind: 'change', to: { ...refund, status: 'APPROVED', approvedAt: now, approvedBy: by } };
}

/** A payment is a fact: it is recorded also where money was reversed since the approval. */
export function paid(refund: Refund, { by }: Actor, evidence: string, now: Date): RefundOutcome {
  if (refund.status === 'PAID') return refund.evidence === evidence ? NOTHING : refuse('REFUND_STATUS');
  if (refund.status !== 'APPROVED') return refuse('REFUND_STATUS');
  return { kind: 'change', to: { ...refund, status: 'PAID', paidAt: now, paidBy: by, evidence } };
}

export function canceled(refund: Refund, { by }: Actor, now: Date): RefundOutcome {
  if (refund.status === 'CANCELED') return NOTHING;
  if (refund.status === 'PAID') return refuse('REFUND_STATUS');
  return { kind: 'change', to: { ...refund, status: 'CANCELED', canceledAt: now, canceledBy: by } };
}

/** Of which discrepancies money can be refunded, why, and how much by the discrepancy alone. */
const REFUNDABLE: Readonly<
  Partial<Record<DiscrepancyKind, { reason: RefundReason; amountOf: (one: Discrepancy) => bigint | null }>>
> = {
  OVERPAID: { reason: 'OVERPAID', amountOf: (one) => one.moneyAtRiskInCents },
  PAID_TWICE: { reason: 'DUPLICATE', amountOf: (one) => one.moneyAtRiskInCents },
  LATE_PAYMENT: { reason: 'LATE', amountOf: (one) => one.moneyAtRiskInCents },
  // Its money at risk is what is missing; what can go back is what came.
  UNDERPAID: { reason: 'OTHER', amountOf: (one) => one.actualInCents },
};

/** What a discrepancy's refund is, as far as money is left for it; undefined where nothing of its kind can be refunded. */
export function refundOfDiscrepancy(
  discrepancy: Discrepancy,
  payin: Money,
): Pick<Refund, 'reason' | 'amountInCents'> | undefined {
  const ofKind = REFUNDABLE[discrepancy.kind];
  if (!ofKind) return undefined;
  const wanted = ofKind.amountOf(discrepancy) ?? 0n;
  const refundable = refundableOf(payin);
  const amountInCents = wanted < refundable ? wanted : refundable;
  return { reason: ofKind.reason, amountInCents: amountInCents > 0n ? amountInCents : 0n };
}

/** A refund begins here. */
export function requestedRefund(
  { destination: _sealed, ...refund }: RequestedRefund,
  { by, personId }: Actor,
  discrepancyId: string | null,
  now: Date,
): Refund {
  return {
    ...refund,
    status: 'REQUESTED',
    discrepancyId,
    requestedAt: now,
    requestedBy: by,
    requestedByPersonId: personId,
    approvedAt: null,
    approvedBy: null,
    paidAt: null,
    paidBy: null,
    evidence: null,
    canceledAt: null,
    canceledBy: null,
  };
}
