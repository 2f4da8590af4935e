import type { Actor } from './actor.js';
import type { DecisionDraft } from './decision-draft.js';
import type { Discrepancy } from './discrepancy.js';
import { hasProposal } from './operator-action.js';
import {
  answered,
  approved,
  askedAttempt,
  canceled,
  paid,
  type Refund,
  REFUNDED,
  refundableOf,
  type RefundOutcome,
  refundOfDiscrepancy,
  type RequestedRefund,
  requestedRefund,
} from './refunds.js';
import type { Update } from './update.js';

/** What happens to a payin's refunds: decided in `refunds.ts`, carried out here. */

export function requestRefund(draft: DecisionDraft, update: Update<'request_refund'>): void {
  const { refund } = update;
  const isTaken = refund.reference !== null && draft.refunds.some(({ reference }) => reference === refund.reference);
  if (isTaken) draft.decision.refusal = 'REFUND_REFERENCE_TAKEN';
  else if (refund.amountInCents > refundableOf(draft)) draft.decision.refusal = 'REFUND_EXCEEDS';
  else request(draft, refund, update, null);
}

/** The discrepancy stays open until the refund is paid. */
export function refundDiscrepancy(draft: DecisionDraft, update: Update<'refund_discrepancy'>): void {
  const discrepancy = draft.discrepancies.byId(update.discrepancyId);
  if (!discrepancy) throw new Error(`discrepancy ${update.discrepancyId} does not belong to this payin`);
  if (discrepancy.refundId !== null) draft.decision.refusal = 'REFUND_LIVE';
  else if (discrepancy.status === 'RESOLVED') draft.decision.refusal = 'SETTLED_OTHERWISE';
  else if (hasProposal({ discrepancies: draft.discrepancies.current })) draft.decision.refusal = 'APPROVAL_PENDING';
  else {
    const refund = refundOfDiscrepancy(discrepancy, draft);
    if (!refund) draft.decision.refusal = 'REFUND_NOT_OF_KIND';
    else if (refund.amountInCents === 0n) draft.decision.refusal = 'REFUND_EXCEEDS';
    else request(draft, { ...update.refund, ...refund, reference: null }, update, discrepancy);
  }
}

/** The payer has their money already. It has the id of the discrepancy that it ends, which has no second one. */
export function refundedOutside(
  draft: DecisionDraft,
  discrepancy: Discrepancy,
  actors: { requested: Actor; approvedBy: string },
  note: string,
): void {
  const { reason, amountInCents } = refundOfDiscrepancy(discrepancy, draft)!;
  const { requested, approvedBy } = actors;
  const id = discrepancy.id!;
  const refund = { id, reason, amountInCents, note, reference: null, destination: null };
  const asRequested = request(draft, refund, requested, discrepancy);
  const asApproved = { ...asRequested, status: 'APPROVED', approvedAt: draft.now, approvedBy } as const;
  draft.changeRefund(asApproved);
  draft.changeRefund({ ...asApproved, status: 'PAID', paidAt: draft.now, paidBy: requested.by, evidence: note });
}

export function approveRefund(draft: DecisionDraft, update: Update<'approve_refund'>): void {
  const refund = refundById(draft, update.refundId);
  const outcome = approved(refund, update, draft, update.approvalAboveInCents, draft.now);
  if (outcome.kind !== 'change') return carryOut(draft, outcome);
  const attempt = askedAttempt(refund, draft, [...draft.attempts.values()], update.refunding);
  if (!attempt) return carryOut(draft, outcome);
  const { id: attemptId, provider } = attempt;
  draft.changeRefund({ ...outcome.to, provider, attemptId, askedAt: draft.now, providerStatus: 'ASKED' });
}

/** What the provider does not pay is left to people, who see why. */
export function answerRefund(draft: DecisionDraft, { refundId, answer }: Update<'refund_answered'>): void {
  const refund = refundById(draft, refundId);
  const outcome = answered(refund, answer, draft.now);
  if (outcome.kind !== 'change') return;
  if (outcome.to.status !== 'PAID') return draft.refundRefused(outcome.to);
  draft.changeRefund(outcome.to);
  closeItsDiscrepancy(draft, outcome.to, null);
}

export function payRefund(draft: DecisionDraft, update: Update<'pay_refund'>): void {
  const refund = refundById(draft, update.refundId);
  const outcome = paid(refund, update, update.evidence, draft.now);
  carryOut(draft, outcome);
  if (outcome.kind === 'change') closeItsDiscrepancy(draft, refund, update.by);
}

/** Its discrepancy is free again. */
export function cancelRefund(draft: DecisionDraft, update: Update<'cancel_refund'>): void {
  const refund = refundById(draft, update.refundId);
  const outcome = canceled(refund, update, draft.now);
  carryOut(draft, outcome);
  if (outcome.kind !== 'change') return;
  const open = openDiscrepancyOf(draft, refund);
  if (open) draft.discrepancies.linkRefund(open, null);
}

/** Money that was reversed after a refund of it was requested may go back twice: a person must see to it. */
export function checkRefunds(draft: DecisionDraft): void {
  const { decision } = draft;
  if (decision.receipts.length + decision.reversals.length + decision.refunds.length === 0) return;
  const refundable = refundableOf(draft);
  if (refundable >= 0n) return draft.closeDiscrepancy('OVERREFUNDED', { resolution: 'THE_REFUNDS_FIT' });
  const detail = 'refunds and reversals together are more than what arrived';
  draft.openDiscrepancy('OVERREFUNDED', decision.receivedInCents - refundable, detail);
}

function request(draft: DecisionDraft, refund: RequestedRefund, actor: Actor, discrepancy: Discrepancy | null): Refund {
  const requested = requestedRefund(refund, actor, discrepancy?.id ?? null, draft.now);
  if (discrepancy) draft.discrepancies.linkRefund(discrepancy, requested.id);
  draft.addRefund({ ...requested, destination: refund.destination });
  return requested;
}

function carryOut(draft: DecisionDraft, outcome: RefundOutcome): void {
  if (outcome.kind === 'refuse') draft.decision.refusal = outcome.refusal;
  if (outcome.kind === 'change') draft.changeRefund(outcome.to);
}

function refundById(draft: DecisionDraft, id: string): Refund {
  const refund = draft.refunds.find((one) => one.id === id);
  if (!refund) throw new Error(`refund ${id} does not belong to this payin`);
  return refund;
}

/** @param by null where its provider paid it */
function closeItsDiscrepancy(draft: DecisionDraft, refund: Refund, by: string | null): void {
  const { approvedBy, note, requestedBy } = refund;
  const open = openDiscrepancyOf(draft, refund);
  if (open) draft.close(open, { resolution: REFUNDED, by: by ?? requestedBy, approvedBy, note });
}

function openDiscrepancyOf(draft: DecisionDraft, { discrepancyId }: Refund): Discrepancy | undefined {
  const discrepancy = discrepancyId === null ? undefined : draft.discrepancies.byId(discrepancyId);
  return discrepancy?.status === 'OPEN' ? discrepancy : undefined;
}
