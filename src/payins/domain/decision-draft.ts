import { sumOf } from './amounts.js';
import { aside, type Decision, type HistoryEntry } from './decision.js';
import { Discrepancies, type Settlement } from './discrepancies.js';
import { type Discrepancy, type DiscrepancyKind, moneyAtRisk } from './discrepancy.js';
import { evidenceOf, observationKey } from './evidence.js';
import type {
  Attempt,
  AttemptNews,
  AttemptState,
  KnownPayin,
  News,
  NewsSource,
  RailRules,
  Receipt,
  Report,
  TakenBack,
} from './news.js';
import { isOpen, type PayinStatus, STATUS_EVENTS } from './status.js';

/** What is known of a payin, and what is being decided about it: the acts of which every decision is made. */
export class DecisionDraft {
  protected readonly decision: Decision;
  protected readonly attempts: Map<string, Attempt>;
  protected readonly receipts: Receipt[];
  protected readonly payments: Receipt[];
  protected readonly takenBack: TakenBack[];
  protected readonly hints: KnownPayin['hints'][number][];
  protected readonly discrepancies: Discrepancies;
  protected readonly changedAttempts = new Map<string, string | null>();
  /** A hint says that the order has moved and the answer does not say so yet: ask again soon. */
  protected hurry = false;
  /** What is being taken is from before now: it may repeat what has been settled since. */
  protected isOld = false;
  /** A list says otherwise than we do: the provider is asked. */
  protected askSoon = false;
  protected retryAt: Date | null = null;
  protected notBefore: Date | null = null;
  protected looked = false;

  constructor(
    protected readonly known: KnownPayin,
    protected readonly rules: RailRules,
    protected readonly now: Date,
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

  /** A provider says that the payin is paid, and the amount has no witness. */
  protected get isUnconfirmed(): boolean {
    return this.decision.paidAnswerSince !== null;
  }

  protected settleBy(
    { source, askedAt }: { source: NewsSource; askedAt?: Date },
    kind: DiscrepancyKind,
    resolution: string,
  ): void {
    this.discrepancies.hear({ kind, resolution, at: askedAt ?? this.now, source });
  }

  protected change(attempt: Attempt, state: AttemptState, reason: string | null): void {
    attempt.state = state;
    this.changedAttempts.set(attempt.id, reason);
  }

  protected observe(news: Extract<AttemptNews, { kind: 'report' }>): boolean {
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
      ...(this.mayBeEcho(news) && this.repeatsWhatWasAsked(report) ? { amountMayBeEchoed: true } : {}),
    });
    return true;
  }

  /** The answer's amount may only repeat what was asked, and the payer may have paid another one. */
  protected mayBeEcho({ mayEchoAmount }: Extract<AttemptNews, { kind: 'report' }>): boolean {
    return mayEchoAmount && this.rules.payerMayEditAmount;
  }

  /** Another amount than was asked is no echo, whoever tells it. */
  private repeatsWhatWasAsked({ amountInCents = this.known.amountInCents }: Report): boolean {
    return amountInCents === this.known.amountInCents;
  }

  protected moveTo(to: PayinStatus, news: Pick<News, 'source'>, data: Record<string, unknown> = {}): void {
    const from = this.decision.status;
    this.decision.status = to;
    this.decision.ended = !isOpen(to);
    if (to === 'PENDING' || to === 'APPROVED' || to === 'UNDERPAID') this.decision.errorCode = null;
    this.decision.history.push({ type: STATUS_EVENTS[to], source: news.source, from, to, data, notify: true });
  }

  protected note(news: Pick<News, 'source'>, type: string, data: Record<string, unknown>, notify = false): void {
    this.record(aside(news, type, data, notify));
  }

  protected record(entry: HistoryEntry): void {
    this.decision.history.push(entry);
  }

  protected openDiscrepancy(
    kind: DiscrepancyKind,
    actualInCents: bigint | null,
    detail: string,
    news: News,
    atRiskInCents?: bigint,
  ): void {
    const opened = this.discrepancies.open(this.found(kind, actualInCents, detail, news, atRiskInCents), this.isOld);
    if (!opened) return;
    this.recordOpened(opened, news);
    if (news.source === 'statement') this.askSoon = true;
  }

  /** The open one of its kind, or a new one, for a person's act to stand on. */
  protected openForAct(kind: DiscrepancyKind, actualInCents: bigint | null, detail: string, news: News): Discrepancy {
    const open = this.discrepancies.openOf(kind);
    if (open) return open;
    const opened = this.discrepancies.openAnew(this.found(kind, actualInCents, detail, news));
    this.recordOpened(opened, news);
    return opened;
  }

  private recordOpened(opened: Discrepancy, news: News): void {
    this.record({ ...aside(news, 'discrepancy.opened', { kind: opened.kind }, true), discrepancy: opened });
  }

  private found(
    kind: DiscrepancyKind,
    actualInCents: bigint | null,
    detail: string,
    news: News,
    atRiskInCents?: bigint,
  ): Parameters<Discrepancies['openAnew']>[0] {
    const expectedInCents = this.known.amountInCents;
    const { receivedInCents } = this.decision;
    return {
      kind,
      expectedInCents,
      actualInCents,
      moneyAtRiskInCents: atRiskInCents ?? moneyAtRisk(kind, { expectedInCents, actualInCents, receivedInCents }),
      detail,
      provider: this.providerOf(news),
      source: news.source,
      evidence: evidenceOf(news),
    };
  }

  protected closeDiscrepancy(kind: DiscrepancyKind, settlement: Settlement, news: Pick<News, 'source'>): void {
    const open = this.discrepancies.openOf(kind);
    if (open) this.close(open, settlement, news);
  }

  protected close(open: Discrepancy, settlement: Settlement, news: Pick<News, 'source'>): void {
    const closed = this.discrepancies.settle(open, settlement);
    if (!closed) return;
    const { resolution, by, approvedBy, note } = settlement;
    const data = { kind: open.kind, resolution, by, approvedBy, note };
    this.record({ ...aside(news, 'discrepancy.resolved', data, true), discrepancy: closed });
  }

  protected providerOf(news: News): string | null {
    const attempt = 'attemptId' in news && news.attemptId ? this.attempts.get(news.attemptId) : this.liveAttempt();
    return attempt?.provider ?? null;
  }

  /** The try that may still bring an order: there is at most one. */
  protected liveAttempt(): Attempt | undefined {
    return [...this.attempts.values()].findLast(({ state }) => state !== 'not_executed');
  }
}
