import type { Instructions, ReportedStatus } from '@recaudo/payment-provider';
import { sumOf } from './amounts.js';
import { type Correction, effectOf, mostLeft } from './corrections.js';
import { aside, type Decision } from './decision.js';
import { correctionData, type Case, hasProposal, decideOperatorAction, type Verdict } from './operator-action.js';
import { type CorrectionRequest, type Discrepancy, SETTLED_BY_MATCH } from './discrepancy.js';
import { addSeconds, lateUntil, nextCheck, PAID_HINT_HOLDS_SECONDS } from './check-schedule.js';
import { DecidingMoney, isByHand } from './deciding-money.js';
import type {
  AcceptUpdate,
  MatchUpdate,
  AttemptUpdate,
  OperatorUpdate,
  MismatchUpdate,
  PayinUpdate,
  RequestUpdate,
} from './update.js';
import type { Attempt, KnownPayin, NewAttempt, RailRules } from './known-payin.js';
import { endedUnpaid, isOpen, mayMove } from './status.js';

/**
 * Takes what is known of a payin and what is new, and says what follows. Pure, and the only place where a status is decided: every
 * webhook, poll, create reply and recovery goes through it, in any order and any number of times.
 */
export function decide(known: KnownPayin, updates: readonly PayinUpdate[], rules: RailRules, now: Date): Decision {
  const deciding = new Deciding(known, rules, now);
  for (const item of updates) deciding.take(item);
  return deciding.conclude();
}

/** Long enough for the other lines of a list to be heard as well. */
const RECHECK_SOON_SECONDS = 5;

