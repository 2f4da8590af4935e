import type { Instructions, ProviderReport, ReportedStatus } from '@recaudo/payment-provider';
import { confirmOrder } from './attempt-updates.js';
import { isByHand, reverseOrder } from './booking.js';
import { addSeconds, lateUntil, PAID_HINT_HOLDS_SECONDS } from './check-schedule.js';
import type { DecisionDraft } from './decision-draft.js';
import type { Attempt } from './known-payin.js';
import { endOrder } from './payer-choice.js';
import { bookReportedMoney, showUnconfirmed } from './reported-money.js';
import { endedUnpaid, isOpen, isPaid, mayMove } from './status.js';
import type { Update } from './update.js';

/** What providers say of an order. */

/** What a provider says and can be believed: first its money, then its status. */
export function answer(draft: DecisionDraft, update: Update<'answer'>): void {
  const { report } = update;
  const attempt = draft.attempt(update.attemptId);
  draft.observe(update);
  if (!draft.isStale) settleByAnswer(draft, update);
  const isCurrent = confirmOrder(draft, attempt, report.externalId);
  if (isCurrent && report.instructions) keepInstructions(draft, report.instructions);
  if (isOtherCurrency(draft, report)) return openCurrencyMismatch(draft, attempt, report);
  bookReportedMoney(draft, attempt, update);
  applyStatus(draft, attempt, update);
  if (!draft.isStale && agrees(draft, report.status))
    draft.settleAtEnd('STATUS_CONFLICT', 'THE_PROVIDER_AGREES', update.askedAt);
}

/** A hint is remembered for the answers to come, and makes us ask. */
export function hint(draft: DecisionDraft, update: Update<'hint'>): void {
  const { report } = update;
  const attempt = draft.attempt(update.attemptId);
  const isNew = draft.observe(update);
  // A verified webhook proves no money, but it proves the order.
  confirmOrder(draft, attempt, report.externalId);
  if (isOtherCurrency(draft, report)) return openCurrencyMismatch(draft, attempt, report);
  const { status, amountInCents = null } = report;
  if (isNew && status === 'APPROVED') draft.hints.push({ attemptId: attempt.id, amountInCents, receivedAt: draft.now });
  const mayEnd = isOpen(draft.status) && status !== 'PENDING';
  const mayBePaidLate = endedUnpaid(draft.status) && status === 'APPROVED';
  if (mayEnd || mayBePaidLate) draft.checkSoon = true;
}

export function notFound(draft: DecisionDraft, { attemptId }: Update<'not_found'>): void {
  const { state, provider, providerReference } = draft.attempt(attemptId);
  if (state !== 'open') return;
  // The provider accepted the order earlier, so "not found" is contradictory.
  draft.openDiscrepancy('MISSING_AT_PROVIDER', null, `${provider} says that it has no order ${providerReference}`);
}

/** Unknown is not failed. But where even the window for late money closes without an answer, a person must look. */
export function unanswered(draft: DecisionDraft, { attemptId }: Update<'unanswered'>): void {
  const { provider, providerReference } = draft.attempt(attemptId);
  if (!isOpen(draft.status) || draft.now <= lateUntil(draft.known.expiresAt, draft.rules)) return;
  const detail = `${provider} has not been able to say how the order ${providerReference} stands since it ran out`;
  draft.openDiscrepancy('MISSING_AT_PROVIDER', null, detail);
}

function settleByAnswer(draft: DecisionDraft, { report, askedAt }: Update<'answer'>): void {
  draft.settleAtEnd('MISSING_AT_PROVIDER', 'THE_PROVIDER_HAS_IT', askedAt);
  if (report.status !== 'UNRECOGNISED') draft.settleAtEnd('UNRECOGNISED_STATUS', 'A_KNOWN_STATUS_CAME', askedAt);
}

/** Instructions that came later than the order. Known ones stay: the payer may be following them. */
function keepInstructions(draft: DecisionDraft, instructions: Instructions): void {
  if (draft.known.instructions || draft.decision.instructions || !isOpen(draft.status)) return;
  draft.decision.instructions = instructions;
  draft.note('instructions.received', {});
}

function isOtherCurrency({ known }: DecisionDraft, { currency = known.currency }: ProviderReport): boolean {
  return currency !== known.currency;
}

function openCurrencyMismatch(draft: DecisionDraft, { provider }: Attempt, report: ProviderReport): void {
  const detail = `${provider} reports ${report.currency}, asked were ${draft.known.currency}`;
  draft.openDiscrepancy('CURRENCY_MISMATCH', report.amountInCents ?? null, detail);
}

