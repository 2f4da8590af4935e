import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { DISCREPANCY_KINDS } from '../payins/domain/discrepancy.js';
import type { FiguresListener, MoneyKind, PayinPlace } from '../payins/use-cases/payin-figures.js';
import { OPEN_DISCREPANCIES_MAX, type OpenDiscrepancies } from './open-discrepancies.queries.js';

/** From a payer at the screen to vouchers that are paid days later. */
const SECONDS_TO_PAID = [5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 10_800, 43_200, 86_400, 259_200];
const PER_PROCESS = 'by this process: sum it over all processes';
const OF_ALL = `in the database, at most ${OPEN_DISCREPANCIES_MAX}, read every 30 s: every process gives the same, so take the greatest`;

/** The business in figures. Counters are of what this process has committed, gauges of what the database has. */
export class PayinMetrics implements FiguresListener {
  private readonly payins: Counter<'rail' | 'provider' | 'outcome'>;
  private readonly money: Counter<'rail' | 'provider' | 'kind'>;
  private readonly timeToPaid: Histogram<'rail' | 'provider'>;
  private readonly open: Gauge<'kind'>;
  private readonly atRisk: Gauge<'kind'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.payins = new Counter({
      name: 'recaudo_payins_total',
      help: `Payins that got this status, CREATED included, ${PER_PROCESS}`,
      labelNames: ['rail', 'provider', 'outcome'],
      registers,
    });
    this.money = new Counter({
      name: 'recaudo_payin_money_in_cents_total',
      help: `Money of payins that was asked, received, kept as fees, corrected or reversed, ${PER_PROCESS}`,
      labelNames: ['rail', 'provider', 'kind'],
      registers,
    });
    this.timeToPaid = new Histogram({
      name: 'recaudo_payin_time_to_paid_seconds',
      help: `From the creation of a payin until it is known to be APPROVED, ${PER_PROCESS}`,
      labelNames: ['rail', 'provider'],
      buckets: SECONDS_TO_PAID,
      registers,
    });
    this.open = new Gauge({
      name: 'recaudo_open_discrepancies',
      help: `Discrepancies that wait for a person, ${OF_ALL}`,
      labelNames: ['kind'],
      registers,
    });
    this.atRisk = new Gauge({
      name: 'recaudo_money_at_risk_in_cents',
      help: `Money that may be in the wrong place by open discrepancies, where the amount is known, ${OF_ALL}`,
      labelNames: ['kind'],
      registers,
    });
  }

  reached({ rail, provider }: PayinPlace, outcome: string): void {
    this.payins.inc({ rail, provider, outcome });
  }

  moved({ rail, provider }: PayinPlace, kind: MoneyKind, cents: number): void {
    this.money.inc({ rail, provider, kind }, cents);
  }

  paidAfter({ rail, provider }: PayinPlace, seconds: number): void {
    this.timeToPaid.observe({ rail, provider }, seconds);
  }

  /** @param counts undefined where they cannot be read: nothing is shown then */
  showOpen(counts: readonly OpenDiscrepancies[] | undefined): void {
    this.open.reset();
    this.atRisk.reset();
    if (!counts) return;
    for (const kind of DISCREPANCY_KINDS) {
      const count = counts.find((one) => one.kind === kind);
      this.open.set({ kind }, count?.rows ?? 0);
      this.atRisk.set({ kind }, count?.moneyAtRiskInCents ?? 0);
    }
  }
}
