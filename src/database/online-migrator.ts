import { setTimeout as sleep } from 'node:timers/promises';
import type { IMigrationRunner, MigrateOptions, MigrationInfo, Transaction } from '@mikro-orm/core';
import { type Migration, Migrator } from '@mikro-orm/migrations';
import type { AbstractSqlDriver, EntityManager } from '@mikro-orm/postgresql';

export interface MigrationLimits {
  /**
   * How long one migration waits for locks in all. While it waits for the lock of a table, whoever wants to write there stands behind it,
   * and what it already holds nobody can write to.
   */
  locksMs: number;
  /** When a migration whose lock was refused is not tried again. */
  giveUpAfterMs: number;
  /** How long another process that migrates the same database is waited for. */
  otherProcessMs: number;
}

export const MIGRATION_LIMITS: MigrationLimits = { locksMs: 500, giveUpAfterMs: 120_000, otherProcessMs: 600_000 };

/**
 * Waits of this kind keep nobody waiting: what is built concurrently waits for transactions that began earlier, and holds no lock that a
 * reader or writer wants.
 */
export const CONCURRENT_LOCK_MS = 600_000;

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;
const POLL_MS = 250;
/** Of the advisory lock: one process migrates a database. */
const LOCK_KEY = 7_232_836;
/** A lock was refused, or two sessions would have waited for each other. */
const REFUSED = new Set(['55P03', '40P01']);

/** Why the database could not be migrated, in a sentence for the person at the terminal. */
export class MigrationRefusedError extends Error {}

/**
 * Migrates a database that the service is running on: one process at a time, each migration on its own, none of which keeps a writer waiting
 * for longer than its limits say. It wants the ORM's pool to be one connection, because the advisory lock belongs to that.
 */
export class OnlineMigrator extends Migrator {
  constructor(
    em: EntityManager,
    private readonly limits: MigrationLimits,
    private readonly say: (sentence: string) => void,
  ) {
    super(em);
  }

  protected override createRunner(): IMigrationRunner {
    // Made before this object's own fields are there.
    return {
      run: (migration, method, afterRun) => this.run(migration as Migration, method, afterRun),
      setMasterMigration: () => undefined,
      unsetMasterMigration: () => undefined,
    };
  }

  protected override async runMigrations(
    method: 'up' | 'down',
    options?: string | string[] | MigrateOptions,
  ): Promise<MigrationInfo[]> {
    // Before it is read what is pending, which the other process is about to change.
    await this.waitForOtherProcess();
    return super.runMigrations(method, options);
  }

  private async waitForOtherProcess(): Promise<void> {
    const until = performance.now() + this.limits.otherProcessMs;
    for (let said = false; !(await this.isAlone()); said = true) {
      if (performance.now() > until)
        throw new MigrationRefusedError(
          'Another process has been migrating this database for too long. See what it does first.',
        );
      if (!said) this.say('Another process is migrating this database: waiting for it to end.');
      // Asked again and again: one that waits inside a query would in turn be waited for by an index that is built concurrently.
      await sleep(POLL_MS);
    }
  }

  /** Takes the lock, or sees that it is ours. PostgreSQL lets go of it when the connection ends, however that comes about. */
  private async isAlone(): Promise<boolean> {
    const [row] = await this.driver.execute<{ taken: boolean }[]>(`select pg_try_advisory_lock(${LOCK_KEY}) as taken`);
    return row!.taken;
  }

  private async run(
    migration: Migration,
    method: 'up' | 'down',
    afterRun: ((tx?: Transaction) => Promise<void>) | undefined,
  ): Promise<void> {
    const name = migration.name ?? migration.constructor.name;
    const startedAt = performance.now();
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      if (!(await this.isAlone()))
        throw new MigrationRefusedError('Another process migrates this database. Run it again.');
      migration.reset();
      try {
        if (migration.isTransactional()) await this.runAtOnce(migration, method, afterRun);
        else await this.runStepByStep(migration, method, afterRun);
        return;
      } catch (error) {
        if (!REFUSED.has((error as { code?: string }).code ?? '')) throw error;
        const others = await this.longestTransaction();
        if (performance.now() - startedAt + waitMs > this.limits.giveUpAfterMs)
          throw new MigrationRefusedError(`${name} did not get the locks that it needs. ${others}Then run it again.`);
        this.say(`${name} did not get the locks that it needs, and is tried again in ${waitMs / 1000} s. ${others}`);
        await sleep(waitMs);
      }
    }
  }

  /** All of it or nothing, for what is done in a moment once the locks are there. */
  private async runAtOnce(
    migration: Migration,
    method: 'up' | 'down',
    afterRun: ((tx?: Transaction) => Promise<void>) | undefined,
  ): Promise<void> {
    await this.driver.getConnection().transactional(async (tx) => {
      migration.setTransactionContext(tx);
      const until = performance.now() + this.limits.locksMs;
      const limitLocks = () =>
        this.driver.execute(
          `set local lock_timeout = ${Math.max(1, Math.round(until - performance.now()))}`,
          undefined,
          'run',
          tx,
        );
      await limitLocks();
      await migration[method]();
      for (const query of migration.getQueries()) {
        await limitLocks();
        await this.driver.execute(query, undefined, 'run', tx);
      }
      await afterRun?.(tx);
    });
  }

  /** Each statement is a transaction of its own, so that it may take long; all of them are done again after an interruption. */
  private async runStepByStep(
    migration: Migration,
    method: 'up' | 'down',
    afterRun: ((tx?: Transaction) => Promise<void>) | undefined,
  ): Promise<void> {
    await migration[method]();
    for (const query of migration.getQueries()) {
      const sql = typeof query === 'string' ? query : '';
      const index = /^\s*create\s+(?:unique\s+)?index\s+concurrently\s+if\s+not\s+exists\s+"(\w+)"/i.exec(sql)?.[1];
      if (index) await dropUnfinished(this.driver, index);
      const done = () => this.driver.execute<{ affectedRows: number }>(query, undefined, 'run');
      // A batch is done over and over until there is nothing left to do.
      if (/^\s*(?:update|delete)\s/i.test(sql)) while ((await done()).affectedRows > 0);
      else await done();
    }
    await afterRun?.();
  }

  /** Whoever is the likeliest to stand in the way. */
  private async longestTransaction(): Promise<string> {
    const [oldest] = await this.driver.execute<{ pid: number; name: string; seconds: number }[]>(
      `select pid, application_name as name, round(extract(epoch from now() - xact_start))::int as seconds from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null order by xact_start limit 1`,
    );
    return oldest
      ? `The longest open transaction is process ${oldest.pid}'s (${oldest.name}), ${oldest.seconds} s. `
      : '';
  }
}

/** A build that was interrupted leaves an index that costs every writer and serves nobody, and that "if not exists" would be content with. */
async function dropUnfinished(driver: AbstractSqlDriver, index: string): Promise<void> {
  const unfinished = await driver.execute<unknown[]>(
    `select from pg_index i join pg_class c on c.oid = i.indexrelid
     where c.relname = ? and pg_table_is_visible(c.oid) and not i.indisvalid`,
    [index],
  );
  if (unfinished.length > 0) await driver.execute(`drop index concurrently if exists "${index}"`);
}
