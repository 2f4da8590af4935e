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
  /** Sentences right below it: what its figures should be, and whether they are. */
  notes?: readonly string[];
}

export interface BenchResult {
  tables: readonly Table[];
  /** Sentences below the tables. */
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
  /** It makes millions of rows first, which takes minutes: it runs where its name is given. */
  isLarge?: boolean;
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
