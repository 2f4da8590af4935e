import { sumOf } from './amounts.js';
import type { Decision } from './decision.js';
import { Discrepancies, type Settlement } from './discrepancies.js';
import type { Discrepancy, DiscrepancyKind, Finding } from './discrepancy.js';
import { type HistoryEntry, type HistoryType, isEvent, REFUND_EVENTS, REFUND_REFUSED } from './history.js';
import {
  type Attempt,
  type AttemptState,
  isLive,
  type KnownPayin,
  type NewAttempt,
  type PaidHint,
  type RailRules,
  type Receipt,
  type Reversal,
} from './known-payin.js';
import { amountMayBeEchoed, evidenceOf, observationKey } from './observation.js';
import { type Refund, refundedOf, type WrittenRefund } from './refunds.js';
import { isOpen, isPaid, type PayinStatus, STATUSES } from './status.js';
import type { PayinUpdate, Update } from './update.js';
import type { UpdateSource } from './update-source.js';

type NoteDetails = Partial<Pick<HistoryEntry, 'source' | 'discrepancy' | 'refund' | 'texts'>>;

/**
 * A decision in the making: what is known, with what the updates so far have changed, and the few operations by which anything changes. Each
 * operation speaks for the update that is being applied.
 */
export class DecisionDraft {
  readonly decision: Decision;
  readonly attempts: Map<string, Attempt>;
  readonly receipts: Receipt[];
  /** See KnownPayin. */
  readonly payments: Receipt[];
  readonly reversals: Reversal[];
  readonly hints: PaidHint[];
  readonly refunds: Refund[];
  readonly discrepancies: Discrepancies;
  /** The provider is asked again soon: a hint says that the order has changed, and no answer says so yet. */
  checkSoon = false;
  /** When another attempt may open an order, where none is live. */
  retryAt: Date | null = null;
  private readonly attemptReasons = new Map<string, string | null>();
  /** The update may be from before now, and repeat what has been settled since. */
  isStale = false;
  private update!: PayinUpdate;

  constructor(
    readonly known: KnownPayin,
    readonly rules: RailRules,
    readonly now: Date,
  ) {
    this.attempts = new Map(known.attempts.map((attempt) => [attempt.id, { ...attempt }]));
    this.receipts = [...known.receipts];
    this.payments = [...known.payments];
    this.reversals = [...known.reversals];
    this.hints = [...known.hints];
    this.refunds = [...known.refunds];
    this.discrepancies = new Discrepancies(known.discrepancies, now);
    this.decision = {
      status: known.status,
      errorCode: known.errorCode,
      ended: false,
      reversedAt: null,
      reversals: [],
      choice: null,
      attempts: [],
      newAttempt: null,
      receipts: [],
      receivedInCents: sumOf(known.receipts),
      history: [],
      observations: [],
      discrepancies: [],
      refunds: [],
      refundedInCents: null,
      refusal: null,
      unconfirmedPaidSince: known.unconfirmedPaidSince,
      dueAt: null,
      checks: known.checks,
    };
  }

  begin(update: PayinUpdate): void {
    this.update = update;
    this.isStale = this.mayBeStale(update);
  }

  get status(): PayinStatus {
    return this.decision.status;
  }

  get source(): UpdateSource {
    return this.update.source;
  }

  /** A provider says that the payin is paid, and the amount has no witness. */
  get isUnconfirmed(): boolean {
    return this.decision.unconfirmedPaidSince !== null;
  }

  moveTo(to: PayinStatus, data: Record<string, unknown> = {}, source = this.source): void {
    const from = this.status;
    this.decision.status = to;
    this.decision.ended = !isOpen(to);
    if (isOpen(to) || isPaid(to)) this.decision.errorCode = null;
    this.decision.history.push({ type: STATUSES[to].event, source, from, to, data, notify: true });
  }

