import { amountStatus, distance, isUnitMismatch, settledAmount, sumOf, sumWhenWhole } from './amounts.js';
import { leftOf } from './corrections.js';
import { RECEIPT_CORRECTED, MONEY_REVERSED } from './decision.js';
import { DecisionDraft } from './decision-draft.js';
import { hasWaitedForWebhook } from './check-schedule.js';
import type { Attempt, Receipt } from './known-payin.js';
import type { AttemptUpdate, PayinUpdate } from './update.js';
import type { Payment } from '@recaudo/payment-provider';
import { BELIEF_CORRECTION, endedUnpaid, mayMove, type PayinStatus } from './status.js';

/** Money that a provider or a person tells of: what is booked, what that makes of the payin, and what is taken back. */
export class DecidingMoney extends DecisionDraft {
  /** Money counts whatever else the answer says. */
  protected takeMoney(attempt: Attempt, update: Extract<AttemptUpdate, { kind: 'answer' }>): void {
    const { status, payments = [], amountInCents } = update.report;
    if (payments.length > 0) return this.takePayments(attempt, payments, update);
    const receipts = this.receiptsOf(attempt);
    const booked = sumOf(receipts);
    const reportsSum = status === 'APPROVED' || (status === 'REVERSED' && booked === 0n && amountInCents !== undefined);
    const settled = reportsSum ? this.settle(attempt, update) : undefined;
    // What a person has booked may be what the provider tells of now, or what it will never tell of.
    const received = sumOf(receipts.filter((receipt) => !isByHand(receipt)));
    if (settled === undefined || settled === booked || (settled === received && received > 0n)) return;
    if (settled < booked && this.mayCorrectBelief()) return this.correctBelief(attempt, booked - settled, update);
    if (settled < booked || (received > 0n && !update.acceptsSeveralPayments))
      return this.openOtherAmount(attempt, booked, settled, update);
    const { feeInCents, paidAt } = update.report;
    const paymentId = this.unnumberedId(attempt);
    this.bookAll(attempt, [{ paymentId, amountInCents: settled - booked, feeInCents, paidAt }], update);
  }

  /**
   * Books each numbered payment once. Money that was told and booked as a sum before is not counted again: what has arrived is the larger of
   * the sum that was told and the numbered payments that are known, and only what is missing to it is booked.
   */
  private takePayments(attempt: Attempt, payments: readonly Payment[], update: PayinUpdate): void {
    const booked = this.receiptsOf(attempt);
    for (const payment of payments) {
      const same = this.numbered(attempt, payment.paymentId);
      if (same && same.amountInCents !== payment.amountInCents)
        this.openOtherAmount(attempt, same.amountInCents, payment.amountInCents, update);
    }
    const unheard = payments.filter(({ paymentId }) => !this.numbered(attempt, paymentId));
    this.payments.push(...unheard.map((payment) => ({ ...payment, attemptId: attempt.id })));
    const unbooked = this.payments.filter(
      ({ attemptId, paymentId }) =>
        attemptId === attempt.id && !booked.some((receipt) => receipt.paymentId === paymentId),
    );
    const reportedAsSum = booked.filter(
      (receipt) =>
        receipt.paymentId.startsWith(attempt.providerReference) ||
        (isByHand(receipt) && !this.payments.some(({ paymentId }) => paymentId === receipt.paymentId)),
    );
    if (reportedAsSum.length === 0) return this.bookAll(attempt, unbooked, update);
    const missing = sumOf(unbooked) - sumOf(reportedAsSum);
    // Less than a person has booked, and more than the provider's own sum: it may be the same money or other money.
    const received = sumOf(reportedAsSum.filter((receipt) => !isByHand(receipt)));
    const reported = sumOf(unbooked);
    if (missing < 0n && reported > received && received < sumOf(reportedAsSum))
      return this.openOtherAmount(attempt, sumOf(reportedAsSum), reported, update);
    if (missing <= 0n) return;
    this.bookAll(attempt, [{ paymentId: this.unnumberedId(attempt), amountInCents: missing }], update);
  }

