import { sumOf } from './amounts.js';
import { aside, type Decision, type HistoryEntry } from './decision.js';
import { Discrepancies, type Settlement } from './discrepancies.js';
import type { Discrepancy, DiscrepancyKind, Finding } from './discrepancy.js';
import { amountMayBeEchoed, evidenceOf, observationKey } from './evidence.js';
import type { Attempt, AttemptState, KnownPayin, RailRules, Receipt, Reversal } from './known-payin.js';
import type { AttemptUpdate, PayinUpdate } from './update.js';
import type { UpdateSource } from './update-source.js';
import type { ProviderReport } from '@recaudo/payment-provider';
import { isOpen, type PayinStatus, STATUSES } from './status.js';

/** What is known of a payin, and what is being decided about it: the acts of which every decision is made. */
export class DecisionDraft {
  protected readonly decision: Decision;
  protected readonly attempts: Map<string, Attempt>;
  protected readonly receipts: Receipt[];
  protected readonly payments: Receipt[];
  protected readonly reversals: Reversal[];
  protected readonly hints: KnownPayin['hints'][number][];
  protected readonly discrepancies: Discrepancies;
  protected readonly changedAttempts = new Map<string, string | null>();
  /** A hint says that the order has moved and the answer does not say so yet: ask again soon. */
  protected checkSoon = false;
  /** What is being taken is from before now: it may repeat what has been settled since. */
  protected isStale = false;
  /** A list says otherwise than we do: the provider is asked. */
  protected recheckSoon = false;
  protected retryAt: Date | null = null;
  protected notBefore: Date | null = null;
  protected wasAnswered = false;

  constructor(
    protected readonly known: KnownPayin,
    protected readonly rules: RailRules,
    protected readonly now: Date,
  ) {
    this.attempts = new Map(known.attempts.map((attempt) => [attempt.id, { ...attempt }]));
    this.receipts = [...known.receipts];
    this.payments = [...known.payments];
    this.reversals = [...known.reversals];
    this.hints = [...known.hints];
    this.discrepancies = new Discrepancies(known.discrepancies, now);
    this.decision = {
      status: known.status,
      errorCode: known.errorCode,
      ended: false,
      reversedAt: null,
      reversals: [],
      attempts: [],
      newAttempt: null,
      receipts: [],
      receivedInCents: sumOf(known.receipts),
      history: [],
      observations: [],
      discrepancies: [],
      refusal: null,
      unconfirmedPaidSince: known.unconfirmedPaidSince,
      dueAt: null,
      checks: known.checks,
    };
  }

  /** A provider says that the payin is paid, and the amount has no witness. */
  protected get isUnconfirmed(): boolean {
    return this.decision.unconfirmedPaidSince !== null;
  }

  protected settleBy(
    { source, askedAt }: { source: UpdateSource; askedAt?: Date },
    kind: DiscrepancyKind,
    resolution: string,
  ): void {
    this.discrepancies.hear({ kind, resolution, at: askedAt ?? this.now, source });
  }

  protected change(attempt: Attempt, state: AttemptState, reason: string | null): void {
    attempt.state = state;
    this.changedAttempts.set(attempt.id, reason);
  }

  protected observe(update: Extract<AttemptUpdate, { kind: 'hint' | 'answer' }>): boolean {
    const key = observationKey(update);
    if (this.known.observationKeys.has(key) || this.decision.observations.some((seen) => seen.key === key))
      return false;
    const { attemptId, source, kind: trust, report } = update;
    this.decision.observations.push({ attemptId, key, source, trust, report });
    this.note(update, 'observation', {
      trust,
      status: report.status,
      rawStatus: report.rawStatus,
      amountInCents: report.amountInCents?.toString(),
      ...(this.mayBeEcho(update) && this.repeatsWhatWasAsked(report) ? { amountMayBeEchoed: true } : {}),
    });
    return true;
  }

