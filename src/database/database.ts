import { Injectable } from '@nestjs/common';
import { MikroORM } from '@mikro-orm/core';
import type { PostgreSqlConnection } from '@mikro-orm/postgresql';
import pg, { type Pool } from 'pg';
import { databaseRefusalOf } from './database-refusal.js';
import { type Query, valuesOf } from './query.js';

/** Runs SQL on the ORM's own pool: one statement, one commit. */
@Injectable()
export class Database {
  #pool: Promise<Pool> | undefined;
  #fullAt = -Infinity;

  constructor(private readonly orm: MikroORM) {}

  /** A connection whose statement failed is not used again: after a failover the next one leads to the server that takes changes. */
  async query<Values extends object, Row>(query: Query<Values, Row>, values: NoInfer<Values>): Promise<Row[]> {
    const { name, text } = query;
    const pool = await (this.#pool ??= (this.orm.em.getConnection() as PostgreSqlConnection).getNativeClient());
    try {
      // The driver's own types: the ORM's pool leaves times as texts, to convert them by entity.
      const result = await pool.query<Row & object>({ name, text, values: valuesOf(query, values), types: pg.types });
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
