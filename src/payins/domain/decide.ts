import { amountStatus, distance, isUnitMismatch, settledAmount, sumOf, sumWhenWhole } from './amounts.js';
import { addSeconds, hasWaitedForWebhook, lateUntil, nextLook, PAID_HINT_HOLDS_SECONDS } from './look-plan.js';
import { aside, type Decision, type HistoryEntry, TAKEN_BACK } from './decision.js';
import { leftOf, mostLeft } from './corrections.js';
import { asTold, judge } from './desk.js';
import { evidenceOf, observationKey } from './evidence.js';
import { Discrepancies, type Settlement } from './discrepancies.js';
import {
  type CorrectionRequest,
  type Discrepancy,
  type DiscrepancyKind,
  SETTLED_BY_AGREEMENT,
  moneyAtRisk,
} from './discrepancy.js';
import type {
  AgreementNews,
  Attempt,
  AttemptNews,
  AttemptState,
  DeskNews,
  DifferenceNews,
  KnownPayin,
  NewAttempt,
  News,
  NewsSource,
  Payment,
  RailRules,
  Receipt,
  ReportedStatus,
  RequestNews,
  TakenBack,
} from './news.js';
import { endedUnpaid, isOpen, mayMove, type PayinStatus, STATUS_EVENTS } from './status.js';

/**
 * Takes what is known of a payin and what is new, and says what follows. Pure, and the only place where a status is decided: every
 * webhook, poll, create reply and recovery goes through it, in any order and any number of times.
 */
export function decide(known: KnownPayin, news: readonly News[], rules: RailRules, now: Date): Decision {
  const deciding = new Deciding(known, rules, now);
  for (const item of news) deciding.take(item);
  return deciding.conclude();
}

/** Long enough for the other lines of a list to be heard as well. */
const ASK_SOON_SECONDS = 5;

class Deciding {
  private readonly decision: Decision;
  private readonly attempts: Map<string, Attempt>;
  private readonly receipts: Receipt[];
  private readonly payments: Receipt[];
  private readonly takenBack: TakenBack[];
  private readonly hints: KnownPayin['hints'][number][];
  private readonly discrepancies: Discrepancies;
  private readonly changedAttempts = new Map<string, string | null>();
  /** A hint says that the order has moved and the answer does not say so yet: ask again soon. */
  private hurry = false;
  /** What is being taken is from before now: it may repeat what has been settled since. */
  private isOld = false;
  /** A list says otherwise than we do: the provider is asked. */
  private askSoon = false;
  private retryAt: Date | null = null;
  private notBefore: Date | null = null;
  private looked = false;

  constructor(
    private readonly known: KnownPayin,
    private readonly rules: RailRules,
    private readonly now: Date,
  ) {
    this.attempts = new Map(known.attempts.map((attempt) => [attempt.id, { ...attempt }]));
    this.receipts = [...known.receipts];
    this.payments = [...known.payments];
    this.takenBack = [...known.takenBack];
    this.hints = [...known.hints];
    this.discrepancies = new Discrepancies(known.discrepancies, now);
    this.decision = {
      status: known.status,
      errorCode: known.errorCode,
      ended: false,
      reversedAt: null,
      takenBack: [],
      attempts: [],
      newAttempt: null,
      receipts: [],
      receivedInCents: sumOf(known.receipts),
      history: [],
      observations: [],
      discrepancies: [],
      refusal: null,
      paidAnswerSince: known.paidAnswerSince,
      dueAt: null,
      looks: known.looks,
    };
  }

  take(news: News): void {
    this.isOld = false;
    if ('discrepancyId' in news) return this.takeDeskAct(news);
    if ('by' in news) return this.takeRequest(news);
    if (news.kind === 'difference') return this.takeDifference(news);
    if (news.kind === 'agreement') return this.takeAgreement(news);
    const attempt = this.attempts.get(news.attemptId);
    if (!attempt) throw new Error(`attempt ${news.attemptId} does not belong to this payin`);
    switch (news.kind) {
      case 'opened':
        return this.takeOpened(attempt, news);
      case 'not_executed':
        return this.takeNotExecuted(attempt, news);
      case 'retry':
        return this.takeRetry(news);
      case 'unknown':
        return this.takeUnknown(attempt, news);
      case 'unanswered':
        return this.takeUnanswered(attempt, news);
      case 'missing':
        return this.takeMissing(attempt, news);
      case 'report':
        return news.trust === 'hint' ? this.takeHint(attempt, news) : this.takeAnswer(attempt, news);
    }
  }

