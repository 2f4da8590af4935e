import type { Constructor } from '@mikro-orm/core';
import type { Migration } from '@mikro-orm/migrations';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import pg from 'pg';
import { databaseConnection } from '../../config/database-url.js';
import { CONCURRENT_LOCK_MS, MIGRATION_LIMITS, type MigrationLimits, OnlineMigrator } from './online-migrator.js';
import { ormOptions } from './orm-options.js';

/** Names of the migrations that a database lacks. */
export async function pendingMigrations(databaseUrl: string): Promise<string[]> {
  return withMigrator(databaseUrl, async (orm) => (await orm.migrator.getPending()).map(({ name }) => name));
}

export interface MigrateOptions {
  /** Called with the reason for waiting. */
  say?: (sentence: string) => void;
  limits?: Partial<MigrationLimits>;
  /** Other ones than those of `migrations/`, in this order. */
  migrations?: Constructor<Migration>[];
  /** Name of the last one to apply. */
  to?: string;
}

/**
 * Applies what is pending, while the service runs or not. @returns the names of what was applied
 * @throws {MigrationRefusedError} when others held locks, or another process migrated, for too long; it may be called again
 */
export async function migrate(
  databaseUrl: string,
  { say = () => undefined, limits = {}, migrations, to }: MigrateOptions = {},
): Promise<string[]> {
  await connectOnce(databaseUrl);
  const orm = await MikroORM.init(migrationOptions(databaseUrl, migrations));
  try {
    const migrator = new OnlineMigrator(orm.em, { ...MIGRATION_LIMITS, ...limits }, say);
    return (await migrator.up(to ? { to } : undefined)).map(({ name }) => name);
  } finally {
    await orm.close(true);
  }
}

/** One connection, whose limits are those of a migration and not of a request. */
function migrationOptions(databaseUrl: string, migrations: Constructor<Migration>[] | undefined): Options {
  const options = ormOptions(databaseUrl, []);
  return {
    ...options,
    pool: { min: 0, max: 1, idleTimeoutMillis: 0 },
    driverOptions: {
      ...options.driverOptions,
      // Where the URL has a name of its own, that.
      ...(databaseConnection(databaseUrl).application_name === 'recaudo'
        ? { application_name: 'recaudo migrate' }
        : {}),
      lock_timeout: CONCURRENT_LOCK_MS,
      statement_timeout: 0,
      query_timeout: 0,
    },
    migrations: {
      ...options.migrations,
      allOrNothing: false,
      // It would be compared, and written anew into the sources.
      snapshot: false,
      ...(migrations ? { migrationsList: migrations } : {}),
    },
  };
}

async function withMigrator<T>(databaseUrl: string, use: (orm: MikroORM) => Promise<T>): Promise<T> {
  await connectOnce(databaseUrl);
  const orm = await MikroORM.init(ormOptions(databaseUrl, []));
  try {
    return await use(orm);
  } finally {
    await orm.close(true);
  }
}

/** Fails as the driver fails. The ORM would create a database that is missing: a misspelt name must not bring one into being. */
async function connectOnce(databaseUrl: string): Promise<void> {
  const client = new pg.Client(databaseConnection(databaseUrl));
  client.on('error', () => undefined);
  await client.connect();
  await client.end();
}
