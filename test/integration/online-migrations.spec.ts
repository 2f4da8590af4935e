import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Migration } from '@mikro-orm/migrations';
import pg from 'pg';
import { migrate, type MigrateOptions } from '../../src/database/schema.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

const ROWS = 20_000;

let database: TestDatabase;
/** Of a session that stands in the way: a report that reads for long, a write that is not committed yet. */
let other: pg.Client;
let said: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  other = new pg.Client(database.url);
  await other.connect();
});
afterAll(async () => {
  await other?.end();
  await database?.drop();
});
beforeEach(async () => {
  said = [];
  await database.query('drop table if exists things, seen');
  await database.query('create table things (id int primary key generated always as identity, a int not null, b int)');
  await database.query(`insert into things (a) select n from generate_series(1, ${ROWS}) n`);
  await database.query(`delete from mikro_orm_migrations where name like 'Test%'`);
});

function migration(
  name: string,
  statements: string[],
  transactional = true,
): NonNullable<MigrateOptions['migrations']>[0] {
  return class extends Migration {
    override name = name;
    override isTransactional(): boolean {
      return transactional;
    }
    override up(): void {
      for (const sql of statements) this.addSql(sql);
    }
  };
}

const apply = (migrations: NonNullable<MigrateOptions['migrations']>, limits: MigrateOptions['limits'] = {}) =>
  migrate(database.url, { migrations, limits, say: (sentence) => said.push(sentence) });

/** Comes back only if the writer is let through. */
const write = () => database.query('insert into things (a) values (0)');

async function blocked(pid: number): Promise<boolean> {
  const [row] = await database.query<{ count: number }>(
    'select count(*)::int as count from pg_stat_activity where $1 = any(pg_blocking_pids(pid))',
    [pid],
  );
  return row!.count > 0;
}

/** The other session's process. */
async function pid(): Promise<number> {
  const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]!.pid;
}

const addColumn = migration('TestAddColumn', ['alter table things add c int null']);
const addIndex = migration('TestAddIndex', ['create index concurrently if not exists "things_a" on things (a)'], false);

const indexes = () =>
  database.query<{ valid: boolean }>(
    `select indisvalid as valid from pg_index i join pg_class c on c.oid = i.indexrelid where c.relname = 'things_a'`,
  );
const applied = () => database.query<{ name: string }>(`select name from mikro_orm_migrations where name like 'Test%'`);

describe('a migration whose lock somebody holds', () => {
  it('lets writers through, and is tried again until it gets the lock', async () => {
    await other.query('begin; select count(*) from things');
    const migrating = apply([addColumn]);
    // All this time the lock is held, so a writer that stood behind the migration for good would wait here for good.
    await until('it to be refused twice', async () => {
      await write();
      return said.length >= 2;
    });
    expect(said[0]).toMatch(
      /^TestAddColumn did not get the locks .* tried again in 0\.25 s\. The longest open transaction is process \d+'s/,
    );
    await other.query('commit');
    expect(await migrating).toEqual(['TestAddColumn']);
    expect(await database.query('select c from things limit 1')).toEqual([{ c: null }]);
  });

  it('gives up in the end, in a sentence, and leaves everything as it was', async () => {
    await other.query('begin; select count(*) from things');
    const both = migration('TestBoth', ['create table seen (a int)', 'alter table things add c int null']);
    await expect(apply([both], { giveUpAfterMs: 0 })).rejects.toThrow(
      /^TestBoth did not get the locks that it needs\. The longest open transaction is process \d+'s \(.*\), \d+ s\. Then run it again\.$/,
    );
    await other.query('commit');
    expect(await applied()).toEqual([]);
    expect(await apply([both])).toEqual(['TestBoth']);
  });

  it('waits for all of its locks together no longer than for one, because it holds the first while it waits for the next', async () => {
    const waits = [
      'create table seen (lock text)',
      'select pg_sleep(0.1)',
      `insert into seen select current_setting('lock_timeout')`,
    ];
    await apply([migration('TestWaits', waits)], { locksMs: 100 });
    expect(await database.query('select lock from seen')).toEqual([{ lock: '1ms' }]);
  });
});