  conclude(): Decision {
    const { decision } = this;
    for (const { open, fact } of this.discrepancies.settledByFacts())
      this.close(open, { resolution: fact.resolution }, fact);
    decision.discrepancies = this.discrepancies.changes;
    decision.attempts = [...this.changedAttempts].map(([id, reason]) => {
      const { state, externalId } = this.attempts.get(id)!;
      return { id, state, externalId, reason };
    });
    if (this.hurry) decision.looks = 1;
    else if (this.looked) decision.looks += 1;
    const look = nextLook(
      {
        status: decision.status,
        live: this.liveAttempt(),
        expiresAt: this.known.expiresAt,
        endedAt: this.known.endedAt,
        looks: decision.looks,
        paidAnswerSince: decision.paidAnswerSince,
        hurry: this.hurry,
        retryAt: this.retryAt,
        hasInstructions: Boolean(decision.instructions ?? this.known.instructions),
        spread: this.known.spread,
        // What has settled itself is not before anybody's eyes.
        isShown: this.known.discrepancies.some(({ status, resolvedBy }) => status === 'OPEN' || resolvedBy !== null),
      },
      this.rules,
      this.now,
    );
    decision.dueAt = look?.at ?? null;
    if (this.askSoon && this.liveAttempt())
      decision.dueAt = earlier(decision.dueAt, addSeconds(this.now, ASK_SOON_SECONDS));
    if (decision.dueAt && this.notBefore && decision.dueAt < this.notBefore) decision.dueAt = this.notBefore;
    return decision;
  }

  private takeRequest(news: RequestNews): void {
    const { by } = news;
    switch (news.kind) {
      case 'refresh':
        return this.note(news, 'refresh.requested', { by });
      case 'cancel':
        if (!mayMove(this.decision.status, 'CANCELED')) return;
        this.decision.errorCode = 'CANCELED';
        return this.moveTo('CANCELED', news, { by });
      case 'accept':
        if (this.decision.status !== 'UNDERPAID') return;
        this.moveTo('APPROVED', news, { by });
        this.closeDiscrepancy('UNDERPAID', { resolution: 'ACCEPTED', by }, news);
    }
  }

  private takeDeskAct(news: DeskNews): void {
    const discrepancy = this.discrepancies.byId(news.discrepancyId);
    if (!discrepancy) throw new Error(`discrepancy ${news.discrepancyId} does not belong to this payin`);
    const { status } = this.decision;
    const { receipts, takenBack } = this;
    const payin = { status, amountInCents: this.known.amountInCents, receipts, takenBack };
    const verdict = judge(news, discrepancy, payin, this.now);
    switch (verdict.what) {
      case 'nothing':
        return;
      case 'refuse':
        this.decision.refusal = verdict.refusal;
        return;
      case 'settle':
        return this.close(discrepancy, verdict.settlement, news);
      case 'propose':
        this.note(news, 'correction.proposed', asTold(discrepancy, verdict.request));
        return this.discrepancies.propose(discrepancy, verdict.request);
      case 'reject': {
        const { request, by, note } = verdict;
        this.note(news, 'correction.rejected', { ...asTold(discrepancy, request), rejectedBy: by, because: note });
        return this.discrepancies.propose(discrepancy, null);
      }
      case 'correct': {
        const { settlement, request } = verdict;
        const { approvedBy = null } = settlement;
        this.note(news, 'correction.applied', { ...asTold(discrepancy, request), approvedBy });
        this.close(discrepancy, settlement, news);
        return this.correct(request, discrepancy, news);
      }
    }
  }

  /** What has been found beside it by now is still there to be seen; what the person has just said is not found again. */
  private correct(
    { correction, amountInCents, by }: CorrectionRequest,
    { provider }: Discrepancy,
    news: DeskNews,
  ): void {
    const before = this.decision.status;
    const { receipts, takenBack } = this;
    switch (correction.type) {
      case 'BOOK_RECEIPT': {
        const attempts = [...this.attempts.values()];
        const attempt = attempts.findLast((one) => one.provider === provider) ?? this.liveAttempt() ?? attempts.at(-1)!;
        this.book({ attemptId: attempt.id, paymentId: correction.paymentId, amountInCents }, news);
        return this.takeTotal(before, news);
      }
      case 'MARK_REVERSED': {
        const { attemptId } = mostLeft({ receipts, takenBack })!;
        return this.takeBack(attemptId, this.now, amountInCents, news);
      }
      case 'ACCEPT_AS_PAID':
        this.moveTo('APPROVED', news, { by });
        this.closeDiscrepancy('UNDERPAID', { resolution: 'ACCEPTED', by }, news);
    }
  }

