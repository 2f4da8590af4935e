import { MikroORM } from '@mikro-orm/core';
import type { PostgreSqlConnection } from '@mikro-orm/postgresql';
import { onBehalfOf } from '@recaudo/fair-share';
import { Injectable } from '@nestjs/common';
import pg, { type Pool } from 'pg';
import { Batcher, type BatcherLimits } from './batcher.js';
import { databaseRefusalOf } from './database-refusal.js';
import { type BatchItem, batchItem, type BatchQuery, batchValues, type Query, valuesOf } from './query.js';
import { batchPool } from './batch-pool.js';

/** Why these: docs/decisions/0023-group-commit.md. */
const BATCHES: BatcherLimits = { batchMax: 64, queuedMax: 2_000, waitMs: 5_000, slowMs: 25, inFlightMax: 8 };

const PLANS_AFTER = [500, 5_000];

/** Runs one statement of a transaction. */
export type RunInTransaction = <Values extends object, Row>(
  query: Query<Values, Row>,
  values: NoInfer<Values>,
) => Promise<Row[]>;

type Rows = readonly (object & { row: number })[];
type Statement = Pick<Query<object>, 'name' | 'text' | 'parameters'>;

/** Runs SQL: one statement, one commit. */
@Injectable()
export class Database {
  #pool: Promise<Pool> | undefined;
  #batchPool: Promise<Pool> | undefined;
  readonly #batchers = new Map<string, Batcher<BatchItem, object | undefined>>();
  #fullAt = -Infinity;

  constructor(private readonly orm: MikroORM) {}

  /** Runs it on the ORM's own pool. */
  async query<Values extends object, Row>(query: Query<Values, Row>, values: NoInfer<Values>): Promise<Row[]> {
    const pool = await (this.#pool ??= this.nativePool());
    return (await this.run(pool, query, valuesOf(query, values))) as unknown as Row[];
  }

  /**
   * Carries out one item in the same statement and commit as others that are asked for at the same time. It begins after it was asked for: what
   * was committed before is seen.
   * @param share whose item it is
   * @returns its row; undefined where the statement returns none for it
   * @throws NotBatched when it was not carried out
   */
  async batched<Item extends object, Row extends object>(
    query: BatchQuery<Item, Row>,
    share: string,
    item: NoInfer<Item>,
  ): Promise<Row | undefined> {
    return (await this.batcherOf(query).add(share, batchItem(query, item))) as Row | undefined;
  }

  /**
   * Several statements that see one moment and are carried out together or not at all. No other wait belongs into it.
   * @throws whatever a statement throws; PostgreSQL refuses what others have changed since that moment
   */
  async inTransaction<T>(work: (run: RunInTransaction) => Promise<T>): Promise<T> {
    const pool = await (this.#pool ??= this.nativePool());
    const client = await pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('begin isolation level repeatable read');
      const result = await work(async (query, values) => {
        const { name, text } = query;
        const { rows } = await client.query({ name, text, values: valuesOf(query, values), types: pg.types });
        return rows as never;
      });
      await client.query('commit');
      return result;
    } catch (error) {
      failure = error instanceof Error ? error : new Error('a transaction failed');
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release(failure);
    }
  }

  /** When it last had no room for a statement: a `performance.now()`. */
  get fullAt(): number {
    return this.#fullAt;
  }

  private batcherOf(query: Statement & { gatherMs: number }): Batcher<BatchItem, object | undefined> {
    const known = this.#batchers.get(query.name);
    if (known) return known;
    const inOrder = (rows: Rows, count: number): (object | undefined)[] => {
      const byItem = new Map(rows.map(({ row, ...result }) => [row, result]));
      return Array.from({ length: count }, (_, item) => byItem.get(item));
    };
    let carriedOut = 0;
    const batcher = new Batcher<BatchItem, object | undefined>(
      {
        together: async (items) => {
          const pool = await (this.#batchPool ??= this.nativePool().then(batchPool));
          carriedOut += items.length;
          const name = `${query.name} ${planOf(carriedOut)}`;
          return inOrder(await this.run(pool, { ...query, name }, batchValues(query, items)), items.length);
        },
        alone: async (item, share) => {
          const pool = await (this.#pool ??= this.nativePool());
          const rows = await onBehalfOf(share, () => this.run(pool, query, batchValues(query, [item])));
          return inOrder(rows, 1)[0];
        },
        mayBeOneItem: (error) => isRolledBack(error),
      },
      { ...BATCHES, gatherMs: query.gatherMs },
    );
    this.#batchers.set(query.name, batcher);
    return batcher;
  }

  /** A connection whose statement failed is not used again: after a failover the next one leads to the server that takes changes. */
  private async run(pool: Pool, { name, text }: Statement, values: unknown[]): Promise<Rows> {
    try {
      // The driver's own types: the ORM's pool leaves times as texts, to convert them by entity.
      return (await pool.query<object & { row: number }>({ name, text, values, types: pg.types })).rows;
    } catch (error) {
      if (databaseRefusalOf(error) === 'full') this.#fullAt = performance.now();
      throw error;
    }
  }

  private nativePool(): Promise<Pool> {
    return (this.orm.em.getConnection() as PostgreSqlConnection).getNativeClient();
  }
}

/**
 * On a table of a few rows all indexes that begin with the organization seem alike to PostgreSQL, and it keeps the plan that it made first: so it
 * is asked for another one when there are more.
 */
function planOf(carriedOut: number): number {
  return PLANS_AFTER.filter((items) => carriedOut > items).length;
}

/** PostgreSQL has refused the statement for what is in it, or for a lock that it waited for: nothing of it is written. */
function isRolledBack(error: unknown): boolean {
  const refusal = databaseRefusalOf(error);
  if (refusal === undefined) return true;
  return error instanceof pg.DatabaseError && (refusal === 'locked' || refusal === 'too_slow');
}
