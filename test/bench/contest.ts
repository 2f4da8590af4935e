import type { BenchOptions, Table } from './benchmark.js';
import { countCpu, type Watched } from './cpu.js';
import { hundredths, median, percentile, spread, sum, tenths, whole } from './statistics.js';

/** More of the machine's processor time than this used by others, in cores, and a round is done again. */
const OTHERS_CORES_MAX = 0.15;

/** Whatever takes part: the figures of its rounds are shown under its name. */
export interface Contestant {
  name: string;
  /** Whose processor time its rounds cost. */
  parts: Watched;
}

/** What was done in the measured part of a round. */
export interface Work {
  done: number;
  seconds: number;
  latenciesMs?: readonly number[];
}

export interface Round {
  side: string;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  cpuMicrosEach: Record<string, number>;
  othersCores: number;
}

/** Does something, and counts the processor time meanwhile. */
export type Measure = <Done extends Work>(work: () => Promise<Done>) => Promise<Done>;

/**
 * The sides in turn, over and over: the machine's speed drifts, and all drift with it. Each goes first as often as the others. A round that
 * others disturbed is done again, a few times in all.
 */
export class Contest {
  #repeated = 0;
  #othersCoresMost = 0;

  /** @param count rounds of each side */
  constructor(
    private readonly count: number,
    private readonly repeatsMax: number,
    private readonly options: Pick<BenchOptions, 'say'>,
  ) {}

  /** @param play a whole round, of which only what it hands to `measure` counts */
  async rounds<Side extends Contestant>(
    name: string,
    sides: readonly Side[],
    play: (side: Side, measure: Measure) => Promise<unknown>,
  ): Promise<Round[]> {
    const rounds: Round[] = [];
    for (let number = 0; number < this.count; number += 1)
      for (const at of sides.keys()) {
        const side = sides[(at + number) % sides.length]!;
        for (;;) {
          const round = await playOnce(side, play);
          const { perSecond, p50Ms, p99Ms, othersCores } = round;
          const latency = Number.isNaN(p50Ms) ? '' : `, p50 ${tenths(p50Ms)} ms, p99 ${tenths(p99Ms)} ms`;
          const others = `others used ${hundredths(othersCores)} cores`;
          this.options.say(`${name} ${side.name}: ${whole(perSecond)}/s${latency}; ${others}`);
          if (othersCores <= OTHERS_CORES_MAX || this.#repeated >= this.repeatsMax) {
            rounds.push(round);
            this.#othersCoresMost = Math.max(this.#othersCoresMost, othersCores);
            break;
          }
          this.#repeated += 1;
        }
      }
    return rounds;
  }

  /** How far the rounds can be trusted. */
  note(): string {
    return `Medians (least–most) of ${this.count} rounds, the sides in turn; a ratio is the median of the rounds' own ratios. Others used at most ${hundredths(this.#othersCoresMost)} cores during a round; ${this.#repeated} rounds were done again because it was more than ${OTHERS_CORES_MAX}.`;
  }
}

async function playOnce<Side extends Contestant>(
  side: Side,
  play: (side: Side, measure: Measure) => Promise<unknown>,
): Promise<Round> {
  let round: Round | undefined;
  await play(side, async (work) => {
    const stopCounting = countCpu(side.parts);
    const measured = await work();
    const cpu = stopCounting();
    const { done, seconds, latenciesMs = [] } = measured;
    const microsEach = Object.entries(cpu?.own ?? {}).map(([part, used]) => [part, (used / done) * 1e6]);
    round = {
      side: side.name,
      perSecond: done / seconds,
      p50Ms: percentile(latenciesMs, 0.5),
      p99Ms: percentile(latenciesMs, 0.99),
      cpuMicrosEach: Object.fromEntries(microsEach) as Record<string, number>,
      othersCores: cpu?.othersCores ?? 0,
    };
    return measured;
  });
  if (!round) throw new Error(`nothing was measured of ${side.name}`);
  return round;
}

