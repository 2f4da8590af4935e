import { Inject, Injectable } from '@nestjs/common';
import { MikroORM } from '@mikro-orm/core';
import type { PostgreSqlConnection } from '@mikro-orm/postgresql';
import pg, { type Pool } from 'pg';
import { databaseRefusalOf } from './database-refusal.js';
import { type Query, valuesOf } from './query.js';

/** A statement with its parameters by number. Being replaced by {@link Query}, whose parameters have names. */
export interface NumberedQuery {
  name: string;
  text: string;
}

/** Runs SQL on the ORM's own pool: one statement, one commit. */
@Injectable()
export class Database {
  #pool: Promise<Pool> | undefined;
  #fullAt = -Infinity;

  constructor(@Inject(MikroORM) private readonly orm: MikroORM) {}

  /** A connection whose statement failed is not used again: after a failover the next one leads to the server that takes changes. */
  async query<Row>(statement: NumberedQuery, values: readonly unknown[]): Promise<Row[]>;
  async query<Values extends object, Row>(statement: Query<Values, Row>, values: Values): Promise<Row[]>;
  async query<Row>(
    { name, text, ...named }: NumberedQuery | Query<object>,
    values: readonly unknown[] | object,
  ): Promise<Row[]> {
    const list =
      'parameters' in named ? valuesOf({ name, text, ...named }, values) : [...(values as readonly unknown[])];
    const pool = await (this.#pool ??= (this.orm.em.getConnection() as PostgreSqlConnection).getNativeClient());
    try {
      // The driver's own types: the ORM's pool leaves times as texts, to convert them by entity.
      const result = await pool.query<Row & object>({ name, text, values: list, types: pg.types });
      return result.rows;
    } catch (error) {
      if (databaseRefusalOf(error) === 'full') this.#fullAt = performance.now();
      throw error;
    }
  }

  /** When it last had no room for a statement: a `performance.now()`. */
  get fullAt(): number {
    return this.#fullAt;
  }
}