  private takeOpened(attempt: Attempt, news: Extract<AttemptNews, { kind: 'opened' }>): void {
    const live = this.open(attempt, news.externalId, news);
    if (!live) return;
    if (!this.known.instructions) this.decision.instructions = news.instructions;
    if (this.decision.status === 'CREATED') this.moveTo('PENDING', news);
  }

  private takeNotExecuted(attempt: Attempt, news: Extract<AttemptNews, { kind: 'not_executed' }>): void {
    if (attempt.state !== 'opening' && attempt.state !== 'unknown') return;
    this.change(attempt, 'not_executed', news.reason);
    this.note(news, 'attempt.not_executed', { provider: attempt.provider, reason: news.reason, code: news.errorCode });
    if (this.decision.status !== 'CREATED') return;
    if (news.next) return this.start(news.next);
    this.decision.errorCode = news.errorCode;
    if (news.retryAt) this.retryAt = news.retryAt;
    else this.moveTo('FAILED', news);
  }

  private takeRetry(news: Extract<AttemptNews, { kind: 'retry' }>): void {
    if (this.decision.status !== 'CREATED' || this.liveAttempt()) return;
    if (news.next) this.start(news.next);
    else this.moveTo('FAILED', news);
  }

  private start(next: NewAttempt): void {
    this.decision.newAttempt = next;
    this.attempts.set(next.id, { ...next, externalId: null, state: 'opening', startedAt: this.now });
  }

  private takeUnknown(attempt: Attempt, news: Extract<AttemptNews, { kind: 'unknown' }>): void {
    if (attempt.state !== 'opening') return;
    this.change(attempt, 'unknown', news.reason);
    this.note(news, 'attempt.unknown', { provider: attempt.provider, reason: news.reason });
    this.decision.looks = 0;
  }

  /** Unknown ends nothing. But where even the window for late money closes without a word, a person must look. */
  private takeUnanswered(attempt: Attempt, news: Extract<AttemptNews, { kind: 'unanswered' }>): void {
    if (!isOpen(this.decision.status) || this.now <= lateUntil(this.known.expiresAt, this.rules)) return;
    const detail = `${attempt.provider} has not been able to say how the order ${attempt.providerReference} stands since it ran out`;
    this.openDiscrepancy('MISSING_AT_PROVIDER', null, detail, news);
  }

  private takeMissing(attempt: Attempt, news: Extract<AttemptNews, { kind: 'missing' }>): void {
    this.looked = true;
    this.decision.paidAnswerSince = null;
    if (attempt.state === 'open') {
      // It took the order once: "no such order" from the same mouth settles nothing.
      this.openDiscrepancy(
        'MISSING_AT_PROVIDER',
        null,
        `${attempt.provider} says that it has no order ${attempt.providerReference}`,
        news,
      );
    }
  }

  /** A list is not believed either: it opens what a person should see, and makes us ask. It may be old; our books are read now. */
  private takeDifference(news: DifferenceNews): void {
    this.isOld = news.source !== 'books';
    this.openDiscrepancy(news.discrepancy, news.actualInCents, news.detail, news);
  }

  private takeAgreement({ source }: AgreementNews): void {
    const resolution = source === 'books' ? 'THE_BOOKS_AGREE' : 'A_LATER_STATEMENT_AGREES';
    for (const kind of SETTLED_BY_AGREEMENT)
      this.discrepancies.hear({ kind, resolution, at: this.now, source, foundBy: source });
  }

  private takeHint(attempt: Attempt, news: Extract<AttemptNews, { kind: 'report' }>): void {
    const isNew = this.observe(news);
    this.isOld = !isNew;
    this.notBefore = news.notBefore ?? null;
    // A verified webhook is no proof of money, but of the order.
    this.open(attempt, news.report.externalId, news);
    const { status, amountInCents = null, currency = this.known.currency } = news.report;
    if (currency !== this.known.currency) return this.openCurrencyMismatch(attempt, news);
    if (isNew && status === 'APPROVED') this.hints.push({ attemptId: attempt.id, amountInCents, heardAt: this.now });
    const open = isOpen(this.decision.status);
    if ((open && status !== 'PENDING') || (endedUnpaid(this.decision.status) && status === 'APPROVED'))
      this.hurry = true;
  }