  private bookAll(attempt: Attempt, payments: readonly Payment[], update: PayinUpdate): void {
    const total = sumOf(this.receiptsOf(attempt)) + sumOf(payments);
    if (isUnitMismatch(this.known.amountInCents, total, this.known.unitInCents))
      return this.openUnitMismatch(attempt, total, update);
    const before = this.decision.status;
    for (const { paymentId, amountInCents, feeInCents, paidAt } of payments)
      this.book({ attemptId: attempt.id, paymentId, amountInCents, feeInCents, paidAt }, update);
    if (payments.length > 0) this.takeTotal(before, update);
  }

  private openUnitMismatch({ provider }: Attempt, totalInCents: bigint, update: PayinUpdate): void {
    const detail = `${provider} reports a payment off by a factor of exactly ${this.known.unitInCents}: cents and pesos are mixed up`;
    this.openDiscrepancy('UNIT_MISMATCH', totalInCents, detail, update);
  }

  private numbered({ id }: Attempt, number: string): Payment | undefined {
    return [...this.receipts, ...this.payments].find(
      ({ attemptId, paymentId }) => attemptId === id && paymentId === number,
    );
  }

  /** The name of money that the provider does not number: our reference, and a count where there is more than one. */
  protected unnumberedId(attempt: Attempt): string {
    const taken = new Set(this.receiptsOf(attempt).map(({ paymentId }) => paymentId));
    const { providerReference } = attempt;
    if (taken.size === 0) return providerReference;
    let count = taken.size;
    while (taken.has(`${providerReference}+${count}`)) count += 1;
    return `${providerReference}+${count}`;
  }

  protected receiptsOf({ id }: Attempt): Receipt[] {
    return this.receipts.filter(({ attemptId }) => attemptId === id);
  }

  private openOtherAmount({ provider }: Attempt, booked: bigint, reported: bigint, update: PayinUpdate): void {
    const detail = `booked were ${booked} cents, ${provider} now reports ${reported} for the same payment`;
    this.openDiscrepancy('AMOUNT_CONFLICT', reported, detail, update, distance(booked, reported));
  }

  /** The amount of the payment that the answer speaks of, or undefined while that cannot be said. */
  private settle(attempt: Attempt, update: Extract<AttemptUpdate, { kind: 'answer' }>): bigint | undefined {
    const answeredInCents = update.report.amountInCents;
    const hintedInCents = this.hints.flatMap(({ attemptId, amountInCents }) =>
      attemptId === attempt.id && amountInCents !== null && amountInCents > 0n ? [amountInCents] : [],
    );
    const contradicting = hintedInCents.find((amount) => answeredInCents !== undefined && amount !== answeredInCents);
    if (contradicting !== undefined && answeredInCents !== undefined) {
      const detail = `${attempt.provider} answers ${answeredInCents} cents, its webhook or statement said ${contradicting}`;
      this.openDiscrepancy('AMOUNT_CONFLICT', contradicting, detail, update, distance(answeredInCents, contradicting));
    }
    const settled = settledAmount({
      requestedInCents: this.known.amountInCents,
      answeredInCents,
      hintedInCents,
      mayBeEcho: this.mayBeEcho(update),
    });
    if (settled === 'unconfirmed') return this.takeUnconfirmed(attempt, update);
    if (settled === 'not_notified') {
      const detail = `${attempt.provider} reports a payment without a usable amount`;
      this.openDiscrepancy('AMOUNT_CONFLICT', null, detail, update);
    }
    return typeof settled === 'bigint' ? settled : undefined;
  }

  /**
   * The order is paid, and the answer's amount proves nothing. The payin waits, and does not expire, until a webhook, a statement or a person tells
   * the amount; after a while a person is shown it.
   * @returns the amount, where the operator of this installation chose to believe it
   */
  private takeUnconfirmed(attempt: Attempt, update: Extract<AttemptUpdate, { kind: 'answer' }>): bigint | undefined {
    if (update.report.status !== 'APPROVED' || this.receiptsOf(attempt).length > 0) return undefined;
    const since = this.known.unconfirmedPaidSince ?? this.now;
    const hasWaited = hasWaitedForWebhook(attempt, since, this.now);
    if (hasWaited && this.rules.unconfirmedAmount === 'believe') {
      const believed = this.openForAction('AMOUNT_UNCONFIRMED', null, unconfirmedBy(attempt), update);
      this.close(believed, { resolution: BELIEVED }, update);
      return this.known.amountInCents;
    }
    this.decision.unconfirmedPaidSince = since;
    if (this.decision.status === 'CREATED') this.moveTo('PENDING', update);
    this.showUnconfirmed(attempt, update);
    return undefined;
  }

