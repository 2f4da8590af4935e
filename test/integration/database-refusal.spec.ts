import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type DatabaseRefusal, databaseRefusalOf } from '../../src/database/database-refusal.js';
import { freePort } from '../support/free-port.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.query('create table counters (id int primary key, count int not null check (count >= 0))');
  await database.query('insert into counters values (1, 0), (2, 0)');
});

afterAll(async () => {
  await database?.drop();
});

/** With a connection of its own, which is closed whatever became of it. */
async function connected<T>(use: (client: pg.Client) => Promise<T>, options: pg.ClientConfig = {}): Promise<T> {
  const client = new pg.Client({ connectionString: database.url, ...options });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const failing = (text: string, options?: pg.ClientConfig) => () => connected((client) => client.query(text), options);

/** While another holds a row. */
const whileHeld = (use: (client: pg.Client) => Promise<unknown>) => () =>
  connected(async (holder) => {
    await holder.query('begin; update counters set count = count where id = 1');
    return connected(use);
  });

async function deadlock(): Promise<void> {
  await connected((one) =>
    connected(async (other) => {
      const change = (id: number) => `update counters set count = count where id = ${id}`;
      await one.query(`begin; ${change(1)}`);
      await other.query(`begin; ${change(2)}`);
      const results = await Promise.allSettled([one.query(change(2)), other.query(change(1))]);
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    }),
  );
}

async function terminated(): Promise<void> {
  await connected(async (client) => {
    const waiting = client.query('select pg_sleep(60)');
    waiting.catch(() => undefined);
    const { processID } = client as pg.Client & { processID: number };
    await until('the connection to end', async () => {
      await database.query('select pg_terminate_backend($1)', [processID]);
      return Promise.race([waiting.then(undefined, () => true), new Promise((resolve) => setImmediate(resolve))]);
    });
    await waiting;
  });
}

async function fullPool(): Promise<void> {
  const pool = new pg.Pool({ connectionString: database.url, max: 1, connectionTimeoutMillis: 500 });
  const client = await pool.connect();
  try {
    await pool.query('select 1');
  } finally {
    client.release();
    await pool.end();
  }
}

async function tooManyConnections(): Promise<void> {
  const name = new URL(database.url).pathname.slice(1);
  await database.query(`create role crowded login password 'crowded' connection limit 1`);
  try {
    await database.query(`grant connect on database ${name} to crowded`);
    const asCrowded = elsewhere((url) => Object.assign(url, { username: 'crowded', password: 'crowded' }));
    await asCrowded(asCrowded);
  } finally {
    await database.query(`revoke connect on database ${name} from crowded; drop role crowded`);
  }
}

const elsewhere =
  (change: (url: URL) => unknown) =>
  async (use: () => Promise<unknown> = async () => undefined) => {
    const url = new URL(database.url);
    change(url);
    await connected(use, { connectionString: url.href });
  };

describe('what PostgreSQL and its driver say is told apart:', () => {
  it.each<[string, DatabaseRefusal | undefined, () => Promise<unknown>]>([
    ['a read-only transaction', 'read_only', failing('begin read only; update counters set count = 1')],
    ['a disk that is full', 'full', failing(`do $$ begin raise sqlstate '53100'; end $$`)],
    [
      'a limit on temporary files',
      'full',
      failing('select count(*) from (select n from generate_series(1, 1000000) n order by 1 desc offset 0) s', {
        options: '-c temp_file_limit=0',
      }),
    ],
    ['the time limit of a statement', 'too_slow', failing('select pg_sleep(60)', { statement_timeout: 20 })],
    ['the time limit of the driver', 'too_slow', failing('select pg_sleep(60)', { query_timeout: 20 })],
    [
      'a transaction that did nothing for too long',
      'too_slow',
      () =>
        connected(
          async (client) => {
            await client.query('begin');
            return new Promise((_, reject) => client.on('error', reject));
          },
          { idle_in_transaction_session_timeout: 20 },
        ),
    ],
    [
      'the time limit of a lock',
      'locked',
      whileHeld((client) => client.query(`set lock_timeout = '20ms'; update counters set count = 1 where id = 1`)),
    ],
    [
      'a lock that is not waited for',
      'locked',
      whileHeld((client) => client.query('select from counters for update nowait')),
    ],
    ['a deadlock', 'locked', deadlock],
    ['too many connections', 'busy', tooManyConnections],
    ['a pool that is full', 'busy', fullPool],
    ['a server that ends a connection', 'unreachable', terminated],
    [
      'a port at which nothing listens',
      'unreachable',
      async () => {
        const port = String(await freePort());
        return elsewhere((url) => void (url.port = port))();
      },
    ],
    ['a name that leads nowhere', 'unreachable', elsewhere((url) => void (url.hostname = 'nowhere.invalid'))],
    ['a database that is gone', 'unreachable', elsewhere((url) => void (url.pathname = '/gone'))],
    ['a role that is gone', 'unreachable', elsewhere((url) => void (url.username = 'gone'))],
    ['a server that has no TLS', 'unreachable', () => connected(async () => undefined, { ssl: true })],
    ['a row that is there twice', undefined, failing('insert into counters values (1, 0)')],
    ['a rule that is broken', undefined, failing('update counters set count = -1')],
    ['a statement that is none', undefined, failing('selekt')],
    ['a table that is missing', undefined, failing('select from missing')],
  ])('%s is %s', async (_what, refusal, happen) => {
    const error = await happen().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toHaveProperty('message');
    // As the ORM passes it on, too.
    for (const said of [error, new Error('wrapped', { cause: error })])
      expect([String(error), databaseRefusalOf(said)]).toEqual([String(error), refusal]);
  });
});
