import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { LEASE_SECONDS } from '../../src/database/due-work.queries.js';
import { until } from '../support/until.js';
import { check, type Violation } from './checker.js';
import { type CrashPath, listCrashPoints, pointsOf } from './crash-points.js';
import { calmOthers, crashAgain, disturbOthers, noToll, passes, pauseReplica, type Toll } from './disturbances.js';
import { type Evidence, gatherEvidence, PROVIDER_NAMES } from './evidence.js';
import { Replicas } from './replicas.js';
import { type AnyControl, type Clock, carryOutPlan } from './carry-out-plan.js';
import { MerchantClient } from './merchant-client.js';
import { evidenceOfPayin } from './payin-evidence.js';
import { type PlantedFault } from './planted-faults.js';
import { planPayin } from './payin-plan.js';
import { Random } from './random.js';
import type { ChaosReplica, Crash } from './replica.js';

export interface CampaignOptions {
  seed: number;
  /** A point is died at when it is passed for up to so many times … */
  hitsMax: number;
  /** … or, when that takes longer, wherever the process is. */
  patienceMs: number;
  fault?: PlantedFault;
  replicas: number;
  concurrency: number;
  faultEveryMs: number;
  /** Of a fault to be a call that is not answered until its deadline. */
  hangChance: number;
  say(line: string): void;
}

export interface Report {
  violations: Violation[];
  counts: Record<string, number>;
  /** Points that were died at, by path. */
  crashes: string[];
  evidence: Evidence;
}

/** By then whatever a dead process had in its hands is due again. */
const LEASE_PASSES_SECONDS = LEASE_SECONDS + 1;
/** Until a reversal is looked for, or a webhook that failed often is tried again. */
const LONGEST_WAIT_SECONDS = 3_700;
const QUIET_MS = 10_000;
const WATCH_ORDERS_MS = 3_000;
const SENT_WHILE_AWAY = 5;
/** A provider's answers come so late that whoever asked can be held before. */
const SLOW_ANSWER_MS = 1_500;
const SLOW_ANSWERS = 60;
/** Claims that are in a replica's hands: their lease has only begun. */
const IN_HAND = `
  select holder from chaos_claims c join payins p on p.id = c.id and p.fencing_token = c.fencing_token
  where p.due_at between now() + interval '${LEASE_SECONDS - 2} seconds' and now() + interval '${LEASE_SECONDS} seconds'
    and holder = any($1) group by holder order by count(*) desc limit 1`;

export class Campaign {
  readonly toll: Toll = noToll();
  readonly client: MerchantClient;
  readonly #random: Random;
  readonly #points = listCrashPoints(join(process.cwd(), 'dist/src'));
  readonly #seen = new Map(PROVIDER_NAMES.map((name) => [name, new Set<string>()] as const));
  readonly #lives = new Set<Promise<void>>();
  #plans = 0;

  private constructor(
    readonly replicas: Replicas,
    private readonly options: CampaignOptions,
  ) {
    this.#random = new Random(options.seed);
    this.client = new MerchantClient(replicas.all.map(({ url }) => url));
  }

  static async start(options: CampaignOptions): Promise<Campaign> {
    return new Campaign(await Replicas.start(options.replicas, options.fault), options);
  }

  close(): Promise<void> {
    return this.replicas.close();
  }

