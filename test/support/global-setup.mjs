import { rm } from 'node:fs/promises';
import pg from 'pg';
import { build } from '../../bin/build.mjs';

/** One real PostgreSQL server for the whole run, and in it a migrated template that every test file copies. */
export default async function globalSetup() {
  // Programs of ours are tested as they are built.
  if (!(await build())) throw new Error('the build failed');
  const { EmbeddedPostgres } = await import('../../dist/libs/embedded-postgres/index.js');
  const { migrate } = await import('../../dist/src/database/schema.js');
  // A server that an interrupted run left behind is taken over; its data are of no use.
  const server = new EmbeddedPostgres({
    directory: '.data/test-postgres',
    database: 'recaudo_template',
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
  });
  const url = await server.start();
  process.once('exit', () => server.stopNow());
  const admin = new pg.Client(withDatabase(url, 'postgres'));
  await admin.connect();
  const { rows } = await admin.query(`select datname from pg_database where datname like 'recaudo%'`);
  for (const { datname } of rows) await admin.query(`drop database "${datname}" with (force)`);
  await admin.query('create database recaudo_template');
  await admin.end();
  await migrate(url);
  process.env.TEST_DATABASE_URL = url;
  globalThis.testServer = server;
  for (const old of ['.data/test-sandboxes', '.data/test-compile-cache'])
    await rm(old, { recursive: true, force: true });
}

function withDatabase(url, database) {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
