import { randomUUID } from 'node:crypto';
import { TUMIPAY_SANDBOX_CREDENTIALS } from '@recaudo/sandbox';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { inTurn, tableOfSides, type BenchOptions, type BenchResult, type Figure } from './benchmark.js';
import { countCpu, type CpuUse } from './cpu.js';
import { closedLoop, openLoop, type Load, type LoadOptions } from './load.js';
import { API_KEY, startRecaudo, startScript } from './programs.js';
import { hundredths, percentile, sum, tenths, whole } from './statistics.js';

/** More of the machine's processor time than this used by others, in cores, and a round is done again. */
const OTHERS_CORES_MAX = 0.15;
const CONNECTIONS = 32;
/** So that what waits does so in the service, and not in the client. */
const OPEN_CONNECTIONS = 64;
const SIDES = ['Recaudo', 'floor'] as const;
/** The floor's tables have the columns, indexes and checks of ours. */
const FLOOR_TABLES = ['payins', 'inbound_webhooks'] as const;

/** A side of the contest: a program that answers the same requests. */
export interface Side {
  name: (typeof SIDES)[number];
  url: string;
  pid: number;
  /** The database schema that its rows are in. */
  schema: 'public' | 'floor';
}

/** Recaudo and the floor, in processes of their own, on one database and in front of one simulated provider. */
export interface Contest {
  database: TestDatabase;
  sides: readonly [ours: Side, floor: Side];
  /** What the organization's references to providers begin with. */
  organizationCode: string;
  /** How many orders the provider was asked for since it was last reset. */
  providerCalls: () => Promise<number>;
  resetProvider: () => Promise<unknown>;
  /** Counts the processor time of everything that has a part in a round of this side. */
  countCpu: (side: Side) => () => CpuUse | undefined;
}

/** What is asked of both sides, and what must be there afterwards. */
export interface Workload {
  /** What is counted: `payin`. */
  unit: string;
  success: number;
  callsProvider: boolean;
  /** For the open loop: carried by either side with ease, also on a slower machine. */
  perSecond: number;
  /** Requests to a side, each different from all others. */
  requests(contest: Contest, side: Side): () => string;
  /** What is there, by what it is: each must grow by the number of successes. */
  count(contest: Contest, side: Side): Promise<Record<string, number>>;
}

interface Round {
  side: Side['name'];
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  answers: Record<number, number>;
  counted: Record<string, number>;
  cpuMicrosEach: Record<string, number>;
  othersCores: number | undefined;
}

/** `fillSeconds`: before the first round of a side, so that its tables are not empty; `repeatsMax`: of rounds that others disturbed, in all. */
const FULL = { rounds: 5, fillSeconds: 5, warmUpSeconds: 1, closedSeconds: 5, openSeconds: 4, repeatsMax: 4 };
const QUICK = { rounds: 1, fillSeconds: 0.1, warmUpSeconds: 0.1, closedSeconds: 0.2, openSeconds: 0.2, repeatsMax: 0 };

/**
 * Recaudo against the floor, in turn, over and over: a closed loop for what they carry, an open one for what a caller waits. A round whose
 * answers are no successes, or after which anything is missing or there twice, ends the whole run.
 */
export async function compare(workload: Workload, options: BenchOptions): Promise<BenchResult> {
  const { unit, perSecond, callsProvider } = workload;
  const sizes = options.quick ? QUICK : FULL;
  const contest = await startContest(options);
  for (const side of contest.sides) {
    const next = workload.requests(contest, side);
    await closedLoop({ url: new URL(side.url), connections: CONNECTIONS, seconds: sizes.fillSeconds, next });
  }
  const disturbed: Round[] = [];
  const rounds = (name: string, load: (options: LoadOptions) => Promise<Load>, seconds: number) =>
    inTurn(sizes.rounds, contest.sides, async (side) => {
      for (;;) {
        const round = await runRound(workload, contest, side, load, { seconds, warmUpSeconds: sizes.warmUpSeconds });
        const { othersCores = 0, p50Ms, p99Ms } = round;
        options.say(
          `${name} ${side.name}: ${whole(round.perSecond)}/s, p50 ${tenths(p50Ms)} ms, p99 ${tenths(p99Ms)} ms; others used ${hundredths(othersCores)} cores`,
        );
        if (othersCores <= OTHERS_CORES_MAX || disturbed.length >= sizes.repeatsMax) return round;
        disturbed.push(round);
      }
    });
  const closed = await rounds('closed', closedLoop, sizes.closedSeconds);
  const openOptions = { connections: OPEN_CONNECTIONS, perSecond };
  const open = await rounds('open', (each) => openLoop({ ...each, ...openOptions }), sizes.openSeconds);

  // The provider has no part in taking a webhook.
  const parts = Object.keys(closed[0]?.cpuMicrosEach ?? {}).filter((part) => part !== 'provider' || callsProvider);
  const throughput: Figure<Round>[] = [
    { column: `${unit}s a second`, of: (round) => round.perSecond, show: whole },
    ...parts.map((part) => ({
      column: `${part}, CPU µs each`,
      of: ({ cpuMicrosEach }: Round) => cpuMicrosEach[part] ?? NaN,
      show: whole,
    })),
  ];
  const latency: Figure<Round>[] = [
    { column: 'p50 ms', of: ({ p50Ms }) => p50Ms, show: tenths },
    { column: 'p99 ms', of: ({ p99Ms }) => p99Ms, show: tenths },
  ];
  const all = [...closed, ...open];
  const others = all.flatMap(({ othersCores }) => othersCores ?? []);
  return {
    tables: [
      tableOfSides('what it carries', SIDES, closed, throughput),
      tableOfSides(`what a caller waits at ${perSecond} ${unit}s a second`, SIDES, open, latency),
    ],
    notes: [
      `Medians (least–most) of ${sizes.rounds} rounds, the sides in turn, of ${sizes.closedSeconds} s with ${CONNECTIONS} connections in a closed loop, and of ${sizes.openSeconds} s with random (Poisson) arrivals, measured from the moment at which a request was meant to begin; ${sizes.warmUpSeconds} s of warm-up each. Before the first round each side has worked for ${sizes.fillSeconds} s, and before each round PostgreSQL was made to clean up and to take new statistics. A ratio is the median of the rounds' own ratios.`,
      `${whole(sum(all.flatMap(({ answers }) => Object.values(answers))))} ${unit}s were answered with success, all of them; after each round what was in the database and at the provider was exactly that.`,
      others.length === 0
        ? 'The system does not tell what else used the processor.'
        : `Others used at most ${hundredths(Math.max(...others))} cores during a round; ${disturbed.length} rounds were done again because it was more than ${OTHERS_CORES_MAX}.`,
    ],
    raw: { closed, open, disturbed },
  };
}