/** What the answer's status means, once its money is booked. */
function applyStatus(draft: DecisionDraft, attempt: Attempt, update: Update<'answer'>): void {
  const { report } = update;
  switch (report.status) {
    case 'APPROVED':
      // Its money has said it all.
      return;
    case 'REVERSED':
      return reverseOrder(draft, attempt, report.reversedAt);
    case 'REJECTED':
    case 'EXPIRED':
    case 'CANCELED':
      return endUnpaid(draft, attempt, report.status, report);
    case 'PENDING':
      return keepWaiting(draft, attempt, update);
    case 'UNRECOGNISED': {
      const detail = `${attempt.provider} reports the status "${report.rawStatus}", which is not in its documents`;
      return draft.openDiscrepancy('UNRECOGNISED_STATUS', report.amountInCents ?? null, detail);
    }
  }
}

function endUnpaid(
  draft: DecisionDraft,
  attempt: Attempt,
  status: 'REJECTED' | 'EXPIRED' | 'CANCELED',
  { rawStatus, reasonCode = status }: ProviderReport,
): void {
  const { id, provider } = attempt;
  if (draft.receipts.some((receipt) => !isByHand(receipt))) {
    const detail = `${provider} reports ${rawStatus} for an order whose money is booked`;
    return draft.openDiscrepancy('STATUS_CONFLICT', 0n, detail);
  }
  if (draft.isUnconfirmed) {
    const detail = `${provider} answers ${rawStatus}, and had answered that the order is paid`;
    return draft.openDiscrepancy('STATUS_CONFLICT', null, detail);
  }
  if (draft.hints.some(({ attemptId }) => attemptId === id)) {
    const detail = `${provider} answers ${rawStatus}, its webhook or statement said that the order is paid`;
    draft.openDiscrepancy('STATUS_CONFLICT', 0n, detail);
  }
  // The end of an earlier attempt says nothing about a later one.
  if (draft.liveAttempt()?.id !== id || !mayMove(draft.status, status)) return;
  const wasHinted = draft.hints.some(({ attemptId }) => attemptId === id);
  if (!wasHinted && endOrder(draft, attempt, status, reasonCode)) return;
  draft.decision.errorCode = reasonCode;
  draft.moveTo(status);
}

/** The provider waits for the payer: where the payin's time is over, it expires. */
function keepWaiting(draft: DecisionDraft, attempt: Attempt, { askedAt, unasked }: Update<'answer'>): void {
  // Its end was not the last word, and nothing was chosen since.
  if (attempt.state === 'ended' && !unasked && isOpen(draft.status) && !draft.liveAttempt())
    draft.change(attempt, 'open', null);
  if (draft.liveAttempt()?.id !== attempt.id) return;
  if (draft.status === 'CREATED') draft.moveTo('PENDING');
  // The provider had answered that the order is paid: a person must look all the same. Of several orders it may have been another one.
  if (draft.isUnconfirmed && !draft.hasSeveralOrders()) return showUnconfirmed(draft, attempt);
  // An answer from before the expiry knows nothing of a payment in the last moment.
  if (!isOpen(draft.status) || askedAt < draft.known.expiresAt) return;
  if (draft.isUnconfirmed) return;
  // A provider's webhooks may know of a payment earlier than its answers.
  if (wasHintedPaidLately(draft, attempt)) {
    draft.checkSoon = true;
    return;
  }
  draft.decision.errorCode = 'EXPIRED';
  draft.moveTo('EXPIRED', {}, 'expiry');
}

function wasHintedPaidLately({ hints, now }: DecisionDraft, { id }: Attempt): boolean {
  return hints.some(
    ({ attemptId, receivedAt }) => attemptId === id && now < addSeconds(receivedAt, PAID_HINT_HOLDS_SECONDS),
  );
}

/** The provider's status and the payin's say the same, and no second order could say otherwise. */
function agrees(draft: DecisionDraft, reported: ReportedStatus): boolean {
  const { status, isUnconfirmed } = draft;
  const isEndedUnpaid = endedUnpaid(status);
  const agreement: Record<ReportedStatus, boolean> = {
    APPROVED: isPaid(status),
    // Not by the payin's status: of one that was reversed before, money may have come since.
    REVERSED: draft.decision.reversedAt !== null,
    PENDING: isOpen(status) && !isUnconfirmed,
    REJECTED: isEndedUnpaid,
    EXPIRED: isEndedUnpaid,
    CANCELED: isEndedUnpaid,
    UNRECOGNISED: false,
  };
  return agreement[reported] && !draft.hasSeveralOrders();
}
