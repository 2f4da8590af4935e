import type { Actor } from './actor.js';
import { sumOf } from './amounts.js';
import { type Correctable, leftOf } from './corrections.js';
import type { Discrepancy, DiscrepancyKind } from './discrepancy.js';

/** Money that goes back to the payer. `docs/refunds.md` says how. */
export const REFUND_STATUSES = ['REQUESTED', 'APPROVED', 'PAID', 'CANCELED'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

/** What the provider that was asked to pay it back has said. `ASKED`: nothing definite yet, so it may have it. `REFUSED`: it is left to people. */
export const REFUND_PROVIDER_STATUSES = ['ASKED', 'PAID', 'REFUSED'] as const;
export type RefundProviderStatus = (typeof REFUND_PROVIDER_STATUSES)[number];

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
  /** Who was asked at its approval to pay it back by itself, and for which attempt; null where only people are to pay it. */
  provider: string | null;
  attemptId: string | null;
  askedAt: Date | null;
  providerStatus: RefundProviderStatus | null;
  /** Why the provider refused. */
  providerReason: string | null;
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
  /** Its provider was asked to pay it, and may do so. */
  | 'REFUND_AT_PROVIDER'
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

/** For so long only its provider can say that a refund was paid which it was asked to pay: longer than it is asked. */
export const PROVIDER_ALONE_MS = 25 * 3_600_000;
/** What a provider that never answered is recorded to have said. */
export const NO_ANSWER = 'NO_ANSWER';

/** A payment is a fact: it is recorded also where money was reversed since the approval. */
export function paid(refund: Refund, { by }: Actor, evidence: string, now: Date): RefundOutcome {
  if (refund.status === 'PAID') return refund.evidence === evidence ? NOTHING : refuse('REFUND_STATUS');
  if (refund.status !== 'APPROVED') return refuse('REFUND_STATUS');
  const asPaid = { ...refund, status: 'PAID', paidAt: now, paidBy: by, evidence } as const;
  if (refund.providerStatus !== 'ASKED') return { kind: 'change', to: asPaid };
  if (now.getTime() - refund.askedAt!.getTime() < PROVIDER_ALONE_MS) return refuse('REFUND_AT_PROVIDER');
  return { kind: 'change', to: { ...asPaid, providerStatus: 'REFUSED', providerReason: NO_ANSWER } };
}

export function canceled(refund: Refund, { by }: Actor, now: Date): RefundOutcome {
  if (refund.status === 'CANCELED') return NOTHING;
  if (refund.status === 'PAID') return refuse('REFUND_STATUS');
  if (refund.providerStatus === 'ASKED') return refuse('REFUND_AT_PROVIDER');
  return { kind: 'change', to: { ...refund, status: 'CANCELED', canceledAt: now, canceledBy: by } };
}

/** What a provider says for good about a refund that it was asked to pay. */
export type RefundAnswer = { status: 'PAID'; evidence: string } | { status: 'REFUSED'; reason: string };

/** Once it has answered, nothing that it says changes anything. What it paid is a fact, as in `paid`. */
export function answered(refund: Refund, answer: RefundAnswer, now: Date): RefundOutcome {
  if (refund.providerStatus !== 'ASKED') return NOTHING;
  if (answer.status === 'REFUSED')
    return { kind: 'change', to: { ...refund, providerStatus: 'REFUSED', providerReason: answer.reason } };
  const { evidence } = answer;
  return { kind: 'change', to: { ...refund, status: 'PAID', paidAt: now, evidence, providerStatus: 'PAID' } };
}

/**
 * The attempt whose provider is asked to pay a refund back by itself: it can, and it has that much of the payin's money.
 * @param refunding the providers that can
 */
export function askedAttempt<Attempt extends { id: string; provider: string }>(
  { amountInCents }: Refund,
  { receipts, reversals, refunds }: Money,
  attempts: readonly Attempt[],
  refunding: readonly string[],
): Attempt | undefined {
  const leftAt = ({ id }: Attempt): bigint =>
    leftOf({
      receipts: receipts.filter(({ attemptId }) => attemptId === id),
      // Old ones name no attempt.
      reversals: reversals.filter(({ attemptId }) => attemptId === null || attemptId === id),
    }) - sumOf(refunds.filter((one) => one.attemptId === id && one.providerStatus !== 'REFUSED'));
  return attempts.findLast((attempt) => refunding.includes(attempt.provider) && leftAt(attempt) >= amountInCents);
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
    provider: null,
    attemptId: null,
    askedAt: null,
    providerStatus: null,
    providerReason: null,
  };
}
