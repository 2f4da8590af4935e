import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, newReference } from '../support/api-client.js';
import { type DatabaseProxy, startDatabaseProxy } from '../support/database-proxy.js';
import { expectProblem } from '../support/expect-problem.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

/** Of one organization: half of the queue, and four batches of 64 that are under way. */
const TAKEN_MAX = 1_000 + 4 * 64;
const REQUESTS = 1_600;
const WAIT_MS = 5_000;

let database: TestDatabase;
let databaseProxy: DatabaseProxy;
let testApp: TestApp;

beforeAll(async () => {
  database = await createTestDatabase();
  databaseProxy = await startDatabaseProxy(database.url);
  // The batches' own limit is the first to be met.
  testApp = await startTestApp({ DATABASE_URL: databaseProxy.url, REQUESTS_AT_ONCE_MAX: '10000' });
});
afterAll(async () => {
  databaseProxy?.release();
  await testApp?.close();
  await databaseProxy?.close();
  await database?.drop();
});

describe('creates while the database takes nothing', () => {
  it('wait in a queue that has an end: beyond it they are a 503 with nothing written, then or later', async () => {
    const { api, sandbox } = testApp;
    const first = await api.open();
    const answers = new Map<string, Answer<unknown>>();
    let quickestRefusalMs = Infinity;
    databaseProxy.hold();
    const creates = Array.from({ length: REQUESTS }, async () => {
      const reference = newReference();
      const began = performance.now();
      const answer = await api.create({ reference });
      answers.set(reference, answer);
      if (answer.status === 503) quickestRefusalMs = Math.min(quickestRefusalMs, performance.now() - began);
    });
    await until('those to be refused that are too many', () => answers.size >= REQUESTS - TAKEN_MAX);
    databaseProxy.release();
    await Promise.all(creates);

    // Not one that has waited for all of the time that one may wait.
    expect(quickestRefusalMs).toBeLessThan(WAIT_MS);
    for (const answer of answers.values()) {
      if (answer.status === 201) continue;
      expectProblem(answer, 'UNAVAILABLE');
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    const created = [...answers].flatMap(([reference, { status }]) => (status === 201 ? [reference] : []));
    expect(created.length).toBeGreaterThanOrEqual(64);
    expect(created.length).toBeLessThanOrEqual(TAKEN_MAX);
    const rows = await database.query<{ reference: string }>('select reference from payins');
    expect(rows.map(({ reference }) => reference).toSorted()).toEqual([first.reference, ...created].toSorted());
    const attempts = await database.query<{ order: string }>('select provider_reference as order from attempts');
    const written = new Set(attempts.map(({ order }) => order));
    for (const { reference } of await sandbox.tumipay.orders()) expect(written).toContain(reference);
  });
});
