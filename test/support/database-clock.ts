import type { TestDatabase } from './test-database.js';

/** The clock of one database, as its statements read it. What the server itself writes down, as when a transaction began, is not moved. */
export interface DatabaseClock {
  /** It goes on from this instant. Connections that are open already do not see it unless the clock was installed before they were. */
  set(instant: Date): Promise<void>;
}

const FUNCTIONS = ['now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp'];

/** To be installed before the service connects. */
export async function installDatabaseClock(database: TestDatabase): Promise<DatabaseClock> {
  const name = new URL(database.url).pathname.slice(1);
  await database.query('create schema clock');
  await database.query('create table clock.moved (by interval not null)');
  await database.query(`insert into clock.moved values ('0')`);
  for (const one of FUNCTIONS)
    await database.query(
      `create function clock.${one}() returns timestamptz language sql stable as 'select pg_catalog.${one}() + (select by from clock.moved)'`,
    );
  await database.query(`alter database ${name} set search_path = clock, pg_catalog, public`);
  return {
    set: async (instant) =>
      void (await database.query('update clock.moved set by = $1::timestamptz - pg_catalog.now()', [instant])),
  };
}
