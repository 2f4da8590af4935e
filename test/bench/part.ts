/** What is asked of a part. */
export interface BenchOptions {
  /** A few seconds that show that everything still works; its figures mean nothing. */
  quick: boolean;
  /** For logs and files; empty at the start, removed at the end. */
  folder: string;
  say: (line: string) => void;
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
export interface BenchPart {
  name: string;
  title: string;
  run(options: BenchOptions): Promise<BenchResult>;
}
