import { EmbeddedPostgres } from '@recaudo/embedded-postgres';
import pg from 'pg';
import { migrate } from '../../src/database/schema.js';

/** Sized as for a small machine of production; durability is PostgreSQL's own default and checked below. */
const SETTINGS = { shared_buffers: '512MB', max_wal_size: '4GB', max_connections: '200' };
const DURABILITY = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;
/** Besides what makes a commit durable, what the figures depend on. */
const SHOWN = ['server_version', ...DURABILITY, 'wal_sync_method', 'shared_buffers', 'max_wal_size'] as const;

export interface DurableServer {
  /** Names and values of the settings that figures depend on. */
  settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * A PostgreSQL server of the bench's own, on which a commit is on the disk before it is answered, with a migrated template. From here on
 * `createTestDatabase()` makes its databases on it.
 */
export async function startDurableServer(directory: string): Promise<DurableServer> {
  const server = new EmbeddedPostgres({ directory, database: 'recaudo_template', settings: SETTINGS });
  const url = await server.start();
  process.once('exit', () => server.stopNow());
  const settings = await prepare(url);
  await migrate(url);
  process.env['TEST_DATABASE_URL'] = url;
  return { settings, close: () => server.stop() };
}

async function prepare(url: string): Promise<Record<string, string>> {
  const elsewhere = new URL(url);
  elsewhere.pathname = '/postgres';
  const admin = new pg.Client(elsewhere.href);
  await admin.connect();
  try {
    const { rows } = await admin.query<{ name: string; value: string }>(
      'select name, current_setting(name) as value from pg_settings where name = any($1)',
      [SHOWN],
    );
    const settings = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
    for (const name of DURABILITY)
      if (settings[name] !== 'on')
        throw new Error(`${name} is ${settings[name]}: figures of such a server mean nothing`);
    // A run that was killed leaves its databases.
    const { rows: left } = await admin.query<{ datname: string }>(
      "select datname from pg_database where datname like 'recaudo%'",
    );
    for (const { datname } of left) await admin.query(`drop database "${datname}" with (force)`);
    await admin.query('create database recaudo_template');
    return settings;
  } finally {
    await admin.end();
  }
}
