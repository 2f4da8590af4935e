import type { TestDatabase } from '../support/test-database.js';
import type { BenchOptions, BenchResult, Table } from './benchmark.js';
import { Contest, LATENCY, type Measure, type Ratio, tableOfSides, type Target, throughput } from './contest.js';
import { closedLoop, type Load, openLoop } from './load.js';
import type { Provider, Side } from './sides.js';
import { median, sum, whole } from './statistics.js';

/** Callers at once, each with its own connection. */
export const CONNECTIONS = 64;
/** What is asked of all sides, and what must be there afterwards. */
export interface Workload {
  /** What is counted: `payin`. */
  unit: string;
  success: number;
  /** Requests to a side. */
  requests(side: Side): () => string;
  /** What is there, by what it is: each must grow by the number of successes. */
  count(side: Side): Promise<Record<string, number>>;
}

/** Requests that arrive by chance: so many a second, or a share of what the floor carries. */
export type Arrivals = ({ perSecond: number } | { shareOfFloor: number }) & { p50AtMost?: number; p99AtMost?: number };

interface Match {
  workload: Workload;
  provider: Provider;
  sides: readonly Side[];
  ratios: readonly Ratio[];
  targets: readonly Target[];
  /** Of Recaudo and the floor. */
  arrivals?: readonly Arrivals[];
}

/**
 * `fill`: requests before the first round of a side, so that its tables are not empty and V8 has compiled what is hot of it: a large program needs
 * more of them than a small one. `warmUp`: before each round.
 */
const FULL = { rounds: 5, fill: 15_000, warmUp: 300, closedSeconds: 2, openSeconds: 1.5, repeatsMax: 3 };
const QUICK: typeof FULL = { rounds: 1, fill: 20, warmUp: 20, closedSeconds: 0.2, openSeconds: 0.2, repeatsMax: 0 };
/** Where they come slowly there are more seconds, so that there is a 99th percentile. */
const ARRIVALS_MIN = 400;

/**
 * A closed loop for what the sides carry, an open one for what a caller waits. A round whose answers are no successes, or after which
 * anything is missing or there twice, ends the whole run.
 */