  /** A line of the history that changes no status. */
  note(type: HistoryType, data: Record<string, unknown>, more: NoteDetails = {}): void {
    const { source } = this;
    this.decision.history.push({ type, source, from: null, to: null, data, notify: isEvent(type), ...more });
  }

  /** @returns whether it was not known yet */
  observe(update: Update<'hint' | 'answer'>): boolean {
    if (this.isObserved(update)) return false;
    const { attemptId, source, kind: trust, report } = update;
    const { status, rawStatus, amountInCents = this.known.amountInCents } = report;
    const repeatsWhatWasAsked = amountInCents === this.known.amountInCents;
    this.decision.observations.push({ attemptId, key: observationKey(update), source, trust, report });
    this.note('observation', {
      trust,
      status,
      rawStatus,
      amountInCents: report.amountInCents?.toString(),
      ...(this.mayBeEcho(update) && repeatsWhatWasAsked ? { amountMayBeEchoed: true } : {}),
    });
    return true;
  }

  /** The amount may only repeat what was asked, and the payer may have paid another one. */
  mayBeEcho(update: Update<'hint' | 'answer'>): boolean {
    return amountMayBeEchoed(update) && this.rules.payerMayEditAmount;
  }

  /** @throws when the payin has no such attempt */
  attempt(id: string): Attempt {
    const attempt = this.attempts.get(id);
    if (!attempt) throw new Error(`attempt ${id} does not belong to this payin`);
    return attempt;
  }

  /** The provider is called once it is written. */
  startAttempt(next: NewAttempt): void {
    this.decision.newAttempt = next;
    this.attempts.set(next.id, { ...next, externalId: null, state: 'opening', startedAt: this.now });
  }

  /** The attempt that may still bring an order: there is at most one. */
  liveAttempt(): Attempt | undefined {
    return [...this.attempts.values()].findLast(isLive);
  }

  /** Another order than the one in question may exist. */
  hasSeveralOrders(): boolean {
    return [...this.attempts.values()].filter(({ state, externalId }) => state === 'open' || externalId).length > 1;
  }

  change(attempt: Attempt, state: AttemptState, reason: string | null): void {
    attempt.state = state;
    this.attemptReasons.set(attempt.id, reason);
  }

  receiptsOf({ id }: Attempt): Receipt[] {
    return this.receipts.filter(({ attemptId }) => attemptId === id);
  }

  add(payment: Omit<Receipt, 'source'>): void {
    const receipt = { ...payment, source: this.source };
    this.receipts.push(receipt);
    this.decision.receipts.push(receipt);
    this.decision.receivedInCents = sumOf(this.receipts);
  }

  addRefund(refund: WrittenRefund): void {
    this.writeRefund(refund);
  }

  changeRefund(refund: Refund): void {
    this.writeRefund({ ...refund, destination: null });
  }

  /** Its status stays: people are to pay it now. */
  refundRefused(refund: Refund): void {
    const { id, amountInCents, provider, providerReason } = refund;
    this.keepRefund({ ...refund, destination: null });
    this.note(REFUND_REFUSED, {
      refundId: id,
      amountInCents: amountInCents.toString(),
      provider,
      because: providerReason,
    });
  }

  openDiscrepancy(
    kind: DiscrepancyKind,
    actualInCents: bigint | null,
    detail: string,
    moneyAtRiskInCents?: bigint,
  ): void {
    const finding = this.finding(kind, actualInCents, detail, moneyAtRiskInCents);
    const opened = this.discrepancies.open(finding, this.isStale);
    if (opened) this.noteOpened(opened);
  }

  /** The open one of its kind, or a new one, whatever was settled before: a decision that is made now rests on it. */
  discrepancyToActOn(kind: DiscrepancyKind, actualInCents: bigint | null, detail: string): Discrepancy {
    const open = this.discrepancies.openOf(kind);
    if (open) return open;
    const opened = this.discrepancies.openAnew(this.finding(kind, actualInCents, detail));
    this.noteOpened(opened);
    return opened;
  }