  /** Once it has waited for the webhook, it is on a person's list. */
  protected showUnconfirmed(attempt: Attempt, update: PayinUpdate): void {
    const { unconfirmedPaidSince } = this.decision;
    if (unconfirmedPaidSince && hasWaitedForWebhook(attempt, unconfirmedPaidSince, this.now))
      this.openDiscrepancy('AMOUNT_UNCONFIRMED', null, unconfirmedBy(attempt), update);
  }

  /** The booked amount was believed without a witness, and the payin is as that belief left it. */
  private mayCorrectBelief(): boolean {
    const isBelieved = this.discrepancies.current.some(
      ({ kind, resolution }) => kind === 'AMOUNT_UNCONFIRMED' && resolution === BELIEVED,
    );
    return (
      isBelieved && (this.decision.status === BELIEF_CORRECTION.from || this.decision.status === BELIEF_CORRECTION.to)
    );
  }

  /** Less had come than was believed: the approval is taken back, by a receipt of less than nothing. */
  private correctBelief(attempt: Attempt, lessInCents: bigint, update: PayinUpdate): void {
    const { decision, known } = this;
    const left = decision.receivedInCents - lessInCents;
    if (isUnitMismatch(known.amountInCents, left, known.unitInCents))
      return this.openUnitMismatch(attempt, left, update);
    const receipt = {
      attemptId: attempt.id,
      paymentId: this.unnumberedId(attempt),
      amountInCents: -lessInCents,
      source: update.source,
    };
    if (decision.status === BELIEF_CORRECTION.from && left < known.amountInCents)
      this.moveTo(BELIEF_CORRECTION.to, update, { correctedByInCents: lessInCents.toString() });
    this.receipts.push(receipt);
    decision.receipts.push(receipt);
    decision.receivedInCents = left;
    this.note(update, RECEIPT_CORRECTED, { paymentId: receipt.paymentId, amountInCents: lessInCents.toString() });
    if (decision.status === 'UNDERPAID')
      this.openDiscrepancy('UNDERPAID', left, 'less money arrived than the answer that was believed said', update);
  }

  protected book(payment: Omit<Receipt, 'source'>, update: PayinUpdate): void {
    const { decision, known } = this;
    const receipt = { ...payment, source: update.source };
    const wasWhole = decision.receivedInCents >= known.amountInCents;
    this.receipts.push(receipt);
    decision.receipts.push(receipt);
    decision.receivedInCents = sumOf(this.receipts);
    decision.unconfirmedPaidSince = null;
    this.note(update, 'receipt.added', {
      paymentId: receipt.paymentId,
      amountInCents: receipt.amountInCents.toString(),
    });
    if (decision.receivedInCents <= known.amountInCents) return;
    const { receivedInCents } = decision;
    const beyond = receivedInCents - sumWhenWhole(known.amountInCents, this.receipts);
    const detail = 'another payment arrived when the payin was whole already';
    if (wasWhole) this.openDiscrepancy('PAID_TWICE', receivedInCents, detail, update, beyond);
    else this.openDiscrepancy('OVERPAID', receivedInCents, 'more money arrived than was asked for', update);
  }