async function runRound(
  workload: Workload,
  contest: Contest,
  side: Side,
  load: (options: LoadOptions) => Promise<Load>,
  { seconds, warmUpSeconds }: { seconds: number; warmUpSeconds: number },
): Promise<Round> {
  // Every round begins with the same: tables that are cleaned up and whose statistics are of now (without any, PostgreSQL guesses which index
  // is the right one, and keeps to its guess), nothing that waits to be written, and a provider without orders.
  await contest.resetProvider();
  await contest.database.query('vacuum analyze');
  await contest.database.query('checkpoint');
  const before = await workload.count(contest, side);
  const options = { url: new URL(side.url), connections: CONNECTIONS, next: workload.requests(contest, side) };
  const warmUp = await closedLoop({ ...options, seconds: warmUpSeconds });
  const stopCounting = contest.countCpu(side);
  const measured = await load({ ...options, seconds });
  const cpu = stopCounting();
  const after = await workload.count(contest, side);
  const counted = Object.fromEntries(Object.entries(after).map(([what, count]) => [what, count - before[what]!]));
  assertWhole(workload, side, [warmUp, measured], counted);
  const done = measured.latenciesMs.length;
  return {
    side: side.name,
    perSecond: done / measured.seconds,
    p50Ms: percentile(measured.latenciesMs, 0.5),
    p99Ms: percentile(measured.latenciesMs, 0.99),
    answers: measured.answers,
    counted,
    cpuMicrosEach: Object.fromEntries(
      Object.entries(cpu?.own ?? {}).map(([name, used]) => [name, (used / done) * 1e6]),
    ),
    othersCores: cpu?.othersCores,
  };
}

/** @throws when an answer was no success, or when what is there is not what was answered */
export function assertWhole(
  { success }: Pick<Workload, 'success'>,
  { name }: Pick<Side, 'name'>,
  loads: readonly Pick<Load, 'answers'>[],
  counted: Readonly<Record<string, number>>,
): void {
  const answers = loads.flatMap((load) => Object.entries(load.answers));
  const others = answers.filter(([status]) => Number(status) !== success);
  if (others.length > 0) throw new Error(`${name} answered other than ${success}: ${JSON.stringify(others)}`);
  const successes = sum(answers.map(([, count]) => count));
  for (const [what, count] of Object.entries(counted))
    if (count !== successes) throw new Error(`${name} answered ${successes} times ${success}; ${what}: ${count}`);
}

async function startContest(options: BenchOptions): Promise<Contest> {
  const database = await createTestDatabase();
  options.closeAtEnd(() => database.drop());
  await database.query('create schema floor');
  for (const table of FLOOR_TABLES)
    await database.query(`create table floor.${table} (like public.${table} including all)`);
  const provider = await startScript<{ baseUrl: string }>(options, 'provider', 'provider.ts', {});
  const { baseUrl } = provider.ready;
  const { username, password, token } = TUMIPAY_SANDBOX_CREDENTIALS;
  const [ours, floor] = await Promise.all([
    startRecaudo(options, database, {
      // Due work is left to other replicas, of which there are none: it would fall into the floor's rounds, too.
      ROLE: 'api',
      // What is measured is the work, not how much of it is taken at once.
      REQUESTS_AT_ONCE_MAX: '1000',
      TUMIPAY_BASE_URL: baseUrl,
    }),
    startScript<{ url: string }>(options, 'floor', 'floor.ts', {
      DATABASE_URL: database.url,
      API_KEY,
      ORGANIZATION_ID: randomUUID(),
      PROVIDER_URL: baseUrl,
      PROVIDER_AUTHORIZATION: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      PROVIDER_TOKEN: token,
    }),
  ]);
  const [facts] = await database.query<{ postmaster: number; code: string }>(
    "select split_part(pg_read_file('postmaster.pid'), chr(10), 1)::int as postmaster, code from organizations",
  );
  return {
    database,
    sides: [
      { name: 'Recaudo', url: ours.url, pid: ours.pid, schema: 'public' },
      { name: 'floor', url: floor.ready.url, pid: floor.pid, schema: 'floor' },
    ],
    organizationCode: facts!.code,
    providerCalls: async () => (await provider.ask<{ calls: number }>({})).calls,
    resetProvider: () => provider.ask({ reset: true }),
    countCpu: ({ pid }) =>
      countCpu({
        service: { pid },
        PostgreSQL: { pid: facts!.postmaster, withChildren: true },
        provider: { pid: provider.pid },
        client: { pid: process.pid },
      }),
  };
}
