import { EmbeddedPostgres } from '@recaudo/embedded-postgres';
import pg from 'pg';
import { migrate } from '../../src/database/schema.js';

/** Sized as for a small machine of production; durability is PostgreSQL's own default and checked below. */
const SETTINGS = { shared_buffers: '512MB', max_wal_size: '4GB', max_connections: '200' };
const DURABILITY = ['fsync', 'synchronous_commit', 'full_page_writes'];
/** Besides what makes a commit durable, what the figures depend on. */
const SHOWN = ['server_version', ...DURABILITY, 'wal_sync_method', 'shared_buffers', 'max_wal_size'];

/**
 * A PostgreSQL server of the bench's own, on which a commit is on the disk before it is answered, with a migrated template. From here on
 * `createTestDatabase()` makes its databases on it. @returns also the settings that figures depend on
 */
export async function startDurableServer(directory: string) {
  const server = new EmbeddedPostgres({ directory, database: 'recaudo_template', settings: SETTINGS });
  const url = await server.start();
  process.once('exit', () => server.stopNow());
  const admin = new pg.Client(url.replace(/[^/]*$/, 'postgres'));
  await admin.connect();
  const query = async (text: string, values: unknown[] = []) =>
    (await admin.query<{ name: string; value: string }>(text, values)).rows;
  const shown = await query('select name, current_setting(name) as value from pg_settings where name = any($1)', [
    SHOWN,
  ]);
  const settings = Object.fromEntries(shown.map(({ name, value }) => [name, value]));
  for (const name of DURABILITY)
    if (settings[name] !== 'on') throw new Error(`${name} is ${settings[name]}: figures of such a server mean nothing`);
  // A run that was killed leaves its databases.
  for (const { name } of await query("select datname as name from pg_database where datname like 'recaudo%'"))
    await query(`drop database "${name}" with (force)`);
  await query('create database recaudo_template');
  await admin.end();
  await migrate(url);
  process.env['TEST_DATABASE_URL'] = url;
  return { settings, close: () => server.stop() };
}
