import type { Payment } from '@recaudo/payment-provider';
import { distance, isUnitMismatch, settledAmount, sumOf } from './amounts.js';
import { bookPayments, isByHand, openUnitMismatch, unnumberedId } from './booking.js';
import { hasWaitedForWebhook } from './check-schedule.js';
import type { DecisionDraft } from './decision-draft.js';
import { BELIEVED } from './discrepancy.js';
import { RECEIPT_CORRECTED } from './history.js';
import type { Attempt } from './known-payin.js';
import { BELIEF_CORRECTION } from './status.js';
import type { Update } from './update.js';

/** How much money an answer proves to have arrived on its order. */

/** Money counts whatever else the answer says. */
export function bookReportedMoney(draft: DecisionDraft, attempt: Attempt, update: Update<'answer'>): void {
  const { payments = [] } = update.report;
  if (payments.length > 0) bookNumberedPayments(draft, attempt, payments);
  else bookReportedSum(draft, attempt, update);
}

/** Books what is missing to the sum that the provider reports. */
function bookReportedSum(draft: DecisionDraft, attempt: Attempt, update: Update<'answer'>): void {
  const receipts = draft.receiptsOf(attempt);
  const booked = sumOf(receipts);
  const arrived = reportedSum(draft, attempt, update, booked);
  // What a person has booked may be what the provider reports now, or what it will never report.
  const reportedBefore = sumOf(receipts.filter((receipt) => !isByHand(receipt)));
  if (arrived === undefined || arrived === booked || (arrived === reportedBefore && reportedBefore > 0n)) return;
  if (arrived < booked && mayCorrectBelief(draft)) return correctBelief(draft, attempt, booked - arrived);
  const isSamePayment = arrived < booked || (reportedBefore > 0n && !update.acceptsSeveralPayments);
  if (isSamePayment) return openOtherAmount(draft, attempt, booked, arrived);
  const { feeInCents, paidAt } = update.report;
  const paymentId = unnumberedId(draft, attempt);
  bookPayments(draft, attempt, [{ paymentId, amountInCents: arrived - booked, feeInCents, paidAt }]);
}

/**
 * Books each numbered payment once. Money that was reported and booked as a sum before is not counted again: what has arrived is the larger of
 * that sum and the numbered payments that are known, and only what is missing to it is booked.
 */
function bookNumberedPayments(draft: DecisionDraft, attempt: Attempt, payments: readonly Payment[]): void {
  const booked = draft.receiptsOf(attempt);
  for (const { paymentId, amountInCents } of payments) {
    const same = numbered(draft, attempt, paymentId);
    if (same && same.amountInCents !== amountInCents)
      openOtherAmount(draft, attempt, same.amountInCents, amountInCents);
  }
  const added = payments.filter(({ paymentId }) => !numbered(draft, attempt, paymentId));
  draft.payments.push(...added.map((payment) => ({ ...payment, attemptId: attempt.id })));
  const unbooked = draft.payments.filter(
    ({ attemptId, paymentId }) =>
      attemptId === attempt.id && !booked.some((receipt) => receipt.paymentId === paymentId),
  );
  const bookedAsSum = booked.filter(
    (receipt) =>
      receipt.paymentId.startsWith(attempt.providerReference) ||
      (isByHand(receipt) && !draft.payments.some(({ paymentId }) => paymentId === receipt.paymentId)),
  );
  if (bookedAsSum.length === 0) return bookPayments(draft, attempt, unbooked);
  const sum = sumOf(bookedAsSum);
  const reportedAsSum = sumOf(bookedAsSum.filter((receipt) => !isByHand(receipt)));
  const reported = sumOf(unbooked);
  // Less than a person has booked, and more than the provider's own sum: it may be the same money or other money.
  if (reported < sum && reported > reportedAsSum && reportedAsSum < sum)
    return openOtherAmount(draft, attempt, sum, reported);
  if (reported > sum)
    bookPayments(draft, attempt, [{ paymentId: unnumberedId(draft, attempt), amountInCents: reported - sum }]);
}

function numbered({ receipts, payments }: DecisionDraft, { id }: Attempt, number: string): Payment | undefined {
  return [...receipts, ...payments].find(({ attemptId, paymentId }) => attemptId === id && paymentId === number);
}