  /** What all money so far means, once for all payments that were heard of together: a part of them is no state of its own. */
  protected takeTotal(before: PayinStatus, update: PayinUpdate): void {
    const { decision, known } = this;
    const received = decision.receivedInCents;
    const arrived = amountStatus(known.amountInCents, received, false);
    const target = arrived === 'UNDERPAID' ? 'UNDERPAID' : 'APPROVED';
    if (target !== decision.status && mayMove(decision.status, target)) this.moveTo(target, update);

    if (endedUnpaid(before)) {
      const detail = `the money came when the payin was ${before} already`;
      if (update.source !== 'operator') this.openDiscrepancy('LATE_PAYMENT', received, detail, update);
      this.note(update, 'payin.late_payment', { was: before }, true);
    } else if (this.discrepancies.openOf('LATE_PAYMENT')) {
      this.openDiscrepancy('LATE_PAYMENT', received, 'more late money came', update);
    }
    if (before === 'REVERSED')
      this.openDiscrepancy('STATUS_CONFLICT', received, 'money came after the payin was reversed', update);
    if (decision.status === 'UNDERPAID') {
      this.openDiscrepancy('UNDERPAID', received, 'less money arrived than was asked for', update);
    } else this.closeDiscrepancy('UNDERPAID', { resolution: 'THE_REST_ARRIVED' }, update);
    this.closeDiscrepancy('AMOUNT_UNCONFIRMED', { resolution: 'THE_AMOUNT_CAME' }, update);
    if (arrived === 'EXACT') this.isPaidExactly(update);
    if (arrived === 'OVERPAID') this.note(update, 'payin.overpaid', {}, true);
  }

  /** The amount that could not be taken at first has come in the end. */
  private isPaidExactly({ source }: PayinUpdate): void {
    this.settleBy({ source }, 'UNIT_MISMATCH', 'THE_RIGHT_AMOUNT_CAME');
    this.settleBy({ source }, 'CURRENCY_MISMATCH', 'THE_RIGHT_AMOUNT_CAME');
    // Of two amounts that were told, a person must say which is true; an amount that was not told at all is known now.
    if (this.discrepancies.openOf('AMOUNT_CONFLICT')?.actualInCents === null)
      this.settleBy({ source }, 'AMOUNT_CONFLICT', 'THE_RIGHT_AMOUNT_CAME');
  }

  /** No document tells how much was taken back: it is all that had come by this order. */
  protected takeReversed(attempt: Attempt, update: Extract<AttemptUpdate, { kind: 'answer' }>): void {
    const receipts = this.receiptsOf(attempt);
    const reversals = this.reversals.filter(({ attemptId }) => attemptId === attempt.id);
    const amountInCents = leftOf({ receipts, reversals });
    if (this.decision.status === 'REVERSED' || (amountInCents === 0n && reversals.length > 0)) return;
    if (amountInCents > 0n && mayMove(this.decision.status, 'REVERSED'))
      return this.reverse(attempt.id, update.report.reversedAt ?? this.now, amountInCents, update);
    const detail = `${attempt.provider} reports a reversal of ${amountInCents} cents, and the payin is ${this.decision.status}`;
    this.openDiscrepancy('STATUS_CONFLICT', null, detail, update);
  }

  /** A payin of which enough is left, of another order or of too much money, stays paid. */
  protected reverse(attemptId: string, at: Date, amountInCents: bigint, update: PayinUpdate): void {
    this.reversals.push({ attemptId, amountInCents });
    this.decision.reversals.push({ attemptId, amountInCents });
    const left = sumOf(this.receipts) - sumOf(this.reversals);
    const data = { attemptId, amountInCents: amountInCents.toString() };
    const isReversed = left < this.known.amountInCents;
    if (isReversed) {
      this.decision.reversedAt = at;
      this.moveTo('REVERSED', update, data);
    } else this.note(update, MONEY_REVERSED, data);
    if (update.source !== 'operator')
      this.openDiscrepancy('CHARGEBACK', sumOf(this.reversals), 'money that had arrived was taken back', update);
    if (isReversed) this.closeDiscrepancy('UNDERPAID', { resolution: 'REVERSED' }, update);
    if (left !== this.known.amountInCents) return;
    for (const kind of ['PAID_TWICE', 'OVERPAID'] as const)
      this.closeDiscrepancy(kind, { resolution: 'THE_REST_WAS_REVERSED' }, update);
  }
}

function unconfirmedBy({ provider }: Attempt): string {
  return `${provider} has answered that it is paid, by an amount that may only repeat what was asked`;
}

/** How an `AMOUNT_UNCONFIRMED` ends that the operator of this installation chose to believe: see `UNCONFIRMED_AMOUNT`. */
export const BELIEVED = 'BELIEVED';

/** Booked by a person at the desk: the provider may tell of the same money later, by a number of its own. */
export function isByHand({ source }: Receipt): boolean {
  return source === 'operator';
}