  /**
   * Points of each path in turn, up to so many, in an order that the seed says; after the deadline only of paths on which nobody has died yet.
   * One that no process has passed so far waits until there is none left that some has: what is for rare errors only would cost time.
   */
  *crashesOf(paths: readonly CrashPath[], each: number, turnsEndAt = Infinity): Generator<Crash, undefined> {
    const waiting = new Map(paths.map((path) => [path, this.#random.shuffle(pointsOf(path, this.#points))]));
    for (let turn = 0; turn < each; turn += 1) {
      for (const path of this.#random.shuffle(paths)) {
        const isOverdue = Date.now() > turnsEndAt;
        if (isOverdue && pointsOf(path, this.toll.crashes).length > 0) continue;
        const passed = this.replicas.passedPoints();
        const points = waiting.get(path) ?? [];
        const point = points.find((candidate) => passed.has(candidate)) ?? points[0];
        waiting.set(
          path,
          points.filter((candidate) => candidate !== point),
        );
        // Of a path that is seldom taken, the first time counts.
        if (point) yield { point, hit: isOverdue ? 1 : this.#random.integer(1, this.options.hitsMax) };
      }
    }
  }

  /** Begins plans, so many at a time, until the signal. One that waits for a moment of its payin's life makes room for the next. */
  async load(clock: Clock, signal: AbortSignal): Promise<void> {
    const client = async () => {
      while (!signal.aborted) {
        this.#plans += 1;
        const plan = planPayin(this.options.seed, this.#plans, this.replicas.merchant.url);
        const { promise: waits, resolve } = Promise.withResolvers<void>();
        const life = carryOutPlan(plan, this.replicas, this.client, (moment, expiresAt) => {
          resolve();
          return clock(moment, expiresAt);
        }).finally(() => this.#lives.delete(life));
        this.#lives.add(life);
        await Promise.race([life, waits]);
      }
    };
    await Promise.all([this.#watchOrders(signal), ...Array.from({ length: this.options.concurrency }, client)]);
  }

  /** Plans that have begun and not ended. */
  get living(): number {
    return this.#lives.size;
  }

  async plansEnd(): Promise<void> {
    await Promise.all(this.#lives);
  }

  startAll(): Promise<boolean[]> {
    return Promise.all(this.replicas.all.map(async (replica) => !replica.hasEnded || replica.start()));
  }

  /** Replicas die at the given points, side by side, under whatever load there is. */
  async crash(
    crashes: Iterator<Crash, undefined>,
    {
      replicas = this.replicas.all,
      beforeEach,
    }: { replicas?: readonly ChaosReplica[]; beforeEach?: () => Promise<void> } = {},
  ): Promise<void> {
    const next = () => crashes.next().value;
    await Promise.all(
      replicas.map((replica) => crashAgain(replica, next, this.options.patienceMs, this.toll, beforeEach)),
    );
  }

  /** As `crash`, at all points of those paths over and over until the signal. */
  async crashUntil(signal: AbortSignal, replicas: readonly ChaosReplica[], paths: readonly CrashPath[]): Promise<void> {
    while (!signal.aborted) {
      const crashes = this.crashesOf(paths, this.#points.length);
      await this.crash(
        { next: () => (signal.aborted ? { done: true, value: undefined } : crashes.next()) },
        { replicas },
      );
    }
  }

  /** The database is away for a moment; providers do not wait for that and send webhooks of the orders that they took last. */
  async stopPostgres(): Promise<void> {
    await this.replicas.stopPostgresForAMoment(async () => {
      for (const name of PROVIDER_NAMES) {
        const control = this.replicas.sandbox.provider(name) as unknown as AnyControl;
        const newest = (await control.orders()).slice(0, SENT_WHILE_AWAY);
        await Promise.all(newest.map(({ id }) => control.webhook(id)));
      }
    });
    this.toll.postgresStops += 1;
  }

  /** One of the replicas is held with claims in its hands until another has taken them over; then its answers arrive. */
  async holdPastLease(replicas: readonly ChaosReplica[], leasePasses: () => Promise<void>): Promise<void> {
    for (const name of PROVIDER_NAMES) {
      const fault = { kind: 'delay', delayMs: SLOW_ANSWER_MS, executed: true } as const;
      await this.replicas.sandbox.provider(name).fault({ operation: 'query', fault, times: SLOW_ANSWERS });
    }
    const names = replicas.map(({ name }) => name);
    const holder = await until('a replica to have claims in its hands', async () => {
      const [row] = await this.replicas.database.query<{ holder: string }>(IN_HAND, [names]);
      return replicas.find(({ name }) => name === row?.holder);
    });
    await pauseReplica(holder, leasePasses, this.toll);
    await wait(SLOW_ANSWER_MS);
  }

  /** Faults are over: time passes until everything has come to rest. */
  async settle(): Promise<void> {
    await calmOthers(this.replicas);
    await this.startAll();
    // Recovery may open orders anew, and what is tried again waits for up to an hour in the end.
    for (const seconds of [LEASE_PASSES_SECONDS, LONGEST_WAIT_SECONDS, LEASE_PASSES_SECONDS]) {
      await this.comesToRest();
      await this.replicas.timePasses(seconds);
    }
    await this.comesToRest();
  }

  /** Waits until nothing is due. */
  quiet(): Promise<void> {
    return this.#nothingIsDue(0, QUIET_MS);
  }

  /** Waits until nothing is due, in somebody's hands, or about to be tried again. */
  comesToRest(withinMs = QUIET_MS): Promise<void> {
    return this.#nothingIsDue(LEASE_SECONDS, withinMs);
  }

  /** What never comes to rest is the checker's to find. */
  async #nothingIsDue(withinSeconds: number, waitMs: number): Promise<void> {
    const due = ['payins', 'inbound_webhooks', 'notifications']
      .map((table) => `(select count(*) from ${table} where due_at <= now() + $1 * interval '1 second')`)
      .join(' + ');
    const count = () => this.replicas.database.query<{ due: string }>(`select ${due} as due`, [withinSeconds]);
    await until('nothing to be due', async () => (await count())[0]?.due === '0', waitMs).catch(() => undefined);
  }

  async report(): Promise<Report> {
    const evidence = await gatherEvidence(this.replicas, this.client.log, this.#seen);
    const violations = check(evidence);
    const { toll } = this;
    const passed = this.replicas.passedPoints();
    return {
      violations,
      evidence,
      crashes: toll.crashes,
      counts: {
        plans: this.#plans,
        requests: this.client.log.length,
        'requests without an answer': this.client.log.filter(({ status }) => status === undefined).length,
        payins: evidence.payins.length,
        'orders at providers': evidence.providerOrders.length,
        receipts: evidence.receipts.length,
        'webhooks kept': evidence.webhooks.reduce((sum, { deliveries }) => sum + deliveries, 0),
        'messages to the merchant': evidence.received.length,
        events: evidence.events.length,
        ...Object.fromEntries(
          [...Map.groupBy(evidence.payins, ({ status }) => status)].map(([status, rows]) => [status, rows.length]),
        ),
        'provider faults': toll.faults,
        kills: toll.kills,
        'kills at a crash point': toll.crashes.length,
        'crash points died at': new Set(toll.crashes).size,
        'crash points passed': passed.size,
        'crash points in the program': this.#points.length,
        'database stops': toll.postgresStops,
        'replicas held past their lease': toll.pauses,
        ...Object.fromEntries(
          [...Map.groupBy(evidence.discrepancies, ({ kind }) => kind)].map(([kind, rows]) => [
            `shown: ${kind}`,
            rows.length,
          ]),
        ),
        violations: violations.length,
      },
    };
  }

  /** A provider lists its newest orders only. */
  async #watchOrders(signal: AbortSignal): Promise<void> {
    do {
      for (const name of PROVIDER_NAMES) {
        for (const { id } of await this.replicas.sandbox.provider(name).orders()) this.#seen.get(name)?.add(id);
      }
    } while (await passes(WATCH_ORDERS_MS, signal));
  }

  disturb(signal: AbortSignal): Promise<void> {
    return disturbOthers(this.replicas, new Random(this.options.seed + 1), this.toll, this.options, signal);
  }
}

/** What went wrong, each with all that is known of its payin; a few are enough. */
export function describeViolations({ violations, evidence }: Report, payinsMax = 3): string {
  const described = new Set<string>();
  return violations
    .slice(0, 50)
    .flatMap(({ promise, payinId, what }) => {
      const line = `${promise}: ${payinId ?? ''} ${what}`;
      if (!payinId || described.has(payinId) || described.size >= payinsMax) return [line];
      described.add(payinId);
      return [line, JSON.stringify(evidenceOfPayin(evidence, payinId), undefined, 1)];
    })
    .join('\n');
}
