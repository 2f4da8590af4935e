import pg from 'pg';
import type { Database } from '../../src/database/database.js';
import { batchItem, type BatchQuery, batchValues, type Query, valuesOf } from '../../src/database/query.js';
import { BATCH_SETTINGS } from '../../src/database/batch-pool.js';

/** How many rows a statement touched in one place of its plan, whether it needed them or not. */
export interface Reading {
  statement: string;
  /** The table or the index. */
  place: string;
  /** How: `Seq Scan`, `Index Scan`, … */
  scan: string;
  rows: number;
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

/**
 * Runs every statement of a service once more, just before it runs, with the same values in a transaction that is rolled back, and notes
 * what it reads.
 */
export class StatementWatch {
  readonly #most = new Map<string, Reading>();
  readonly #statements = new Set<string>();
  readonly #pool: pg.Pool;
  readonly #query: Database['query'];
  readonly #batched: Database['batched'];

  constructor(
    private readonly database: Database,
    databaseUrl: string,
  ) {
    // One at a time, so that they do not wait for each other's rows in a ring.
    this.#pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
    this.#pool.on('error', () => undefined);
    this.#query = database.query.bind(database);
    database.query = async <Values extends object, Row>(query: Query<Values, Row>, values: Values) => {
      await this.#check(query, valuesOf(query, values));
      return this.#query(query, values);
    };
    this.#batched = database.batched.bind(database);
    database.batched = async <Item extends object, Row extends object>(
      query: BatchQuery<Item, Row>,
      share: string,
      item: Item,
    ) => {
      await this.#check(query, batchValues(query, [batchItem(query, item)]), BATCH_SETTINGS);
      return this.#batched(query, share, item);
    };
  }

  get statements(): readonly string[] {
    return [...this.#statements];
  }

  /** The most that was read in each place. */
  get readings(): readonly Reading[] {
    return [...this.#most.values()];
  }

  async end(): Promise<void> {
    this.database.query = this.#query;
    this.database.batched = this.#batched;
    await this.#pool.end();
  }

  async #check(
    { name, text }: Pick<Query<object>, 'name' | 'text'>,
    values: readonly unknown[],
    settings: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      for (const [setting, value] of Object.entries(settings)) await client.query(`set local ${setting} = ${value}`);
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `explain (analyze, timing off, format json) ${text}`,
        [...values],
      );
      this.#statements.add(name);
      this.#note(name, rows[0]!['QUERY PLAN'][0].Plan);
    } finally {
      await client.query('rollback');
      client.release();
    }
  }

  #note(statement: string, node: PlanNode): void {
    const place = node['Index Name'] ?? node['Relation Name'];
    const each =
      (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
    const rows = each * (node['Actual Loops'] ?? 0);
    const key = `${statement} ${place}`;
    if (place && rows > (this.#most.get(key)?.rows ?? -1))
      this.#most.set(key, { statement, place, scan: node['Node Type'], rows });
    for (const child of node.Plans ?? []) this.#note(statement, child);
  }
}