  private takeAnswer(attempt: Attempt, news: Extract<AttemptNews, { kind: 'report' }>): void {
    const { report } = news;
    this.looked = true;
    this.decision.paidAnswerSince = null;
    const isNew = this.observe(news);
    this.isOld = news.unasked === true && !isNew;
    if (!this.isOld) this.answered(news);
    const live = this.open(attempt, report.externalId, news);
    if (live && report.instructions) this.takeInstructions(report.instructions, news);
    if (report.currency !== undefined && report.currency !== this.known.currency)
      return this.openCurrencyMismatch(attempt, news);
    this.takeMoney(attempt, news);
    switch (report.status) {
      case 'APPROVED':
        break;
      case 'REVERSED':
        this.takeReversed(attempt, news);
        break;
      case 'REJECTED':
      case 'EXPIRED':
      case 'CANCELED':
        this.takeUnpaid(attempt, report.status, news);
        break;
      case 'PENDING':
        this.takeWaiting(attempt, news);
        break;
      case 'UNRECOGNISED': {
        const detail = `${attempt.provider} reports the status "${report.rawStatus}", which is not in its documents`;
        this.openDiscrepancy('UNRECOGNISED_STATUS', report.amountInCents ?? null, detail, news);
      }
    }
    if (!this.isOld && this.agrees(report.status)) this.settleBy(news, 'STATUS_CONFLICT', 'THE_PROVIDER_AGREES');
  }

  /** What an answer settles by being one. */
  private answered(news: Extract<AttemptNews, { kind: 'report' }>): void {
    this.settleBy(news, 'MISSING_AT_PROVIDER', 'THE_PROVIDER_HAS_IT');
    if (news.report.status !== 'UNRECOGNISED') this.settleBy(news, 'UNRECOGNISED_STATUS', 'A_KNOWN_STATUS_CAME');
  }

  /** The provider's word and the payin's status say the same, and there is no second order that could say otherwise. */
  private agrees(reported: ReportedStatus): boolean {
    const { status, reversedAt } = this.decision;
    const orders = [...this.attempts.values()].filter(
      ({ state, externalId }) => state === 'open' || externalId !== null,
    );
    if (orders.length > 1) return false;
    if (reported === 'APPROVED') return status === 'APPROVED' || status === 'UNDERPAID';
    // Of a payin that had been reversed before, money may have come since.
    if (reported === 'REVERSED') return reversedAt !== null;
    return reported === 'PENDING' ? status === 'PENDING' : reported !== 'UNRECOGNISED' && endedUnpaid(status);
  }

  private settleBy(
    { source, askedAt }: { source: NewsSource; askedAt?: Date },
    kind: DiscrepancyKind,
    resolution: string,
  ): void {
    this.discrepancies.hear({ kind, resolution, at: askedAt ?? this.now, source });
  }

  /** Instructions that came later than the order. The payer may be following those that are known: they stay. */
  private takeInstructions(instructions: unknown, news: Pick<News, 'source'>): void {
    if (this.known.instructions || this.decision.instructions || !isOpen(this.decision.status)) return;
    this.decision.instructions = instructions;
    this.note(news, 'instructions.received', {});
  }

  /** Money counts whatever else the answer says. */
  private takeMoney(attempt: Attempt, news: Extract<AttemptNews, { kind: 'report' }>): void {
    const { status, payments = [], amountInCents } = news.report;
    if (payments.length > 0) return this.takePayments(attempt, payments, news);
    const receipts = this.receiptsOf(attempt);
    const booked = sumOf(receipts);
    const tellsSum = status === 'APPROVED' || (status === 'REVERSED' && booked === 0n && amountInCents !== undefined);
    const settled = tellsSum ? this.settle(attempt, news) : undefined;
    // What a person has booked may be what the provider tells of now, or what it will never tell of.
    const heard = sumOf(receipts.filter((receipt) => !isByHand(receipt)));
    if (settled === undefined || settled === booked || (settled === heard && heard > 0n)) return;
    if (settled < booked || (heard > 0n && !news.addsUp)) return this.openOtherAmount(attempt, booked, settled, news);
    const { feeInCents, paidAt } = news.report;
    const paymentId = this.unnumberedId(attempt);
    this.bookAll(attempt, [{ paymentId, amountInCents: settled - booked, feeInCents, paidAt }], news);
  }

