import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { DISCREPANCY_KINDS } from '../payins/domain/discrepancy.js';
import type { FiguresListener, MoneyKind, PayinPlace } from '../payins/use-cases/payin-figures.js';
import { OPEN_DISCREPANCIES_MAX } from './open-discrepancies.queries.js';
import type { OpenWork } from './open-work.js';
import { WAITING_REFUND_STATES } from './waiting-refunds.queries.js';

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
  private readonly refunds: Gauge<'state'>;
  private readonly refundsMoney: Gauge<'state'>;

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
      help: `Money of payins that was asked, received, kept as fees, corrected, reversed or refunded, ${PER_PROCESS}`,
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
    this.refunds = new Gauge({
      name: 'recaudo_waiting_refunds',
      help: `Refunds that wait to be approved (REQUESTED), to be paid by people (APPROVED), or for the provider that was asked to pay them (ASKED), ${OF_ALL}`,
      labelNames: ['state'],
      registers,
    });
    this.refundsMoney = new Gauge({
      name: 'recaudo_waiting_refunds_in_cents',
      help: `Money of those, ${OF_ALL}`,
      labelNames: ['state'],
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

  /** @param open undefined where it cannot be read: nothing is shown then */
  showOpen(open: OpenWork | undefined): void {
    for (const gauge of [this.open, this.atRisk, this.refunds, this.refundsMoney]) gauge.reset();
    if (!open) return;
    for (const state of WAITING_REFUND_STATES) {
      const count = open.refunds.find((one) => one.state === state);
      this.refunds.set({ state }, count?.rows ?? 0);
      this.refundsMoney.set({ state }, count?.amountInCents ?? 0);
    }
    for (const kind of DISCREPANCY_KINDS) {
      const count = open.discrepancies.find((one) => one.kind === kind);
      this.open.set({ kind }, count?.rows ?? 0);
      this.atRisk.set({ kind }, count?.moneyAtRiskInCents ?? 0);
    }
  }
}
