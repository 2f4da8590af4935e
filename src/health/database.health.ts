import { MikroORM } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { CachedRead } from '../database/cached-read.js';
import { DATABASE_REFUSALS, databaseRefusalOf } from '../database/database-refusal.js';
import { Database } from '../database/database.js';
import { IS_READ_ONLY, TRY_ROOM } from './database-health.queries.js';

/** Load balancers do not wait longer. */
const WAIT_MS = 4_000;
/** How often room for files is tried out where nothing was refused. */
const ROOM_FRESH_FOR_MS = 15_000;
/** A statement that found no room counts for this long, even where a trial finds some: it may have wanted it in another place. */
const FULL_COUNTS_MS = 5_000;

/** Whether this process can serve, as far as the database goes. Anybody may ask, so each question is asked by one caller at a time. */
@Injectable()
export class DatabaseHealth {
  private migrated = false;
  private readonly readOnly = new CachedRead(() => this.isReadOnly(), { freshForMs: 0, waitMs: WAIT_MS });
  private readonly room = new CachedRead(() => this.database.query(TRY_ROOM, {}), {
    freshForMs: ROOM_FRESH_FOR_MS,
    waitMs: WAIT_MS,
  });
  private readonly pending = new CachedRead(() => this.orm.migrator.getPending(), { freshForMs: 0, waitMs: WAIT_MS });

  constructor(
    private readonly indicator: HealthIndicatorService,
    private readonly database: Database,
    private readonly orm: MikroORM,
  ) {}

  /** Reachable, and takes changes: it is neither read-only nor full. */
  async isWritable() {
    const check = this.indicator.check('database');
    try {
      if (await this.readOnly.fresh()) return check.down({ message: DATABASE_REFUSALS.read_only.says });
      const { fullAt } = this.database;
      if (performance.now() - fullAt < FULL_COUNTS_MS) return check.down({ message: DATABASE_REFUSALS.full.says });
      await this.room.fresh(fullAt);
      return check.up();
    } catch (error) {
      return check.down({ message: DATABASE_REFUSALS[databaseRefusalOf(error) ?? 'too_slow'].says });
    }
  }

  /** Asked until it is true once: a schema does not go back under a running process. */
  async isMigrated() {
    const check = this.indicator.check('migrations');
    try {
      const pending = this.migrated ? 0 : (await this.pending.fresh()).length;
      this.migrated = pending === 0;
      return this.migrated ? check.up() : check.down({ message: `${pending} not applied; run npm run migrate` });
    } catch {
      return check.down({ message: 'cannot be read' });
    }
  }

  private async isReadOnly(): Promise<boolean> {
    const [row] = await this.database.query(IS_READ_ONLY, {});
    return row?.readOnly ?? false;
  }
}
