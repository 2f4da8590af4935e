import { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { mikroOrmOptions } from '../../config/mikro-orm.config.js';

/** Names of the migrations that a database lacks. */
export async function pendingMigrations(databaseUrl: string): Promise<string[]> {
  return withMigrator(databaseUrl, async (orm) => (await orm.migrator.getPending()).map(({ name }) => name));
}

/** Applies what is pending. @returns the names of what was applied */
export async function migrate(databaseUrl: string): Promise<string[]> {
  return withMigrator(databaseUrl, async (orm) => (await orm.migrator.up()).map(({ name }) => name));
}

async function withMigrator<T>(databaseUrl: string, use: (orm: MikroORM) => Promise<T>): Promise<T> {
  await connectOnce(databaseUrl);
  const orm = await MikroORM.init(mikroOrmOptions(databaseUrl));
  try {
    return await use(orm);
  } finally {
    await orm.close(true);
  }
}

/** Fails as the driver fails. The ORM would create a database that is missing: a misspelt name must not bring one into being. */
async function connectOnce(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  await client.end();
}