  closeDiscrepancy(kind: DiscrepancyKind, settlement: Settlement): void {
    const open = this.discrepancies.openOf(kind);
    if (open) this.close(open, settlement);
  }

  close(open: Discrepancy, settlement: Settlement, source = this.source): void {
    const closed = this.discrepancies.settle(open, settlement);
    if (!closed) return;
    const { resolution, by, approvedBy, note } = settlement;
    const data = { kind: open.kind, resolution, by, approvedBy };
    this.note('discrepancy.resolved', data, { source, discrepancy: closed, ...(note && { texts: { note } }) });
  }

  /** Settles the open one of its kind when everything is applied, unless its cause comes again in the same decision. */
  settleAtEnd(kind: DiscrepancyKind, resolution: string, at = this.now): void {
    this.discrepancies.addFact({ kind, resolution, at, source: this.source });
  }

  /** Everything that has changed; when the next status check is due is left to say. */
  finish(): Decision {
    for (const { open, fact } of this.discrepancies.settledByFacts())
      this.close(open, { resolution: fact.resolution }, fact.source);
    this.decision.discrepancies = this.discrepancies.changes;
    this.decision.attempts = [...this.attemptReasons].map(([id, reason]) => {
      const { state, externalId, refusedAt = null } = this.attempt(id);
      return { id, state, externalId, reason, refusedAt };
    });
    return this.decision;
  }

  private keepRefund(refund: WrittenRefund): Refund {
    const { decision } = this;
    const { destination: _sealed, ...shown } = refund;
    const known = this.refunds.findIndex(({ id }) => id === refund.id);
    if (known === -1) this.refunds.push(shown);
    else this.refunds[known] = shown;
    const written = decision.refunds.findIndex(({ id }) => id === refund.id);
    if (written === -1) decision.refunds.push(refund);
    else decision.refunds[written] = { ...refund, destination: decision.refunds[written]!.destination };
    decision.refundedInCents = refundedOf(this.refunds);
    return shown;
  }

  private writeRefund(refund: WrittenRefund): void {
    const shown = this.keepRefund(refund);
    const { status, amountInCents, reason, requestedBy, approvedBy, paidBy, canceledBy, provider, providerStatus } =
      refund;
    const by = { REQUESTED: requestedBy, APPROVED: approvedBy, PAID: paidBy, CANCELED: canceledBy }[status];
    // Where people pay it, nothing is said of a provider.
    const at = providerStatus === 'ASKED' || providerStatus === 'PAID' ? { provider } : {};
    const data = { refundId: refund.id, amountInCents: amountInCents.toString(), reason, by, ...at };
    this.note(REFUND_EVENTS[status], data, { refund: shown });
  }

  private mayBeStale(update: PayinUpdate): boolean {
    if (update.kind === 'mismatch') return update.source === 'statement';
    if (update.kind === 'hint') return this.isObserved(update);
    return update.kind === 'answer' && update.unasked === true && this.isObserved(update);
  }

  private isObserved(update: Update<'hint' | 'answer'>): boolean {
    const key = observationKey(update);
    return this.known.observationKeys.has(key) || this.decision.observations.some((seen) => seen.key === key);
  }

  private noteOpened(discrepancy: Discrepancy): void {
    this.note('discrepancy.opened', { kind: discrepancy.kind }, { discrepancy });
  }

  private finding(
    kind: DiscrepancyKind,
    actualInCents: bigint | null,
    detail: string,
    moneyAtRiskInCents?: bigint,
  ): Finding {
    const { update } = this;
    const attempt =
      'attemptId' in update && update.attemptId ? this.attempts.get(update.attemptId) : this.liveAttempt();
    return {
      kind,
      expectedInCents: this.known.amountInCents,
      actualInCents,
      receivedInCents: this.decision.receivedInCents,
      moneyAtRiskInCents,
      detail,
      provider: attempt?.provider ?? null,
      source: update.source,
      evidence: evidenceOf(update),
    };
  }
}