  /**
   * Books each numbered payment once. Money that was told and booked as a sum before is not counted again: what has arrived is the larger of
   * the sum that was told and the numbered payments that are known, and only what is missing to it is booked.
   */
  private takePayments(attempt: Attempt, payments: readonly Payment[], news: News): void {
    const booked = this.receiptsOf(attempt);
    for (const payment of payments) {
      const same = this.numbered(attempt, payment.paymentId);
      if (same && same.amountInCents !== payment.amountInCents)
        this.openOtherAmount(attempt, same.amountInCents, payment.amountInCents, news);
    }
    const unheard = payments.filter(({ paymentId }) => !this.numbered(attempt, paymentId));
    this.payments.push(...unheard.map((payment) => ({ ...payment, attemptId: attempt.id })));
    const unbooked = this.payments.filter(
      ({ attemptId, paymentId }) =>
        attemptId === attempt.id && !booked.some((receipt) => receipt.paymentId === paymentId),
    );
    const toldAsSum = booked.filter(
      (receipt) =>
        receipt.paymentId.startsWith(attempt.providerReference) ||
        (isByHand(receipt) && !this.payments.some(({ paymentId }) => paymentId === receipt.paymentId)),
    );
    if (toldAsSum.length === 0) return this.bookAll(attempt, unbooked, news);
    const missing = sumOf(unbooked) - sumOf(toldAsSum);
    // Less than a person has booked, and more than the provider's own sum: it may be the same money or other money.
    const heard = sumOf(toldAsSum.filter((receipt) => !isByHand(receipt)));
    const told = sumOf(unbooked);
    if (missing < 0n && told > heard && heard < sumOf(toldAsSum))
      return this.openOtherAmount(attempt, sumOf(toldAsSum), told, news);
    if (missing <= 0n) return;
    this.bookAll(attempt, [{ paymentId: this.unnumberedId(attempt), amountInCents: missing }], news);
  }

  private bookAll(attempt: Attempt, payments: readonly Payment[], news: News): void {
    const total = sumOf(this.receiptsOf(attempt)) + sumOf(payments);
    if (isUnitMismatch(this.known.amountInCents, total)) {
      const detail = `${attempt.provider} reports a payment off by a factor of exactly 100: cents and pesos are mixed up`;
      return this.openDiscrepancy('UNIT_MISMATCH', total, detail, news);
    }
    const before = this.decision.status;
    for (const { paymentId, amountInCents, feeInCents, paidAt } of payments)
      this.book({ attemptId: attempt.id, paymentId, amountInCents, feeInCents, paidAt }, news);
    if (payments.length > 0) this.takeTotal(before, news);
  }

  private numbered({ id }: Attempt, number: string): Payment | undefined {
    return [...this.receipts, ...this.payments].find(
      ({ attemptId, paymentId }) => attemptId === id && paymentId === number,
    );
  }

  /** The name of money that the provider does not number: our reference, and a count where there is more than one. */
  private unnumberedId(attempt: Attempt): string {
    const taken = new Set(this.receiptsOf(attempt).map(({ paymentId }) => paymentId));
    const { providerReference } = attempt;
    if (taken.size === 0) return providerReference;
    let count = taken.size;
    while (taken.has(`${providerReference}+${count}`)) count += 1;
    return `${providerReference}+${count}`;
  }

  private receiptsOf({ id }: Attempt): Receipt[] {
    return this.receipts.filter(({ attemptId }) => attemptId === id);
  }

  private openOtherAmount({ provider }: Attempt, booked: bigint, reported: bigint, news: News): void {
    const detail = `booked were ${booked} cents, ${provider} now reports ${reported} for the same payment`;
    this.openDiscrepancy('AMOUNT_CONFLICT', reported, detail, news, distance(booked, reported));
  }

