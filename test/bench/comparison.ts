import { Arena, type Side } from './arena.js';
import { countCpu, type CpuUse } from './cpu.js';
import { closedLoop, type Load, type LoadOptions, openLoop } from './load.js';
import type { BenchOptions, BenchResult, Table } from './part.js';
import { hundredths, median, percentile, spread, tenths, whole } from './statistics.js';

/** More of the machine's processor time than this used by others, in cores, and a round is done again. */
const OTHERS_CORES_MAX = 0.15;
const CONNECTIONS = 32;
/** So that what waits does so in the service, and not in the client. */
const OPEN_CONNECTIONS = 64;

/** What is asked of both sides, and what must be there afterwards. */
export interface Contest {
  /** What is counted: `payin`. */
  unit: string;
  success: number;
  callsProvider: boolean;
  /** For the open loop: carried by either side with ease, also on a slower machine. */
  perSecond: number;
  /** Requests to a side, each different from all others. */
  requests(arena: Arena, side: Side): () => string;
  /** What is there, by what it is: each must grow by the number of successes. */
  count(arena: Arena, side: Side): Promise<Record<string, number>>;
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

interface Lengths {
  rounds: number;
  /** Before the first round of a side, so that its tables are not empty. */
  fillSeconds: number;
  warmUpSeconds: number;
  closedSeconds: number;
  openSeconds: number;
  /** Of rounds that others disturbed, in all. */
  repeatsMax: number;
}
const FULL: Lengths = {
  rounds: 5,
  fillSeconds: 5,
  warmUpSeconds: 1,
  closedSeconds: 5,
  openSeconds: 4,
  repeatsMax: 4,
};
const QUICK: Lengths = {
  rounds: 1,
  fillSeconds: 0.1,
  warmUpSeconds: 0.1,
  closedSeconds: 0.2,
  openSeconds: 0.2,
  repeatsMax: 0,
};

/**
 * Recaudo against the floor, in turn, over and over: a closed loop for what they carry, an open one for what a caller waits. A round whose
 * answers are no successes, or after which anything is missing or there twice, ends the whole run.
 */
export async function compare(contest: Contest, { quick, folder, say }: BenchOptions): Promise<BenchResult> {
  const lengths = quick ? QUICK : FULL;
  const arena = await Arena.start(folder);
  const noisy: Round[] = [];
  try {
    for (const side of arena.sides) {
      const next = contest.requests(arena, side);
      await closedLoop({ url: new URL(side.url), connections: CONNECTIONS, seconds: lengths.fillSeconds, next });
    }
    const inTurn = async (name: string, load: (options: LoadOptions) => Promise<Load>, seconds: number) => {
      const rounds: Round[] = [];
      for (let number = 1; number <= lengths.rounds; number += 1)
        for (const side of arena.sides) {
          let round = await play(contest, arena, side, load, seconds, lengths);
          while ((round.othersCores ?? 0) > OTHERS_CORES_MAX && noisy.length < lengths.repeatsMax) {
            noisy.push(round);
            say(`others used ${hundredths(round.othersCores ?? 0)} cores: once more`);
            round = await play(contest, arena, side, load, seconds, lengths);
          }
          say(
            `${name} ${number} ${side.name}: ${whole(round.perSecond)}/s, p50 ${tenths(round.p50Ms)} ms, p99 ${tenths(round.p99Ms)} ms`,
          );
          rounds.push(round);
        }
      return rounds;
    };
    const closed = await inTurn('closed', closedLoop, lengths.closedSeconds);
    const open = await inTurn(
      'open',
      (options) => openLoop({ ...options, connections: OPEN_CONNECTIONS, perSecond: contest.perSecond }),
      lengths.openSeconds,
    );
    return {
      tables: [throughputTable(contest, closed), latencyTable(contest, open)],
      notes: notesOf(contest, lengths, [...closed, ...open], noisy),
      raw: { closed, open, noisy },
    };
  } finally {
    await arena.close();
  }
}

async function play(
  contest: Contest,
  arena: Arena,
  side: Side,
  load: (options: LoadOptions) => Promise<Load>,
  seconds: number,
  { warmUpSeconds }: Lengths,
): Promise<Round> {
  await arena.comeToRest();
  const before = await contest.count(arena, side);
  const options = { url: new URL(side.url), connections: CONNECTIONS, next: contest.requests(arena, side) };
  const warmUp = await closedLoop({ ...options, seconds: warmUpSeconds });
  const stopCounting = countCpu(arena.watched(side));
  const measured = await load({ ...options, seconds });
  const cpu = stopCounting();
  const counted = difference(await contest.count(arena, side), before);
  assertWhole(contest, side, [warmUp, measured], counted);
  const done = measured.latenciesMs.length;
  return {
    side: side.name,
    perSecond: done / measured.seconds,
    p50Ms: percentile(measured.latenciesMs, 0.5),
    p99Ms: percentile(measured.latenciesMs, 0.99),
    answers: measured.answers,
    counted,
    cpuMicrosEach: microsEach(cpu, done),
    othersCores: cpu?.othersCores,
  };
}

function difference(after: Record<string, number>, before: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([what, count]) => [what, count - (before[what] ?? 0)]));
}