/** What has arrived on the order as one sum; undefined where the answer does not say, or cannot be believed. */
function reportedSum(
  draft: DecisionDraft,
  attempt: Attempt,
  update: Update<'answer'>,
  bookedInCents: bigint,
): bigint | undefined {
  const { status, amountInCents } = update.report;
  const speaksOfSum =
    status === 'APPROVED' || (status === 'REVERSED' && bookedInCents === 0n && amountInCents !== undefined);
  if (!speaksOfSum) return undefined;
  const hintedInCents = hintedAmounts(draft, attempt);
  if (amountInCents !== undefined) openContradiction(draft, attempt, amountInCents, hintedInCents);
  const arrived = settledAmount({
    requestedInCents: draft.known.amountInCents,
    answeredInCents: amountInCents,
    hintedInCents,
    mayBeEcho: draft.mayBeEcho(update),
  });
  if (arrived === 'unconfirmed') return status === 'APPROVED' ? waitForWitness(draft, attempt) : undefined;
  if (arrived !== 'not_reported') return arrived;
  draft.openDiscrepancy('AMOUNT_CONFLICT', null, `${attempt.provider} reports a payment without a usable amount`);
  return undefined;
}

function hintedAmounts({ hints }: DecisionDraft, { id }: Attempt): bigint[] {
  return hints.flatMap(({ attemptId, amountInCents }) =>
    attemptId === id && amountInCents !== null && amountInCents > 0n ? [amountInCents] : [],
  );
}

function openContradiction(
  draft: DecisionDraft,
  { provider }: Attempt,
  answered: bigint,
  hintedInCents: readonly bigint[],
): void {
  const other = hintedInCents.find((amount) => amount !== answered);
  if (other === undefined) return;
  const detail = `${provider} answers ${answered} cents, its webhook or statement said ${other}`;
  draft.openDiscrepancy('AMOUNT_CONFLICT', other, detail, distance(answered, other));
}

function openOtherAmount(draft: DecisionDraft, { provider }: Attempt, booked: bigint, reported: bigint): void {
  const detail = `booked were ${booked} cents, ${provider} now reports ${reported} for the same payment`;
  draft.openDiscrepancy('AMOUNT_CONFLICT', reported, detail, distance(booked, reported));
}

/**
 * The order is paid, and the answer's amount proves nothing. The payin waits, and does not expire, until a webhook, a statement or a person
 * says the amount; after a while a person is shown it.
 * @returns the amount, where this installation is set to believe it
 */
function waitForWitness(draft: DecisionDraft, attempt: Attempt): bigint | undefined {
  if (draft.receiptsOf(attempt).length > 0) return undefined;
  const since = draft.known.unconfirmedPaidSince ?? draft.now;
  if (draft.rules.unconfirmedAmount === 'believe' && hasWaitedForWebhook(attempt, since, draft.now)) {
    const believed = draft.discrepancyToActOn('AMOUNT_UNCONFIRMED', null, unconfirmedBy(attempt));
    draft.close(believed, { resolution: BELIEVED });
    return draft.known.amountInCents;
  }
  draft.decision.unconfirmedPaidSince = since;
  if (draft.status === 'CREATED') draft.moveTo('PENDING');
  showUnconfirmed(draft, attempt);
  return undefined;
}

/** Once it has waited for the webhook, a person is shown it. */
export function showUnconfirmed(draft: DecisionDraft, attempt: Attempt): void {
  const since = draft.decision.unconfirmedPaidSince;
  if (since && hasWaitedForWebhook(attempt, since, draft.now))
    draft.openDiscrepancy('AMOUNT_UNCONFIRMED', null, unconfirmedBy(attempt));
}

function unconfirmedBy({ provider }: Attempt): string {
  return `${provider} has answered that it is paid, by an amount that may only repeat what was asked`;
}

/** The booked amount was believed without a witness, and the payin is as that belief left it. */
function mayCorrectBelief({ discrepancies, status }: DecisionDraft): boolean {
  const isBelieved = discrepancies.current.some(
    ({ kind, resolution }) => kind === 'AMOUNT_UNCONFIRMED' && resolution === BELIEVED,
  );
  return isBelieved && (status === BELIEF_CORRECTION.from || status === BELIEF_CORRECTION.to);
}

/** Less had come than was believed: a negative receipt, and where it is not enough then, the approval is withdrawn. */
function correctBelief(draft: DecisionDraft, attempt: Attempt, lessInCents: bigint): void {
  const { known, decision } = draft;
  const left = decision.receivedInCents - lessInCents;
  if (isUnitMismatch(known.amountInCents, left, known.unitInCents)) return openUnitMismatch(draft, attempt, left);
  const paymentId = unnumberedId(draft, attempt);
  const less = lessInCents.toString();
  if (draft.status === BELIEF_CORRECTION.from && left < known.amountInCents)
    draft.moveTo(BELIEF_CORRECTION.to, { correctedByInCents: less });
  draft.add({ attemptId: attempt.id, paymentId, amountInCents: -lessInCents });
  draft.note(RECEIPT_CORRECTED, { paymentId, amountInCents: less });
  if (draft.status === 'UNDERPAID')
    draft.openDiscrepancy('UNDERPAID', left, 'less money arrived than the answer that was believed said');
}