  /** The amount of the payment that the answer speaks of, or undefined while that cannot be said. */
  private settle(attempt: Attempt, news: Extract<AttemptNews, { kind: 'report' }>): bigint | undefined {
    const answeredInCents = news.report.amountInCents;
    const hintedInCents = this.hints.flatMap(({ attemptId, amountInCents }) =>
      attemptId === attempt.id && amountInCents !== null && amountInCents > 0n ? [amountInCents] : [],
    );
    const contradicting = hintedInCents.find((amount) => answeredInCents !== undefined && amount !== answeredInCents);
    if (contradicting !== undefined && answeredInCents !== undefined) {
      const detail = `${attempt.provider} answers ${answeredInCents} cents, its webhook said ${contradicting}`;
      this.openDiscrepancy('AMOUNT_CONFLICT', contradicting, detail, news, distance(answeredInCents, contradicting));
    }
    const since = this.known.paidAnswerSince ?? this.now;
    const settled = settledAmount({
      askedInCents: this.known.amountInCents,
      answeredInCents,
      hintedInCents,
      mayBeEcho: news.mayEchoAmount && this.rules.payerMayEditAmount,
      waited: hasWaitedForWebhook(attempt, since, this.now),
    });
    if (settled === 'not_told_yet') this.decision.paidAnswerSince = since;
    if (settled === 'not_told') {
      const detail = `${attempt.provider} reports a payment without a usable amount`;
      this.openDiscrepancy('AMOUNT_CONFLICT', null, detail, news);
    }
    return typeof settled === 'bigint' ? settled : undefined;
  }

  private book(payment: Omit<Receipt, 'source'>, news: News): void {
    const { decision, known } = this;
    const receipt = { ...payment, source: news.source };
    const wasWhole = decision.receivedInCents >= known.amountInCents;
    this.receipts.push(receipt);
    decision.receipts.push(receipt);
    decision.receivedInCents = sumOf(this.receipts);
    this.note(news, 'receipt.added', { paymentId: receipt.paymentId, amountInCents: receipt.amountInCents.toString() });
    if (decision.receivedInCents <= known.amountInCents) return;
    const { receivedInCents } = decision;
    const beyond = receivedInCents - sumWhenWhole(known.amountInCents, this.receipts);
    const detail = 'another payment arrived when the payin was whole already';
    if (wasWhole) this.openDiscrepancy('PAID_TWICE', receivedInCents, detail, news, beyond);
    else this.openDiscrepancy('OVERPAID', receivedInCents, 'more money arrived than was asked for', news);
  }

  /** What all money so far means, once for all payments that were heard of together: a part of them is no state of its own. */
  private takeTotal(before: PayinStatus, news: News): void {
    const { decision, known } = this;
    const received = decision.receivedInCents;
    const arrived = amountStatus(known.amountInCents, received);
    const target = arrived === 'UNDERPAID' ? 'UNDERPAID' : 'APPROVED';
    if (target !== decision.status && mayMove(decision.status, target)) this.moveTo(target, news);

    if (endedUnpaid(before)) {
      const detail = `the money came when the payin was ${before} already`;
      if (news.source !== 'operator') this.openDiscrepancy('LATE_PAYMENT', received, detail, news);
      this.note(news, 'payin.late_payment', { was: before }, true);
    } else if (this.discrepancies.openOf('LATE_PAYMENT')) {
      this.openDiscrepancy('LATE_PAYMENT', received, 'more late money came', news);
    }
    if (before === 'REVERSED')
      this.openDiscrepancy('STATUS_CONFLICT', received, 'money came after the payin was reversed', news);
    if (decision.status === 'UNDERPAID') {
      this.openDiscrepancy('UNDERPAID', received, 'less money arrived than was asked for', news);
    } else this.closeDiscrepancy('UNDERPAID', { resolution: 'THE_REST_ARRIVED' }, news);
    if (arrived === 'EXACT') this.isPaidExactly(news);
    if (arrived === 'OVERPAID') this.note(news, 'payin.overpaid', {}, true);
  }

  /** The amount that could not be taken at first has come in the end. */
  private isPaidExactly({ source }: News): void {
    this.settleBy({ source }, 'UNIT_MISMATCH', 'THE_RIGHT_AMOUNT_CAME');
    this.settleBy({ source }, 'CURRENCY_MISMATCH', 'THE_RIGHT_AMOUNT_CAME');
    // Of two amounts that were told, a person must say which is true; an amount that was not told at all is known now.
    if (this.discrepancies.openOf('AMOUNT_CONFLICT')?.actualInCents === null)
      this.settleBy({ source }, 'AMOUNT_CONFLICT', 'THE_RIGHT_AMOUNT_CAME');
  }

