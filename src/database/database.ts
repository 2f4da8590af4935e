import { Inject, Injectable } from '@nestjs/common';
import { MikroORM } from '@mikro-orm/core';
import type { PostgreSqlConnection } from '@mikro-orm/postgresql';
import pg, { type Pool } from 'pg';
import { databaseRefusalOf } from './database-refusal.js';

/** A statement of a hot path: named, so that each connection plans it once. */
export interface Query {
  name: string;
  text: string;
}

/** Hot paths speak SQL through here, on the ORM's own pool: one statement, one commit. */
@Injectable()
export class Database {
  #pool: Promise<Pool> | undefined;
  #fullAt = -Infinity;

  constructor(@Inject(MikroORM) private readonly orm: MikroORM) {}

  /** A connection whose statement failed is not used again: after a failover the next one leads to the server that takes changes. */
  async query<Row>(statement: Query, values: readonly unknown[]): Promise<Row[]> {
    const pool = await (this.#pool ??= (this.orm.em.getConnection() as PostgreSqlConnection).getNativeClient());
    try {
      // The driver's own types: the ORM's pool leaves times as texts, to convert them by entity.
      const result = await pool.query<Row & object>({ ...statement, values: [...values], types: pg.types });
      return result.rows;
    } catch (error) {
      if (databaseRefusalOf(error) === 'full') this.#fullAt = performance.now();
      throw error;
    }
  }

  /** When it last had no room for a statement, as `performance.now()` tells time. */
  get fullAt(): number {
    return this.#fullAt;
  }
}
