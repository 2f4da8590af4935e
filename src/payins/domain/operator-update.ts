import { sumOf } from './amounts.js';
import { book, reverse, unnumberedId } from './booking.js';
import { type Correction, effectOf, mostLeft } from './corrections.js';
import type { DecisionDraft } from './decision-draft.js';
import type { CorrectionRequest, Discrepancy } from './discrepancy.js';
import type { Attempt } from './known-payin.js';
import {
  type ActionOutcome,
  correctionData,
  decideAction,
  hasProposal,
  type PayinToCorrect,
} from './operator-action.js';
import { refundedOutside } from './refund-update.js';
import type { OperatorUpdate, Update } from './update.js';

/** What an operator does about a payin: decided in `operator-action.ts`, carried out here. */

export function operatorAction(draft: DecisionDraft, update: OperatorUpdate): void {
  const discrepancy = draft.discrepancies.byId(update.discrepancyId);
  if (!discrepancy) throw new Error(`discrepancy ${update.discrepancyId} does not belong to this payin`);
  carryOut(draft, discrepancy, decideAction(update, discrepancy, payinToCorrect(draft), draft.now));
}

/** The correction ACCEPT_AS_PAID, without a discrepancy to look for. */
export function accept(draft: DecisionDraft, { by, personId, approvalAboveInCents }: Update<'accept'>): void {
  const payin = payinToCorrect(draft);
  const correction = { type: 'ACCEPT_AS_PAID' } as const;
  const isAllowed = effectOf(correction, payin) !== undefined;
  if (!isAllowed || hasProposal(payin)) {
    draft.decision.refusal = isAllowed ? 'APPROVAL_PENDING' : 'NOT_ALLOWED';
    return;
  }
  const { receivedInCents } = draft.decision;
  const discrepancy = payin.isUnconfirmed
    ? draft.discrepancyToActOn('AMOUNT_UNCONFIRMED', null, 'the amount has no witness')
    : draft.discrepancyToActOn('UNDERPAID', receivedInCents, 'less money arrived than was asked for');
  const action = {
    kind: 'correct',
    correction,
    note: 'accepted at the payin',
    by,
    personId,
    approvalAboveInCents,
  } as const;
  const outcome = decideAction(action, discrepancy, payin, draft.now);
  if (outcome.kind === 'correct') outcome.settlement.resolution = 'ACCEPTED';
  carryOut(draft, discrepancy, outcome);
}

function payinToCorrect(draft: DecisionDraft): PayinToCorrect {
  const { status, receipts, reversals, refunds } = draft;
  return {
    status,
    amountInCents: draft.known.amountInCents,
    receipts,
    reversals,
    refunds,
    isUnconfirmed: draft.isUnconfirmed && sumOf(receipts) === 0n,
    discrepancies: draft.discrepancies.current,
  };
}

function carryOut(draft: DecisionDraft, discrepancy: Discrepancy, outcome: ActionOutcome): void {
  switch (outcome.kind) {
    case 'nothing':
      return;
    case 'refuse':
      draft.decision.refusal = outcome.refusal;
      return;
    case 'settle':
      return draft.close(discrepancy, outcome.settlement);
    case 'propose':
      draft.note('correction.proposed', correctionData(discrepancy, outcome.request), {
        discrepancy,
        texts: { note: outcome.request.note },
      });
      return draft.discrepancies.propose(discrepancy, outcome.request);
    case 'reject': {
      const { request, by: rejectedBy, note: because } = outcome;
      const texts = { note: request.note, because };
      draft.note('correction.rejected', { ...correctionData(discrepancy, request), rejectedBy }, { texts });
      return draft.discrepancies.propose(discrepancy, null);
    }
    case 'refunded': {
      const { request, settlement } = outcome;
      const requested = { by: request.by, personId: request.personId ?? null };
      refundedOutside(draft, discrepancy, { requested, approvedBy: settlement.approvedBy ?? request.by }, request.note);
      return draft.close(discrepancy, settlement);
    }
    case 'correct': {
      const { request, correction, settlement } = outcome;
      const { approvedBy = null } = settlement;
      const texts = { note: request.note };
      draft.note('correction.applied', { ...correctionData(discrepancy, request), approvedBy }, { discrepancy, texts });
      // First, so that the person's own correction is not found again, and what else is found beside it can be seen.
      draft.close(discrepancy, settlement);
      return correct(draft, correction, request, discrepancy.provider);
    }
  }
}

function correct(
  draft: DecisionDraft,
  correction: Correction,
  { amountInCents, by }: CorrectionRequest,
  provider: string | null,
): void {
  switch (correction.type) {
    case 'BOOK_RECEIPT':
      return book(draft, attemptAt(draft, provider), [{ paymentId: correction.paymentId, amountInCents }]);
    case 'MARK_REVERSED':
      return reverse(draft, mostLeft(draft)!.attemptId, amountInCents, draft.now);
    case 'ACCEPT_AS_PAID': {
      if (draft.status === 'UNDERPAID') {
        draft.moveTo('APPROVED', { by });
        return draft.closeDiscrepancy('UNDERPAID', { resolution: 'ACCEPTED', by });
      }
      const attempt = attemptAt(draft, provider);
      return book(draft, attempt, [{ paymentId: unnumberedId(draft, attempt), amountInCents }]);
    }
  }
}

function attemptAt(draft: DecisionDraft, provider: string | null): Attempt {
  const attempts = [...draft.attempts.values()];
  return attempts.findLast((one) => one.provider === provider) ?? draft.liveAttempt() ?? attempts.at(-1)!;
}