describe('an index on a table that is in use', () => {
  it('is built while rows are written', async () => {
    await other.query('begin; insert into things (a) values (-1)');
    const migrating = apply([addIndex]);
    const others = await pid();
    await until('it to wait for the transaction', () => blocked(others));
    await write();
    await other.query('commit');
    expect(await migrating).toEqual(['TestAddIndex']);
    expect(await indexes()).toEqual([{ valid: true }]);
    expect(await database.query('select count(*)::int as count from things where a = -1')).toEqual([{ count: 1 }]);
  });

  it('is built anew after an interruption, once', async () => {
    await other.query('begin; insert into things (a) values (-1)');
    const migrating = apply([addIndex]);
    const outcome = migrating.catch((error: Error) => error.message);
    const others = await pid();
    await until('it to wait for the transaction', () => blocked(others));
    await database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'recaudo migrate'`,
    );
    expect(await outcome).toMatch(/terminat/);
    await other.query('commit');
    expect(await indexes()).toEqual([{ valid: false }]);
    expect(await apply([addIndex])).toEqual(['TestAddIndex']);
    expect(await indexes()).toEqual([{ valid: true }]);
    expect(await apply([addIndex])).toEqual([]);
  });
});

describe('a migration without transaction', () => {
  it('does a batch over and over until nothing is left', async () => {
    const batch = `update things set b = a where id in (select id from things where b is null order by id limit 3000)`;
    expect(await apply([migration('TestBatches', [batch], false)])).toEqual(['TestBatches']);
    expect(await database.query('select count(*)::int as count from things where b is distinct from a')).toEqual([
      { count: 0 },
    ]);
  });

  it('validates a constraint while rows are written', async () => {
    const constraint = migration('TestConstraint', [
      'alter table things add constraint positive check (a >= -1) not valid',
    ]);
    const validate = migration('TestValidate', ['alter table things validate constraint positive'], false);
    await apply([constraint]);
    await other.query('begin; insert into things (a) values (1)');
    expect(await apply([constraint, validate])).toEqual(['TestValidate']);
    await other.query('rollback');
  });
});

describe('the session that migrates', () => {
  it.each([
    ['in a transaction', true, /^(?:[1-4]?\d\d|500)ms$/],
    ['without one', false, /^10min$/],
  ])('has no limit of a statement, %s', async (_which, transactional, lockTimeout) => {
    const shown = `insert into seen select current_setting('statement_timeout'), current_setting('lock_timeout')`;
    await database.query('create table seen (statement text, lock text)');
    await apply([migration('TestSettings', [shown], transactional)]);
    const [row] = await database.query<{ statement: string; lock: string }>('select * from seen');
    expect(row!.statement).toBe('0');
    expect(row!.lock).toMatch(lockTimeout);
  });

  it('is the only one: another process waits for it, and finds everything done', async () => {
    await other.query('begin; select count(*) from things');
    const both = [apply([addColumn]), apply([addColumn])];
    await until('one to be refused, the other to wait', () =>
      ['did not get the locks', 'Another process is migrating'].every((words) =>
        said.some((one) => one.includes(words)),
      ),
    );
    await other.query('commit');
    expect((await Promise.all(both)).flat()).toEqual(['TestAddColumn']);
  });

  it('is waited for only so long', async () => {
    await other.query('begin; select count(*) from things');
    const first = apply([addColumn]);
    await until('it to be refused', () => said.length > 0);
    await expect(apply([addColumn], { otherProcessMs: 0 })).rejects.toThrow('Another process has been migrating');
    await other.query('commit');
    await first;
  });

  it('makes an empty database twice at once', async () => {
    const empty = await createTestDatabase('empty');
    try {
      const all = await Promise.all([migrate(empty.url), migrate(empty.url)]);
      expect(all.filter(({ length }) => length > 0)).toHaveLength(1);
    } finally {
      await empty.drop();
    }
  });
});