  /** The answer's amount may only repeat what was asked, and the payer may have paid another one. */
  protected mayBeEcho(update: Extract<AttemptUpdate, { kind: 'hint' | 'answer' }>): boolean {
    return amountMayBeEchoed(update) && this.rules.payerMayEditAmount;
  }

  /** Another amount than was asked is no echo, whoever tells it. */
  private repeatsWhatWasAsked({ amountInCents = this.known.amountInCents }: ProviderReport): boolean {
    return amountInCents === this.known.amountInCents;
  }

  protected moveTo(to: PayinStatus, update: Pick<PayinUpdate, 'source'>, data: Record<string, unknown> = {}): void {
    const from = this.decision.status;
    this.decision.status = to;
    this.decision.ended = !isOpen(to);
    if (to === 'PENDING' || to === 'APPROVED' || to === 'UNDERPAID') this.decision.errorCode = null;
    this.decision.history.push({ type: STATUSES[to].event, source: update.source, from, to, data, notify: true });
  }

  protected note(
    update: Pick<PayinUpdate, 'source'>,
    type: string,
    data: Record<string, unknown>,
    notify = false,
  ): void {
    this.record(aside(update, type, data, notify));
  }

  protected record(entry: HistoryEntry): void {
    this.decision.history.push(entry);
  }

  protected openDiscrepancy(
    kind: DiscrepancyKind,
    actualInCents: bigint | null,
    detail: string,
    update: PayinUpdate,
    atRiskInCents?: bigint,
  ): void {
    const opened = this.discrepancies.open(
      this.finding(kind, actualInCents, detail, update, atRiskInCents),
      this.isStale,
    );
    if (!opened) return;
    this.recordOpened(opened, update);
    if (update.source === 'statement') this.recheckSoon = true;
  }

  /** The open one of its kind, or a new one, for a person's act to stand on. */
  protected openForAction(
    kind: DiscrepancyKind,
    actualInCents: bigint | null,
    detail: string,
    update: PayinUpdate,
  ): Discrepancy {
    const open = this.discrepancies.openOf(kind);
    if (open) return open;
    const opened = this.discrepancies.openAnew(this.finding(kind, actualInCents, detail, update));
    this.recordOpened(opened, update);
    return opened;
  }

  private recordOpened(opened: Discrepancy, update: PayinUpdate): void {
    this.record({ ...aside(update, 'discrepancy.opened', { kind: opened.kind }, true), discrepancy: opened });
  }

  private finding(
    kind: DiscrepancyKind,
    actualInCents: bigint | null,
    detail: string,
    update: PayinUpdate,
    moneyAtRiskInCents?: bigint,
  ): Finding {
    return {
      kind,
      expectedInCents: this.known.amountInCents,
      actualInCents,
      receivedInCents: this.decision.receivedInCents,
      moneyAtRiskInCents,
      detail,
      provider: this.providerOf(update),
      source: update.source,
      evidence: evidenceOf(update),
    };
  }

  protected closeDiscrepancy(kind: DiscrepancyKind, settlement: Settlement, update: Pick<PayinUpdate, 'source'>): void {
    const open = this.discrepancies.openOf(kind);
    if (open) this.close(open, settlement, update);
  }

  protected close(open: Discrepancy, settlement: Settlement, update: Pick<PayinUpdate, 'source'>): void {
    const closed = this.discrepancies.settle(open, settlement);
    if (!closed) return;
    const { resolution, by, approvedBy, note } = settlement;
    const data = { kind: open.kind, resolution, by, approvedBy, note };
    this.record({ ...aside(update, 'discrepancy.resolved', data, true), discrepancy: closed });
  }

  protected providerOf(update: PayinUpdate): string | null {
    const attempt =
      'attemptId' in update && update.attemptId ? this.attempts.get(update.attemptId) : this.liveAttempt();
    return attempt?.provider ?? null;
  }

  /** The try that may still bring an order: there is at most one. */
  protected liveAttempt(): Attempt | undefined {
    return [...this.attempts.values()].findLast(({ state }) => state !== 'not_executed');
  }
}