  /** No document tells how much was taken back: it is all that had come by this order. */
  private takeReversed(attempt: Attempt, news: Extract<AttemptNews, { kind: 'report' }>): void {
    const receipts = this.receiptsOf(attempt);
    const takenBack = this.takenBack.filter(({ attemptId }) => attemptId === attempt.id);
    const amountInCents = leftOf({ receipts, takenBack });
    if (this.decision.status === 'REVERSED' || (amountInCents === 0n && takenBack.length > 0)) return;
    if (amountInCents > 0n && mayMove(this.decision.status, 'REVERSED'))
      return this.takeBack(attempt.id, news.report.reversedAt ?? this.now, amountInCents, news);
    const detail = `${attempt.provider} reports a reversal of ${amountInCents} cents, and the payin is ${this.decision.status}`;
    this.openDiscrepancy('STATUS_CONFLICT', null, detail, news);
  }

  /** A payin of which enough is left, of another order or of too much money, stays paid. */
  private takeBack(attemptId: string, at: Date, amountInCents: bigint, news: News): void {
    this.takenBack.push({ attemptId, amountInCents });
    this.decision.takenBack.push({ attemptId, amountInCents });
    const left = sumOf(this.receipts) - sumOf(this.takenBack);
    const data = { attemptId, amountInCents: amountInCents.toString() };
    const isReversed = left < this.known.amountInCents;
    if (isReversed) {
      this.decision.reversedAt = at;
      this.moveTo('REVERSED', news, data);
    } else this.note(news, TAKEN_BACK, data);
    if (news.source !== 'operator')
      this.openDiscrepancy('CHARGEBACK', sumOf(this.takenBack), 'money that had arrived was taken back', news);
    if (isReversed) this.closeDiscrepancy('UNDERPAID', { resolution: 'REVERSED' }, news);
    if (left !== this.known.amountInCents) return;
    for (const kind of ['PAID_TWICE', 'OVERPAID'] as const)
      this.closeDiscrepancy(kind, { resolution: 'THE_REST_WAS_TAKEN_BACK' }, news);
  }

  private takeUnpaid(
    attempt: Attempt,
    status: 'REJECTED' | 'EXPIRED' | 'CANCELED',
    news: Extract<AttemptNews, { kind: 'report' }>,
  ): void {
    if (this.receipts.some((receipt) => !isByHand(receipt))) {
      const detail = `${attempt.provider} reports ${news.report.rawStatus} for an order whose money is booked`;
      return this.openDiscrepancy('STATUS_CONFLICT', 0n, detail, news);
    }
    if (this.hints.some(({ attemptId }) => attemptId === attempt.id)) {
      const detail = `${attempt.provider} answers ${news.report.rawStatus}, its webhook said that the order is paid`;
      this.openDiscrepancy('STATUS_CONFLICT', 0n, detail, news);
    }
    // An earlier try that ends says nothing about a later one.
    if (this.liveAttempt()?.id !== attempt.id || !mayMove(this.decision.status, status)) return;
    this.decision.errorCode = news.report.reasonCode ?? status;
    this.moveTo(status, news);
  }

  private takeWaiting(attempt: Attempt, news: Extract<AttemptNews, { kind: 'report' }>): void {
    if (this.liveAttempt()?.id !== attempt.id) return;
    if (this.decision.status === 'CREATED') this.moveTo('PENDING', news);
    // The answer must be younger than the expiry: an older one knows nothing of a payment in the last moment.
    if (this.decision.status !== 'PENDING' || news.askedAt < this.known.expiresAt) return;
    // A provider may know of a payment in its webhooks earlier than in its answers.
    if (this.wasHintedPaidLately(attempt)) {
      this.hurry = true;
      return;
    }
    this.decision.errorCode = 'EXPIRED';
    this.moveTo('EXPIRED', { ...news, source: 'expiry' });
  }

  private wasHintedPaidLately(attempt: Attempt): boolean {
    return this.hints.some(
      ({ attemptId, heardAt }) => attemptId === attempt.id && this.now < addSeconds(heardAt, PAID_HINT_HOLDS_SECONDS),
    );
  }

  /**
   * The provider has the order. One that it had denied, and that another has replaced since, is not opened again, but its money counts.
   * @returns whether the attempt is the one that the payin waits for
   */
  private open(attempt: Attempt, externalId: string | undefined, news: News): boolean {
    const live = this.liveAttempt();
    const replaced = attempt.state === 'not_executed' && live !== undefined;
    const adopts = attempt.externalId === null && externalId !== undefined;
    if (adopts) attempt.externalId = externalId;
    if (replaced) {
      const detail = `${attempt.provider} has the order ${attempt.providerReference} after all, and another one was opened since`;
      this.openDiscrepancy('STATUS_CONFLICT', null, detail, news);
    }
    if (adopts || (!replaced && attempt.state !== 'open')) {
      this.change(attempt, replaced ? attempt.state : 'open', null);
      const { provider, providerReference } = attempt;
      this.note(news, 'attempt.opened', { provider, providerReference, externalId: attempt.externalId });
    }
    return !replaced;
  }

