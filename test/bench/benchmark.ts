import { hundredths, spread } from './statistics.js';

export interface BenchOptions {
  /** A few seconds that show that everything still works; its figures mean nothing. */
  quick: boolean;
  /** For logs and files; empty at the start, removed at the end. */
  folder: string;
  say: (line: string) => void;
  /** What is closed when the benchmark ends, however it ends: the last one first. */
  closeAtEnd: (close: () => Promise<unknown>) => unknown;
}

/** The first column names the row; the others are figures. */
export interface Table {
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

export interface BenchResult {
  tables: readonly Table[];
  /** Sentences that belong under the tables. */
  notes: readonly string[];
  /** Every round's own figures; kept as JSON. */
  raw: unknown;
}

/**
 * One thing that is measured. Databases come from `createTestDatabase()`: here they stand on a durable server. A result that cannot be
 * trusted (a lost row, an answer that is no success) is an error, and no figure.
 */
export interface Benchmark {
  name: string;
  title: string;
  run(options: BenchOptions): Promise<BenchResult>;
}

/** Runs something, and afterwards closes what it says is to be closed, however it ended. */
export async function closingAtEnd<T>(use: (closeAtEnd: BenchOptions['closeAtEnd']) => Promise<T>): Promise<T> {
  const closings: (() => Promise<unknown>)[] = [];
  try {
    return await use((close) => closings.push(close));
  } finally {
    for (const close of closings.toReversed()) await close();
  }
}

/** Every side in each round; each goes first as often as the other. */
export async function inTurn<S, R>(count: number, sides: readonly [S, S], run: (side: S) => Promise<R>): Promise<R[]> {
  const rounds: R[] = [];
  for (let number = 0; number < count; number += 1)
    for (const side of number % 2 === 0 ? sides : sides.toReversed()) rounds.push(await run(side));
  return rounds;
}

/** A column: what is shown of each round. */
export interface Figure<R> {
  column: string;
  of: (round: R) => number;
  show: (value: number) => string;
}

/** A row for each of two sides, and one for the first over the second, in the same round: the machine's speed drifts, and both drift with it. */
export function tableOfSides<R extends { side: string }>(
  title: string,
  sides: readonly [string, string],
  rounds: readonly R[],
  figures: readonly Figure<R>[],
): Table {
  const valuesOf = (side: string, { of }: Figure<R>) => rounds.filter((round) => round.side === side).map(of);
  const ratios = (figure: Figure<R>) => {
    const [over, under] = sides.map((side) => valuesOf(side, figure));
    return over!.map((value, round) => value / under![round]!);
  };
  return {
    columns: [title, ...figures.map(({ column }) => column)],
    rows: [
      ...sides.map((side) => [side, ...figures.map((figure) => spread(valuesOf(side, figure), figure.show))]),
      ['ratio', ...figures.map((figure) => spread(ratios(figure), hundredths))],
    ],
  };
}