function microsEach(cpu: CpuUse | undefined, done: number): Record<string, number> {
  return Object.fromEntries(Object.entries(cpu?.own ?? {}).map(([name, seconds]) => [name, (seconds / done) * 1e6]));
}

/** @throws when an answer was no success, or when what is there is not what was answered */
export function assertWhole(
  { success }: Pick<Contest, 'success'>,
  { name }: Pick<Side, 'name'>,
  loads: readonly Pick<Load, 'answers'>[],
  counted: Readonly<Record<string, number>>,
): void {
  const answers = loads.flatMap((load) => Object.entries(load.answers));
  const others = answers.filter(([status]) => Number(status) !== success);
  if (others.length > 0) throw new Error(`${name} answered other than ${success}: ${JSON.stringify(others)}`);
  const successes = answers.reduce((sum, [, count]) => sum + count, 0);
  for (const [what, count] of Object.entries(counted))
    if (count !== successes) throw new Error(`${name} answered ${successes} times ${success}; ${what}: ${count}`);
}

const of = (rounds: readonly Round[], side: Side['name']) => rounds.filter((round) => round.side === side);

/** Ours over the floor's of the same round: the machine's speed drifts, and both drift with it. */
function ratios(rounds: readonly Round[], figure: (round: Round) => number): number[] {
  const floor = of(rounds, 'floor');
  return of(rounds, 'Recaudo').map((round, index) => figure(round) / figure(floor[index]!));
}

function throughputTable({ unit, callsProvider: calls }: Contest, rounds: readonly Round[]): Table {
  // The provider has no part in taking a webhook.
  const parts = Object.keys(rounds[0]?.cpuMicrosEach ?? {}).filter((part) => part !== 'provider' || calls);
  const cpu = (side: Side['name']) =>
    parts.map((part) => whole(median(of(rounds, side).map(({ cpuMicrosEach }) => cpuMicrosEach[part] ?? NaN))));
  const row = (side: Side['name']) => [
    side,
    spread(
      of(rounds, side).map(({ perSecond }) => perSecond),
      whole,
    ),
    ...cpu(side),
  ];
  const times = (part: string) => hundredths(median(ratios(rounds, ({ cpuMicrosEach }) => cpuMicrosEach[part] ?? NaN)));
  return {
    columns: ['what it carries', `${unit}s a second`, ...parts.map((part) => `${part}, CPU µs each`)],
    rows: [
      row('Recaudo'),
      row('floor'),
      [
        'ratio',
        spread(
          ratios(rounds, ({ perSecond }) => perSecond),
          hundredths,
        ),
        ...parts.map(times),
      ],
    ],
  };
}

function latencyTable({ unit, perSecond }: Contest, rounds: readonly Round[]): Table {
  const figures: readonly ((round: Round) => number)[] = [({ p50Ms }) => p50Ms, ({ p99Ms }) => p99Ms];
  const row = (side: Side['name']) => [side, ...figures.map((figure) => spread(of(rounds, side).map(figure), tenths))];
  return {
    columns: [`what a caller waits at ${perSecond} ${unit}s a second`, 'p50 ms', 'p99 ms'],
    rows: [
      row('Recaudo'),
      row('floor'),
      ['ratio', ...figures.map((figure) => spread(ratios(rounds, figure), hundredths))],
    ],
  };
}

function notesOf(
  { unit }: Contest,
  { rounds, fillSeconds, closedSeconds, openSeconds, warmUpSeconds }: Lengths,
  played: readonly Round[],
  noisy: readonly Round[],
): string[] {
  const total = played.reduce((sum, { answers }) => sum + Object.values(answers).reduce((a, b) => a + b, 0), 0);
  const others = played.flatMap(({ othersCores }) => othersCores ?? []);
  return [
    `Medians (least–most) of ${rounds} rounds, the sides in turn, of ${closedSeconds} s with ${CONNECTIONS} connections in a closed loop, and of ${openSeconds} s with random (Poisson) arrivals, measured from the moment at which a request was meant to begin; ${warmUpSeconds} s of warm-up each. Before the first round each side has worked for ${fillSeconds} s, and before each round PostgreSQL was made to clean up and to take new statistics. A ratio is the median of the rounds' own ratios.`,
    `${whole(total)} ${unit}s were answered with success, all of them; after each round what was in the database and at the provider was exactly that.`,
    others.length === 0
      ? 'The system does not tell what else used the processor.'
      : `Others used at most ${hundredths(Math.max(...others))} cores during a round; ${noisy.length} rounds were done again because it was more than ${OTHERS_CORES_MAX}.`,
  ];
}