/** A column: what is shown of each round. */
export interface Figure<R> {
  column: string;
  of: (round: R) => number;
  show: (value: number) => string;
}

/** A row that has one side over another one, in the same round. */
export type Ratio = readonly [over: string, under: string];

interface Bounds {
  atLeast?: number;
  atMost?: number;
}

/** What a ratio should be, of the figure of one column. */
export interface Target extends Bounds {
  ratio: Ratio;
  column: string;
}

interface TableOfSides<R> {
  title: string;
  rounds: readonly R[];
  figures: readonly Figure<R>[];
  ratios: readonly Ratio[];
  targets?: readonly Target[];
}

/** A row for each side, and one for each ratio. */
export function tableOfSides<R extends { side: string }>({
  title,
  rounds,
  figures,
  ratios,
  targets = [],
}: TableOfSides<R>): Table {
  const sides = [...new Set(rounds.map(({ side }) => side))];
  const valuesOf = (side: string, { of }: Figure<R>) => rounds.filter((round) => round.side === side).map(of);
  const ratiosOf = ([over, under]: Ratio, figure: Figure<R>) => {
    const others = valuesOf(under, figure);
    return valuesOf(over, figure).map((value, round) => value / others[round]!);
  };
  const row = (name: string, values: (figure: Figure<R>) => number[], show?: Figure<R>['show']) => [
    name,
    ...figures.map((figure) => spread(values(figure), show ?? figure.show)),
  ];
  return {
    columns: [title, ...figures.map(({ column }) => column)],
    rows: [
      ...sides.map((side) => row(side, (figure) => valuesOf(side, figure))),
      ...ratios.map((ratio) => row(ratio.join(' / '), (figure) => ratiosOf(ratio, figure), hundredths)),
    ],
    notes: targets.map(({ ratio, column, ...bounds }) => {
      const figure = figures.find((one) => one.column === column);
      return judge(`${column}, ${ratio.join(' / ')}`, figure ? median(ratiosOf(ratio, figure)) : NaN, bounds);
    }),
  };
}

/** `Target: payins a second, Recaudo / floor: at least 1.1: met (1.23)`. What was not measured is not met. */
export function judge(what: string, value: number, { atLeast, atMost }: Bounds): string {
  const isMet = value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
  const bound = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast.toLocaleString('en-US')}`;
  return `Target: ${what}: ${bound}: ${isMet ? 'met' : 'not met'} (${value >= 1_000 ? whole(value) : hundredths(value)}).`;
}

/** Throughput, and the processor time of each part, and of the service and PostgreSQL together. */
export function throughput(unit: string, rounds: readonly Round[]): Figure<Round>[] {
  const parts = Object.keys(rounds[0]?.cpuMicrosEach ?? {});
  return [
    { column: `${unit}s a second`, of: ({ perSecond }) => perSecond, show: whole },
    ...(parts.length > 0 ? [[...SERVICE_AND_POSTGRESQL], ...parts.map((part) => [part])] : []).map((together) => ({
      column: cpuColumn(together),
      of: ({ cpuMicrosEach }: Round) => sum(together.map((part) => cpuMicrosEach[part] ?? NaN)),
      show: whole,
    })),
  ];
}

const SERVICE_AND_POSTGRESQL = ['service', 'PostgreSQL'] as const;
const cpuColumn = (parts: readonly string[]) => `${parts.join(' + ')}, CPU µs each`;

/** The column that targets of processor time are about. */
export const CPU_COLUMN = cpuColumn(SERVICE_AND_POSTGRESQL);

export const LATENCY: readonly Figure<Pick<Round, 'p50Ms' | 'p99Ms'>>[] = [
  { column: 'p50 ms', of: ({ p50Ms }) => p50Ms, show: tenths },
  { column: 'p99 ms', of: ({ p99Ms }) => p99Ms, show: tenths },
];