export async function compare(match: Match, options: BenchOptions): Promise<BenchResult> {
  const { workload, provider, sides, ratios, arrivals = [] } = match;
  const { unit } = workload;
  const sizes = options.quick ? QUICK : FULL;
  const contest = new Contest(sizes.rounds, sizes.repeatsMax, options);
  let successes = 0;
  const round = async (
    side: Side,
    measure: Measure,
    load: (request: ReturnType<typeof requestOf>) => Promise<Load>,
  ) => {
    await tidy(side.database, provider);
    const before = await workload.count(side);
    const request = requestOf(workload, side);
    const warmUp = await closedLoop({ ...request, end: { requests: sizes.warmUp } });
    const measured = await measure(() => load(request));
    successes += assertWhole(workload, side, [warmUp, measured], growth(before, await workload.count(side)));
  };
  for (const side of sides)
    await closedLoop({ ...requestOf(workload, side), end: { requests: Math.ceil(sizes.fill / slowness(side)) } });
  const closed = await contest.rounds('closed', sides, (side, measure) =>
    round(side, measure, (request) => closedLoop({ ...request, end: { seconds: sizes.closedSeconds } })),
  );
  const figures = throughput(unit, closed);
  const carried = tableOfSides({ title: 'what it carries', rounds: closed, figures, ratios, targets: match.targets });
  const limitOf = (program: Side['program']) =>
    median(closed.filter(({ side }) => side === program).map(({ perSecond }) => perSecond));
  const tables: Table[] = [carried];
  const rounds = [...closed];
  for (const one of arrivals) {
    const perSecond = Math.round('perSecond' in one ? one.perSecond : one.shareOfFloor * limitOf('floor'));
    const waiting = sides.filter(({ program }) => program === 'Recaudo' || program === 'floor');
    const title = `what a caller waits at ${whole(perSecond)} ${unit}s a second${'perSecond' in one ? '' : `, ${one.shareOfFloor} of what the floor carries`}`;
    const overwhelmed = waiting.find(({ program }) => limitOf(program) < perSecond);
    if (overwhelmed) {
      carried.notes = [...(carried.notes ?? []), `Not measured: ${title}. ${overwhelmed.name} carries less.`];
      continue;
    }
    const seconds = options.quick ? sizes.openSeconds : Math.max(sizes.openSeconds, ARRIVALS_MIN / perSecond);
    const open = await contest.rounds(`${whole(perSecond)}/s`, waiting, (side, measure) =>
      round(side, measure, (request) => openLoop({ ...request, connections: CONNECTIONS, perSecond, seconds })),
    );
    rounds.push(...open);
    const ratio: Ratio = ['Recaudo', 'floor'];
    const targets = LATENCY.flatMap(({ column }): Target[] => {
      const atMost = column.startsWith('p50') ? one.p50AtMost : one.p99AtMost;
      return atMost === undefined ? [] : [{ ratio, column, atMost }];
    });
    tables.push(tableOfSides({ title, rounds: open, figures: LATENCY, ratios: [ratio], targets }));
  }
  return {
    tables,
    notes: [
      `A round is ${sizes.closedSeconds} s with ${CONNECTIONS} connections in a closed loop, or at least ${sizes.openSeconds} s and ${ARRIVALS_MIN} requests with random (Poisson) arrivals, measured from the moment at which a request was meant to begin; ${whole(sizes.warmUp)} requests of warm-up before each, and ${whole(sizes.fill)} before the first (of the usual style a fifth). Before each round PostgreSQL was made to clean up and to take new statistics.`,
      contest.note(),
      `${whole(successes)} ${unit}s were answered with success, all of them; after each round what was in the database and at the provider was exactly that.`,
    ],
    raw: { rounds },
  };
}

/** The usual style takes as long for a part of the requests. */
function slowness({ program }: Side): number {
  return program === 'usual Nest' ? 5 : 1;
}

/** A load of a side, but for when it ends. */
export function requestOf(workload: Workload, side: Side) {
  return { url: new URL(side.url), connections: CONNECTIONS, next: workload.requests(side) };
}

/**
 * So that every round begins with the same: tables that are cleaned up and whose statistics are of now (without any, PostgreSQL guesses which
 * index is the right one, and keeps to its guess), nothing that waits to be written, and a provider without orders.
 */
export async function tidy(database: TestDatabase, provider?: Provider): Promise<void> {
  await provider?.reset();
  const [size] = await database.query<{ isLarge: boolean }>(
    `select pg_database_size(current_database()) > ${LARGE_BYTES} as "isLarge"`,
  );
  await database.query(size!.isLarge ? 'vacuum' : 'vacuum analyze');
  await database.query('checkpoint');
}

/** Where there is so much, what a round adds changes no statistics. */
const LARGE_BYTES = 1024 ** 3;

type Counted = Readonly<Record<string, number>>;

function growth(before: Counted, after: Counted): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([what, count]) => [what, count - (before[what] ?? 0)]));
}

/** @returns the successes @throws when an answer was none, or when what is there is not what was answered */
export function assertWhole(
  { success }: Pick<Workload, 'success'>,
  { name }: Pick<Side, 'name'>,
  loads: readonly Pick<Load, 'answers'>[],
  counted: Counted,
): number {
  const answers = loads.flatMap((load) => Object.entries(load.answers));
  const others = answers.filter(([status]) => Number(status) !== success);
  if (others.length > 0) throw new Error(`${name} answered other than ${success}: ${JSON.stringify(others)}`);
  const successes = sum(answers.map(([, count]) => count));
  for (const [what, count] of Object.entries(counted))
    if (count !== successes) throw new Error(`${name} answered ${successes} times ${success}; ${what}: ${count}`);
  return successes;
}