class Deciding extends DecidingMoney {
  take(update: PayinUpdate): void {
    this.isStale = false;
    if ('discrepancyId' in update) return this.takeOperatorAction(update);
    if (update.kind === 'accept') return this.takeAccept(update);
    if (update.kind === 'refresh' || update.kind === 'cancel') return this.takeRequest(update);
    if (update.kind === 'mismatch') return this.takeDifference(update);
    if (update.kind === 'match') return this.takeAgreement(update);
    const attempt = this.attempts.get(update.attemptId);
    if (!attempt) throw new Error(`attempt ${update.attemptId} does not belong to this payin`);
    switch (update.kind) {
      case 'opened':
        return this.takeOpened(attempt, update);
      case 'not_executed':
        return this.takeNotExecuted(attempt, update);
      case 'retry':
        return this.takeRetry(update);
      case 'unknown':
        return this.takeUnknown(attempt, update);
      case 'unanswered':
        return this.takeUnanswered(attempt, update);
      case 'not_found':
        return this.takeMissing(attempt, update);
      case 'hint':
        return this.takeHint(attempt, update);
      case 'answer':
        return this.takeAnswer(attempt, update);
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
    if (this.checkSoon) decision.checks = 1;
    else if (this.wasAnswered) decision.checks += 1;
    const check = nextCheck(
      {
        status: decision.status,
        live: this.liveAttempt(),
        expiresAt: this.known.expiresAt,
        endedAt: this.known.endedAt,
        checks: decision.checks,
        unconfirmedPaidSince: decision.unconfirmedPaidSince,
        checkSoon: this.checkSoon,
        retryAt: this.retryAt,
        hasInstructions: Boolean(decision.instructions ?? this.known.instructions),
        jitter: this.known.jitter,
        // What has settled itself is not before anybody's eyes.
        isShown: this.known.discrepancies.some(({ status, resolvedBy }) => status === 'OPEN' || resolvedBy !== null),
      },
      this.rules,
      this.now,
    );
    decision.dueAt = check?.at ?? null;
    if (this.recheckSoon && this.liveAttempt())
      decision.dueAt = earlier(decision.dueAt, addSeconds(this.now, RECHECK_SOON_SECONDS));
    if (decision.dueAt && this.notBefore && decision.dueAt < this.notBefore) decision.dueAt = this.notBefore;
    return decision;
  }

  private takeRequest(update: RequestUpdate): void {
    const { by } = update;
    switch (update.kind) {
      case 'refresh':
        return this.note(update, 'refresh.requested', { by });
      case 'cancel':
        if (!mayMove(this.decision.status, 'CANCELED') || this.mustBeSettledFirst()) return;
        this.decision.errorCode = 'CANCELED';
        return this.moveTo('CANCELED', update, { by });
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
  private takeAccept(update: AcceptUpdate): void {
    const { by, approvalAboveInCents } = update;
    const payin = this.currentCase();
    const correction = { type: 'ACCEPT_AS_PAID' } as const;
    const effect = effectOf(correction, payin);
    if (!effect || hasProposal(payin)) {
      this.decision.refusal = effect ? 'APPROVAL_PENDING' : 'NOT_ALLOWED';
      return;
    }
    const { receivedInCents } = this.decision;
    const discrepancy = payin.isUnconfirmed
      ? this.openForAction('AMOUNT_UNCONFIRMED', null, 'the amount has no witness', update)
      : this.openForAction('UNDERPAID', receivedInCents, 'less money arrived than was asked for', update);
    const action = { kind: 'correct', correction, note: 'accepted at the payin', by, approvalAboveInCents } as const;
    const verdict = decideOperatorAction(action, discrepancy, payin, this.now);
    const isAccepted = verdict.what === 'correct';
    this.carryOut(
      isAccepted ? { ...verdict, settlement: { ...verdict.settlement, resolution: 'ACCEPTED' } } : verdict,
      discrepancy,
      update,
    );
  }

  /** What a person's act is judged by. */
  private currentCase(): Case {
    const { receipts, reversals } = this;
    const { status } = this.decision;
    const isUnconfirmed = this.isUnconfirmed && sumOf(receipts) === 0n;
    const { current: discrepancies } = this.discrepancies;
    return { status, amountInCents: this.known.amountInCents, receipts, reversals, isUnconfirmed, discrepancies };
  }

  private takeOperatorAction(update: OperatorUpdate): void {
    const discrepancy = this.discrepancies.byId(update.discrepancyId);
    if (!discrepancy) throw new Error(`discrepancy ${update.discrepancyId} does not belong to this payin`);
    this.carryOut(decideOperatorAction(update, discrepancy, this.currentCase(), this.now), discrepancy, update);
  }

  private carryOut(verdict: Verdict, discrepancy: Discrepancy, update: OperatorUpdate | AcceptUpdate): void {
    switch (verdict.what) {
      case 'nothing':
        return;
      case 'refuse':
        this.decision.refusal = verdict.refusal;
        return;
      case 'settle':
        return this.close(discrepancy, verdict.settlement, update);
      case 'propose':
        this.noteAbout(discrepancy, 'correction.proposed', correctionData(discrepancy, verdict.request), update);
        return this.discrepancies.propose(discrepancy, verdict.request);
      case 'reject': {
        const { request, by, note } = verdict;
        this.note(update, 'correction.rejected', {
          ...correctionData(discrepancy, request),
          rejectedBy: by,
          because: note,
        });
        return this.discrepancies.propose(discrepancy, null);
      }
      case 'correct': {
        const { settlement, request, correction } = verdict;
        const { approvedBy = null } = settlement;
        this.noteAbout(
          discrepancy,
          'correction.applied',
          { ...correctionData(discrepancy, request), approvedBy },
          update,
        );
        this.close(discrepancy, settlement, update);
        return this.correct(correction, request, discrepancy, update);
      }
    }
  }

  private noteAbout(
    discrepancy: Discrepancy,
    type: string,
    data: Record<string, unknown>,
    update: Pick<PayinUpdate, 'source'>,
  ): void {
    this.record({ ...aside(update, type, data, false), discrepancy });
  }

  /** What has been found beside it by now is still there to be seen; what the person has just said is not found again. */
  private correct(
    correction: Correction,
    { amountInCents, by }: CorrectionRequest,
    { provider }: Discrepancy,
    update: OperatorUpdate | AcceptUpdate,
  ): void {
    const { receipts, reversals } = this;
    switch (correction.type) {
      case 'BOOK_RECEIPT':
        return this.bookByHand(this.attemptOf(provider), correction.paymentId, amountInCents, update);
      case 'MARK_REVERSED': {
        const { attemptId } = mostLeft({ receipts, reversals })!;
        return this.reverse(attemptId, this.now, amountInCents, update);
      }
      case 'ACCEPT_AS_PAID': {
        if (this.decision.status === 'UNDERPAID') {
          this.moveTo('APPROVED', update, { by });
          return this.closeDiscrepancy('UNDERPAID', { resolution: 'ACCEPTED', by }, update);
        }
        const attempt = this.attemptOf(provider);
        return this.bookByHand(attempt, this.unnumberedId(attempt), amountInCents, update);
      }
    }
  }

  private attemptOf(provider: string | null): Attempt {
    const attempts = [...this.attempts.values()];
    return attempts.findLast((one) => one.provider === provider) ?? this.liveAttempt() ?? attempts.at(-1)!;
  }

  private bookByHand(
    attempt: Attempt,
    paymentId: string,
    amountInCents: bigint,
    update: OperatorUpdate | AcceptUpdate,
  ): void {
    const before = this.decision.status;
    this.book({ attemptId: attempt.id, paymentId, amountInCents }, update);
    this.takeTotal(before, update);
  }

  private takeOpened(attempt: Attempt, update: Extract<AttemptUpdate, { kind: 'opened' }>): void {
    const live = this.open(attempt, update.externalId, update);
    if (!live) return;
    if (!this.known.instructions) this.decision.instructions = update.instructions;
    if (this.decision.status === 'CREATED') this.moveTo('PENDING', update);
  }

  private takeNotExecuted(attempt: Attempt, update: Extract<AttemptUpdate, { kind: 'not_executed' }>): void {
    if (attempt.state !== 'opening' && attempt.state !== 'unknown') return;
    this.change(attempt, 'not_executed', update.reason);
    this.note(update, 'attempt.not_executed', {
      provider: attempt.provider,
      reason: update.reason,
      code: update.errorCode,
    });
    if (this.decision.status !== 'CREATED') return;
    if (update.next) return this.start(update.next);
    this.decision.errorCode = update.errorCode;
    if (update.retryAt) this.retryAt = update.retryAt;
    else this.moveTo('FAILED', update);
  }

  private takeRetry(update: Extract<AttemptUpdate, { kind: 'retry' }>): void {
    if (this.decision.status !== 'CREATED' || this.liveAttempt()) return;
    if (update.next) this.start(update.next);
    else this.moveTo('FAILED', update);
  }

  private start(next: NewAttempt): void {
    this.decision.newAttempt = next;
    this.attempts.set(next.id, { ...next, externalId: null, state: 'opening', startedAt: this.now });
  }

  private takeUnknown(attempt: Attempt, update: Extract<AttemptUpdate, { kind: 'unknown' }>): void {
    if (attempt.state !== 'opening') return;
    const { reason, refusedToServe = false } = update;
    if (refusedToServe) attempt.refusedAt = this.now;
    this.change(attempt, 'unknown', reason);
    this.note(update, 'attempt.unknown', { provider: attempt.provider, reason, refusedToServe });
    this.decision.checks = 0;
  }

  /** Unknown ends nothing. But where even the window for late money closes without a word, a person must look. */
  private takeUnanswered(attempt: Attempt, update: Extract<AttemptUpdate, { kind: 'unanswered' }>): void {
    if (!isOpen(this.decision.status) || this.now <= lateUntil(this.known.expiresAt, this.rules)) return;
    const detail = `${attempt.provider} has not been able to say how the order ${attempt.providerReference} stands since it ran out`;
    this.openDiscrepancy('MISSING_AT_PROVIDER', null, detail, update);
  }

  private takeMissing(attempt: Attempt, update: Extract<AttemptUpdate, { kind: 'not_found' }>): void {
    this.wasAnswered = true;
    if (attempt.state === 'open') {
      // It took the order once: "no such order" from the same mouth settles nothing.
      this.openDiscrepancy(
        'MISSING_AT_PROVIDER',
        null,
        `${attempt.provider} says that it has no order ${attempt.providerReference}`,
        update,
      );
    }
  }

  /** A list is not believed either: it opens what a person should see, and makes us ask. It may be old; our books are read now. */
  private takeDifference(update: MismatchUpdate): void {
    this.isStale = update.source !== 'integrity_check';
    this.openDiscrepancy(update.discrepancy, update.actualInCents, update.detail, update);
  }

  private takeAgreement({ source }: MatchUpdate): void {
    const resolution = source === 'integrity_check' ? 'THE_LEDGER_AGREES' : 'A_LATER_STATEMENT_AGREES';
    for (const kind of SETTLED_BY_MATCH)
      this.discrepancies.hear({ kind, resolution, at: this.now, source, foundBy: source });
  }

  private takeHint(attempt: Attempt, update: Extract<AttemptUpdate, { kind: 'hint' }>): void {
    const isNew = this.observe(update);
    this.isStale = !isNew;
    this.notBefore = update.notBefore ?? null;
    // A verified webhook is no proof of money, but of the order.
    this.open(attempt, update.report.externalId, update);
    const { status, amountInCents = null, currency = this.known.currency } = update.report;
    if (currency !== this.known.currency) return this.openCurrencyMismatch(attempt, update);
    if (isNew && status === 'APPROVED') this.hints.push({ attemptId: attempt.id, amountInCents, receivedAt: this.now });
    const open = isOpen(this.decision.status);
    if ((open && status !== 'PENDING') || (endedUnpaid(this.decision.status) && status === 'APPROVED'))
      this.checkSoon = true;
  }

  private takeAnswer(attempt: Attempt, update: Extract<AttemptUpdate, { kind: 'answer' }>): void {
    const { report } = update;
    this.wasAnswered = true;
    const isNew = this.observe(update);
    this.isStale = update.unasked === true && !isNew;
    if (!this.isStale) this.answered(update);
    const live = this.open(attempt, report.externalId, update);
    if (live && report.instructions) this.takeInstructions(report.instructions, update);
    if (report.currency !== undefined && report.currency !== this.known.currency)
      return this.openCurrencyMismatch(attempt, update);
    this.takeMoney(attempt, update);
    switch (report.status) {
      case 'APPROVED':
        break;
      case 'REVERSED':
        this.takeReversed(attempt, update);
        break;
      case 'REJECTED':
      case 'EXPIRED':
      case 'CANCELED':
        this.takeUnpaid(attempt, report.status, update);
        break;
      case 'PENDING':
        this.takeWaiting(attempt, update);
        break;
      case 'UNRECOGNISED': {
        const detail = `${attempt.provider} reports the status "${report.rawStatus}", which is not in its documents`;
        this.openDiscrepancy('UNRECOGNISED_STATUS', report.amountInCents ?? null, detail, update);
      }
    }
    if (!this.isStale && this.agrees(report.status)) this.settleBy(update, 'STATUS_CONFLICT', 'THE_PROVIDER_AGREES');
  }

  /** What an answer settles by being one. */
  private answered(update: Extract<AttemptUpdate, { kind: 'answer' }>): void {
    this.settleBy(update, 'MISSING_AT_PROVIDER', 'THE_PROVIDER_HAS_IT');
    if (update.report.status !== 'UNRECOGNISED') this.settleBy(update, 'UNRECOGNISED_STATUS', 'A_KNOWN_STATUS_CAME');
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
  private takeInstructions(instructions: Instructions, update: Pick<PayinUpdate, 'source'>): void {
    if (this.known.instructions || this.decision.instructions || !isOpen(this.decision.status)) return;
    this.decision.instructions = instructions;
    this.note(update, 'instructions.received', {});
  }

  private takeUnpaid(
    attempt: Attempt,
    status: 'REJECTED' | 'EXPIRED' | 'CANCELED',
    update: Extract<AttemptUpdate, { kind: 'answer' }>,
  ): void {
    if (this.receipts.some((receipt) => !isByHand(receipt))) {
      const detail = `${attempt.provider} reports ${update.report.rawStatus} for an order whose money is booked`;
      return this.openDiscrepancy('STATUS_CONFLICT', 0n, detail, update);
    }
    if (this.isUnconfirmed) {
      const detail = `${attempt.provider} answers ${update.report.rawStatus}, and had answered that the order is paid`;
      return this.openDiscrepancy('STATUS_CONFLICT', null, detail, update);
    }
    if (this.hints.some(({ attemptId }) => attemptId === attempt.id)) {
      const detail = `${attempt.provider} answers ${update.report.rawStatus}, its webhook or statement said that the order is paid`;
      this.openDiscrepancy('STATUS_CONFLICT', 0n, detail, update);
    }
    // An earlier try that ends says nothing about a later one.
    if (this.liveAttempt()?.id !== attempt.id || !mayMove(this.decision.status, status)) return;
    this.decision.errorCode = update.report.reasonCode ?? status;
    this.moveTo(status, update);
  }

  private takeWaiting(attempt: Attempt, update: Extract<AttemptUpdate, { kind: 'answer' }>): void {
    if (this.liveAttempt()?.id !== attempt.id) return;
    if (this.decision.status === 'CREATED') this.moveTo('PENDING', update);
    // It had answered that it is paid, and does not say so any more: a person must look all the same. Of several orders another may be meant.
    if (this.isUnconfirmed && !this.hasSeveralOrders()) return this.showUnconfirmed(attempt, update);
    // The answer must be younger than the expiry: an older one knows nothing of a payment in the last moment.
    if (this.decision.status !== 'PENDING' || update.askedAt < this.known.expiresAt) return;
    // A provider may know of a payment in its webhooks earlier than in its answers.
    if (this.isUnconfirmed) return;
    if (this.wasHintedPaidLately(attempt)) {
      this.checkSoon = true;
      return;
    }
    this.decision.errorCode = 'EXPIRED';
    this.moveTo('EXPIRED', { ...update, source: 'expiry' });
  }

  private wasHintedPaidLately(attempt: Attempt): boolean {
    return this.hints.some(
      ({ attemptId, receivedAt }) =>
        attemptId === attempt.id && this.now < addSeconds(receivedAt, PAID_HINT_HOLDS_SECONDS),
    );
  }

  /**
   * The provider has the order. One that it had denied, and that another has replaced since, is not opened again, but its money counts.
   * @returns whether the attempt is the one that the payin waits for
   */
  private open(attempt: Attempt, externalId: string | undefined, update: PayinUpdate): boolean {
    const live = this.liveAttempt();
    const replaced = attempt.state === 'not_executed' && live !== undefined;
    const adopts = attempt.externalId === null && externalId !== undefined;
    if (adopts) attempt.externalId = externalId;
    if (replaced) {
      const detail = `${attempt.provider} has the order ${attempt.providerReference} after all, and another one was opened since`;
      this.openDiscrepancy('STATUS_CONFLICT', null, detail, update);
    }
    if (adopts || (!replaced && attempt.state !== 'open')) {
      this.change(attempt, replaced ? attempt.state : 'open', null);
      const { provider, providerReference } = attempt;
      this.note(update, 'attempt.opened', { provider, providerReference, externalId: attempt.externalId });
    }
    return !replaced;
  }

  private openCurrencyMismatch(
    { provider }: Attempt,
    update: Extract<AttemptUpdate, { kind: 'hint' | 'answer' }>,
  ): void {
    const detail = `${provider} reports ${update.report.currency}, asked were ${this.known.currency}`;
    this.openDiscrepancy('CURRENCY_MISMATCH', update.report.amountInCents ?? null, detail, update);
  }
}

function earlier(one: Date | null, other: Date): Date {
  return one !== null && one < other ? one : other;
}
