import { sumOf } from './amounts.js';
import { type Correction, effectOf, mostLeft } from './corrections.js';
import { aside, type Decision } from './decision.js';
import { asTold, type Case, hasProposal, judge, type Verdict } from './desk.js';
import { type CorrectionRequest, type Discrepancy, SETTLED_BY_AGREEMENT } from './discrepancy.js';
import { addSeconds, lateUntil, nextLook, PAID_HINT_HOLDS_SECONDS } from './look-plan.js';
import { DecidingMoney, isByHand } from './deciding-money.js';
import type {
  AcceptNews,
  AgreementNews,
  Attempt,
  AttemptNews,
  DeskNews,
  DifferenceNews,
  KnownPayin,
  NewAttempt,
  News,
  RailRules,
  ReportedStatus,
  RequestNews,
} from './news.js';
import { endedUnpaid, isOpen, mayMove } from './status.js';

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

class Deciding extends DecidingMoney {
  take(news: News): void {
    this.isOld = false;
    if ('discrepancyId' in news) return this.takeDeskAct(news);
    if (news.kind === 'accept') return this.takeAccept(news);
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
      const { state, externalId, refusedAt = null } = this.attempts.get(id)!;
      return { id, state, externalId, reason, refusedAt };
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
        if (!mayMove(this.decision.status, 'CANCELED') || this.mustBeSettledFirst()) return;
        this.decision.errorCode = 'CANCELED';
        return this.moveTo('CANCELED', news, { by });
    }
  }

  /** The provider says that it is paid: before a person has said what that means, it is not canceled. */
  private mustBeSettledFirst(): boolean {
    const isSettled = this.discrepancies.current.some(
      ({ kind, status, resolvedBy }) => kind === 'AMOUNT_UNCONFIRMED' && status === 'RESOLVED' && resolvedBy !== null,
    );
    return this.isUnconfirmed && !isSettled;
  }

  /** The correction ACCEPT_AS_PAID, without a discrepancy to look for. */
  private takeAccept(news: AcceptNews): void {
    const { by, approvalAboveInCents } = news;
    const payin = this.currentCase();
    const correction = { type: 'ACCEPT_AS_PAID' } as const;
    const effect = effectOf(correction, payin);
    if (!effect || hasProposal(payin)) {
      this.decision.refusal = effect ? 'APPROVAL_PENDING' : 'NOT_ALLOWED';
      return;
    }
    const { receivedInCents } = this.decision;
    const discrepancy = payin.isUnconfirmed
      ? this.openForAct('AMOUNT_UNCONFIRMED', null, 'the amount has no witness', news)
      : this.openForAct('UNDERPAID', receivedInCents, 'less money arrived than was asked for', news);
    const act = { kind: 'correct', correction, note: 'accepted at the payin', by, approvalAboveInCents } as const;
    const verdict = judge(act, discrepancy, payin, this.now);
    const isAccepted = verdict.what === 'correct';
    this.carryOut(
      isAccepted ? { ...verdict, settlement: { ...verdict.settlement, resolution: 'ACCEPTED' } } : verdict,
      discrepancy,
      news,
    );
  }

  /** What a person's act is judged by. */
  private currentCase(): Case {
    const { receipts, takenBack } = this;
    const { status } = this.decision;
    const isUnconfirmed = this.isUnconfirmed && sumOf(receipts) === 0n;
    const { current: discrepancies } = this.discrepancies;
    return { status, amountInCents: this.known.amountInCents, receipts, takenBack, isUnconfirmed, discrepancies };
  }

  private takeDeskAct(news: DeskNews): void {
    const discrepancy = this.discrepancies.byId(news.discrepancyId);
    if (!discrepancy) throw new Error(`discrepancy ${news.discrepancyId} does not belong to this payin`);
    this.carryOut(judge(news, discrepancy, this.currentCase(), this.now), discrepancy, news);
  }

  private carryOut(verdict: Verdict, discrepancy: Discrepancy, news: DeskNews | AcceptNews): void {
    switch (verdict.what) {
      case 'nothing':
        return;
      case 'refuse':
        this.decision.refusal = verdict.refusal;
        return;
      case 'settle':
        return this.close(discrepancy, verdict.settlement, news);
      case 'propose':
        this.noteAbout(discrepancy, 'correction.proposed', asTold(discrepancy, verdict.request), news);
        return this.discrepancies.propose(discrepancy, verdict.request);
      case 'reject': {
        const { request, by, note } = verdict;
        this.note(news, 'correction.rejected', { ...asTold(discrepancy, request), rejectedBy: by, because: note });
        return this.discrepancies.propose(discrepancy, null);
      }
      case 'correct': {
        const { settlement, request, correction } = verdict;
        const { approvedBy = null } = settlement;
        this.noteAbout(discrepancy, 'correction.applied', { ...asTold(discrepancy, request), approvedBy }, news);
        this.close(discrepancy, settlement, news);
        return this.correct(correction, request, discrepancy, news);
      }
    }
  }

  private noteAbout(
    discrepancy: Discrepancy,
    type: string,
    data: Record<string, unknown>,
    news: Pick<News, 'source'>,
  ): void {
    this.record({ ...aside(news, type, data, false), discrepancy });
  }

  /** What has been found beside it by now is still there to be seen; what the person has just said is not found again. */
  private correct(
    correction: Correction,
    { amountInCents, by }: CorrectionRequest,
    { provider }: Discrepancy,
    news: DeskNews | AcceptNews,
  ): void {
    const { receipts, takenBack } = this;
    switch (correction.type) {
      case 'BOOK_RECEIPT':
        return this.bookByHand(this.attemptOf(provider), correction.paymentId, amountInCents, news);
      case 'MARK_REVERSED': {
        const { attemptId } = mostLeft({ receipts, takenBack })!;
        return this.takeBack(attemptId, this.now, amountInCents, news);
      }
      case 'ACCEPT_AS_PAID': {
        if (this.decision.status === 'UNDERPAID') {
          this.moveTo('APPROVED', news, { by });
          return this.closeDiscrepancy('UNDERPAID', { resolution: 'ACCEPTED', by }, news);
        }
        const attempt = this.attemptOf(provider);
        return this.bookByHand(attempt, this.unnumberedId(attempt), amountInCents, news);
      }
    }
  }

  private attemptOf(provider: string | null): Attempt {
    const attempts = [...this.attempts.values()];
    return attempts.findLast((one) => one.provider === provider) ?? this.liveAttempt() ?? attempts.at(-1)!;
  }

  private bookByHand(attempt: Attempt, paymentId: string, amountInCents: bigint, news: DeskNews | AcceptNews): void {
    const before = this.decision.status;
    this.book({ attemptId: attempt.id, paymentId, amountInCents }, news);
    this.takeTotal(before, news);
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
    const { reason, refusedToServe = false } = news;
    if (refusedToServe) attempt.refusedAt = this.now;
    this.change(attempt, 'unknown', reason);
    this.note(news, 'attempt.unknown', { provider: attempt.provider, reason, refusedToServe });
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
    if (this.hasSeveralOrders()) return false;
    if (reported === 'APPROVED') return status === 'APPROVED' || status === 'UNDERPAID';
    // Of a payin that had been reversed before, money may have come since.
    if (reported === 'REVERSED') return reversedAt !== null;
    if (reported === 'PENDING') return status === 'PENDING' && !this.isUnconfirmed;
    return reported !== 'UNRECOGNISED' && endedUnpaid(status);
  }

  private hasSeveralOrders(): boolean {
    return [...this.attempts.values()].filter(({ state, externalId }) => state === 'open' || externalId).length > 1;
  }

  /** Instructions that came later than the order. The payer may be following those that are known: they stay. */
  private takeInstructions(instructions: unknown, news: Pick<News, 'source'>): void {
    if (this.known.instructions || this.decision.instructions || !isOpen(this.decision.status)) return;
    this.decision.instructions = instructions;
    this.note(news, 'instructions.received', {});
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
    if (this.isUnconfirmed) {
      const detail = `${attempt.provider} answers ${news.report.rawStatus}, and had answered that the order is paid`;
      return this.openDiscrepancy('STATUS_CONFLICT', null, detail, news);
    }
    if (this.hints.some(({ attemptId }) => attemptId === attempt.id)) {
      const detail = `${attempt.provider} answers ${news.report.rawStatus}, its webhook or statement said that the order is paid`;
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
    // It had answered that it is paid, and does not say so any more: a person must look all the same. Of several orders another may be meant.
    if (this.isUnconfirmed && !this.hasSeveralOrders()) return this.showUnconfirmed(attempt, news);
    // The answer must be younger than the expiry: an older one knows nothing of a payment in the last moment.
    if (this.decision.status !== 'PENDING' || news.askedAt < this.known.expiresAt) return;
    // A provider may know of a payment in its webhooks earlier than in its answers.
    if (this.isUnconfirmed) return;
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
}

function earlier(one: Date | null, other: Date): Date {
  return one !== null && one < other ? one : other;
}
