import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { onBehalfOf } from '@recaudo/fair-share';
import pg from 'pg';
import { shareConnections } from '../../src/database/share-connections.js';
import { freePort } from '../support/free-port.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** Of these one share alone gets two. */
const CONNECTIONS = 4;
const WAIT_MS = 1_000;
const LONG_MS = 10_000;
const MANY = CONNECTIONS * 5;

let database: TestDatabase;
let pools: pg.Pool[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  pools = [];
});

afterAll(() => database?.drop());

function sharedPool(connectionString = database.url, connectionTimeoutMillis = LONG_MS): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: CONNECTIONS, connectionTimeoutMillis });
  pools.push(pool);
  shareConnections(pool);
  return pool;
}

const many = <T>(work: () => Promise<T>) => Promise.allSettled(Array.from({ length: MANY }, work));
const reasonsOf = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
  new Set(outcomes.map((one) => (one.status === 'rejected' ? (one.reason as { code?: string }).code : 'none')));

describe('a pool whose connections are shared', () => {
  it('leaves some to others while one holds its own, and says so in the driver’s words', async () => {
    const pool = sharedPool(database.url, WAIT_MS);
    const held = [await onBehalfOf('a', () => pool.connect()), await onBehalfOf('a', () => pool.connect())];
    const late = 'timeout exceeded when trying to connect';
    await Promise.all([
      expect(onBehalfOf('a', () => pool.connect())).rejects.toThrow(late),
      expect(onBehalfOf('a', () => pool.query('select'))).rejects.toThrow(late),
    ]);
    const other = await onBehalfOf('b', () => pool.query<{ one: number }>('select 1 as one'));
    expect(other.rows).toEqual([{ one: 1 }]);

    const waiting = onBehalfOf('a', () => pool.query<{ one: number }>('select 1 as one'));
    held[0]!.release();
    expect((await waiting).rows).toEqual([{ one: 1 }]);
    held[1]!.release();
  });

  it('serves as many statements as come, each by itself or on a connection', async () => {
    const pool = sharedPool();
    const outcomes = await many(async () => {
      await pool.query('select');
      const client = await pool.connect();
      await client.query('select');
      client.release();
    });
    expect(reasonsOf(outcomes)).toEqual(new Set(['none']));
  });

  it('has as many places after failures as before', async () => {
    const refused = sharedPool(`postgres://127.0.0.1:${await freePort()}/nobody`);
    expect(reasonsOf(await many(() => refused.query('select')))).toEqual(new Set(['ECONNREFUSED']));
    expect(reasonsOf(await many(() => refused.connect()))).toEqual(new Set(['ECONNREFUSED']));

    const pool = sharedPool();
    expect(reasonsOf(await many(() => pool.query('select 1 / 0')))).toEqual(new Set(['22012']));
    await pool.query('select');
  });
});