  private openCurrencyMismatch({ provider }: Attempt, news: Extract<AttemptNews, { kind: 'report' }>): void {
    const detail = `${provider} reports ${news.report.currency}, asked were ${this.known.currency}`;
    this.openDiscrepancy('CURRENCY_MISMATCH', news.report.amountInCents ?? null, detail, news);
  }

  private change(attempt: Attempt, state: AttemptState, reason: string | null): void {
    attempt.state = state;
    this.changedAttempts.set(attempt.id, reason);
  }

  private observe(news: Extract<AttemptNews, { kind: 'report' }>): boolean {
    const key = observationKey(news);
    if (this.known.observationKeys.has(key) || this.decision.observations.some((seen) => seen.key === key))
      return false;
    const { attemptId, source, trust, report } = news;
    this.decision.observations.push({ attemptId, key, source, trust, report });
    this.note(news, 'observation', {
      trust,
      status: report.status,
      rawStatus: report.rawStatus,
      amountInCents: report.amountInCents?.toString(),
    });
    return true;
  }

  private moveTo(to: PayinStatus, news: Pick<News, 'source'>, data: Record<string, unknown> = {}): void {
    const from = this.decision.status;
    this.decision.status = to;
    this.decision.ended = !isOpen(to);
    if (to === 'PENDING' || to === 'APPROVED' || to === 'UNDERPAID') this.decision.errorCode = null;
    this.decision.history.push({ type: STATUS_EVENTS[to], source: news.source, from, to, data, notify: true });
  }

  private note(news: Pick<News, 'source'>, type: string, data: Record<string, unknown>, notify = false): void {
    this.record(aside(news, type, data, notify));
  }

  private record(entry: HistoryEntry): void {
    this.decision.history.push(entry);
  }

  private openDiscrepancy(
    kind: DiscrepancyKind,
    actualInCents: bigint | null,
    detail: string,
    news: News,
    atRiskInCents?: bigint,
  ): void {
    const expectedInCents = this.known.amountInCents;
    const { receivedInCents } = this.decision;
    const opened = this.discrepancies.open(
      {
        kind,
        expectedInCents,
        actualInCents,
        moneyAtRiskInCents: atRiskInCents ?? moneyAtRisk(kind, { expectedInCents, actualInCents, receivedInCents }),
        detail,
        provider: this.providerOf(news),
        source: news.source,
        evidence: evidenceOf(news),
      },
      this.isOld,
    );
    if (!opened) return;
    this.record({ ...aside(news, 'discrepancy.opened', { kind }, true), discrepancy: opened });
    if (news.source === 'statement') this.askSoon = true;
  }

  private closeDiscrepancy(kind: DiscrepancyKind, settlement: Settlement, news: Pick<News, 'source'>): void {
    const open = this.discrepancies.openOf(kind);
    if (open) this.close(open, settlement, news);
  }

  private close(open: Discrepancy, settlement: Settlement, news: Pick<News, 'source'>): void {
    const closed = this.discrepancies.settle(open, settlement);
    if (!closed) return;
    const { resolution, by, approvedBy, note } = settlement;
    const data = { kind: open.kind, resolution, by, approvedBy, note };
    this.record({ ...aside(news, 'discrepancy.resolved', data, true), discrepancy: closed });
  }

  private providerOf(news: News): string | null {
    const attempt = 'attemptId' in news && news.attemptId ? this.attempts.get(news.attemptId) : this.liveAttempt();
    return attempt?.provider ?? null;
  }

  /** The try that may still bring an order: there is at most one. */
  private liveAttempt(): Attempt | undefined {
    return [...this.attempts.values()].findLast(({ state }) => state !== 'not_executed');
  }
}

/** Booked by a person at the desk: the provider may tell of the same money later, by a number of its own. */
function isByHand({ source }: Receipt): boolean {
  return source === 'operator';
}

function earlier(one: Date | null, other: Date): Date {
  return one !== null && one < other ? one : other;
}
