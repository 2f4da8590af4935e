import type { Payment } from '@recaudo/payment-provider';
import { amountStatus, isUnitMismatch, sumOf, sumWhenWhole } from './amounts.js';
import { leftOf } from './corrections.js';
import type { DecisionDraft } from './decision-draft.js';
import { MONEY_REVERSED } from './history.js';
import type { Attempt, Receipt } from './known-payin.js';
import { endedUnpaid, mayMove, type PayinStatus } from './status.js';

/** Money that is proven, by a provider or by a person: receipts and reversals, and what they make of the payin. */

/** Books payments of one order; none where together they look like a mix-up of units. */
export function bookPayments(draft: DecisionDraft, attempt: Attempt, payments: readonly Payment[]): void {
  const { known } = draft;
  const total = sumOf(draft.receiptsOf(attempt)) + sumOf(payments);
  if (isUnitMismatch(known.amountInCents, total, known.unitInCents)) return openUnitMismatch(draft, attempt, total);
  book(draft, attempt, payments);
}

/** What a person books is not questioned. */
export function book(draft: DecisionDraft, attempt: Attempt, payments: readonly Payment[]): void {
  if (payments.length === 0) return;
  const before = draft.status;
  for (const payment of payments) addReceipt(draft, attempt, payment);
  applyTotal(draft, before);
}

function addReceipt(draft: DecisionDraft, { id: attemptId }: Attempt, payment: Payment): void {
  const { decision, known } = draft;
  const { paymentId, amountInCents, feeInCents, paidAt } = payment;
  const wasWhole = decision.receivedInCents >= known.amountInCents;
  draft.add({ attemptId, paymentId, amountInCents, feeInCents, paidAt });
  decision.unconfirmedPaidSince = null;
  draft.note('receipt.added', { paymentId, amountInCents: amountInCents.toString() });
  const received = decision.receivedInCents;
  if (received <= known.amountInCents) return;
  if (!wasWhole) return draft.openDiscrepancy('OVERPAID', received, 'more money arrived than was asked for');
  const beyond = received - sumWhenWhole(known.amountInCents, draft.receipts);
  draft.openDiscrepancy('PAID_TWICE', received, 'another payment arrived when the payin was whole already', beyond);
}

/** What all money so far means, once for all payments that were reported together: a part of them is no state of its own. */
function applyTotal(draft: DecisionDraft, before: PayinStatus): void {
  const received = draft.decision.receivedInCents;
  const arrived = amountStatus(draft.known.amountInCents, received, false);
  const target = arrived === 'UNDERPAID' ? 'UNDERPAID' : 'APPROVED';
  if (target !== draft.status && mayMove(draft.status, target)) draft.moveTo(target);

  if (endedUnpaid(before)) {
    const detail = `the money came when the payin was ${before} already`;
    if (draft.source !== 'operator') draft.openDiscrepancy('LATE_PAYMENT', received, detail);
    draft.note('payin.late_payment', { was: before });
  } else if (draft.discrepancies.openOf('LATE_PAYMENT')) {
    draft.openDiscrepancy('LATE_PAYMENT', received, 'more late money came');
  }
  if (before === 'REVERSED')
    draft.openDiscrepancy('STATUS_CONFLICT', received, 'money came after the payin was reversed');
  if (draft.status === 'UNDERPAID')
    draft.openDiscrepancy('UNDERPAID', received, 'less money arrived than was asked for');
  else draft.closeDiscrepancy('UNDERPAID', { resolution: 'THE_REST_ARRIVED' });
  draft.closeDiscrepancy('AMOUNT_UNCONFIRMED', { resolution: 'THE_AMOUNT_CAME' });
  if (arrived === 'EXACT') settleByExactAmount(draft);
  if (arrived === 'OVERPAID') draft.note('payin.overpaid', {});
}

/** The amount that could not be booked at first has come in the end. */
function settleByExactAmount(draft: DecisionDraft): void {
  const resolution = 'THE_RIGHT_AMOUNT_CAME';
  draft.settleAtEnd('UNIT_MISMATCH', resolution);
  draft.settleAtEnd('CURRENCY_MISMATCH', resolution);
  // Of two amounts a person must say which is true; one that was not reported at all is known now.
  if (draft.discrepancies.openOf('AMOUNT_CONFLICT')?.actualInCents === null)
    draft.settleAtEnd('AMOUNT_CONFLICT', resolution);
}

/** The provider says that an order was reversed. No document says how much: it is all that had come by this order. */
export function reverseOrder(draft: DecisionDraft, attempt: Attempt, reversedAt = draft.now): void {
  const receipts = draft.receiptsOf(attempt);
  const reversals = draft.reversals.filter(({ attemptId }) => attemptId === attempt.id);
  const amountInCents = leftOf({ receipts, reversals });
  if (draft.status === 'REVERSED' || (amountInCents === 0n && reversals.length > 0)) return;
  if (amountInCents > 0n && mayMove(draft.status, 'REVERSED'))
    return reverse(draft, attempt.id, amountInCents, reversedAt);
  const detail = `${attempt.provider} reports a reversal of ${amountInCents} cents, and the payin is ${draft.status}`;
  draft.openDiscrepancy('STATUS_CONFLICT', null, detail);
}

/** A payin of which enough is left, of another order or of too much money, stays paid. */
export function reverse(draft: DecisionDraft, attemptId: string, amountInCents: bigint, at: Date): void {
  const { decision, known } = draft;
  draft.reversals.push({ attemptId, amountInCents });
  decision.reversals.push({ attemptId, amountInCents });
  const left = leftOf(draft);
  const isReversed = left < known.amountInCents;
  const data = { attemptId, amountInCents: amountInCents.toString() };
  if (isReversed) {
    decision.reversedAt = at;
    draft.moveTo('REVERSED', data);
  } else draft.note(MONEY_REVERSED, data);
  if (draft.source !== 'operator')
    draft.openDiscrepancy('CHARGEBACK', sumOf(draft.reversals), 'money that had arrived was reversed');
  if (isReversed) draft.closeDiscrepancy('UNDERPAID', { resolution: 'REVERSED' });
  if (left !== known.amountInCents) return;
  draft.closeDiscrepancy('PAID_TWICE', { resolution: 'THE_REST_WAS_REVERSED' });
  draft.closeDiscrepancy('OVERPAID', { resolution: 'THE_REST_WAS_REVERSED' });
}

export function openUnitMismatch(draft: DecisionDraft, { provider }: Attempt, totalInCents: bigint): void {
  const detail = `${provider} reports a payment off by a factor of exactly ${draft.known.unitInCents}: units and minor units are mixed up`;
  draft.openDiscrepancy('UNIT_MISMATCH', totalInCents, detail);
}

/** A name for money that the provider does not number: our reference, and a count where there is more than one. */
export function unnumberedId(draft: DecisionDraft, attempt: Attempt): string {
  const taken = new Set(draft.receiptsOf(attempt).map(({ paymentId }) => paymentId));
  const { providerReference } = attempt;
  if (taken.size === 0) return providerReference;
  let count = taken.size;
  while (taken.has(`${providerReference}+${count}`)) count += 1;
  return `${providerReference}+${count}`;
}

/** Booked by a person: the provider may report the same money later, by a number of its own. */
export function isByHand({ source }: Receipt): boolean {
  return source === 'operator';
}
