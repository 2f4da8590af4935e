import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NotBatched } from '../../src/database/batcher.js';
import { newId } from '../../src/database/id-at.js';
import { PayinStore } from '../../src/payins/store/payin.store.js';
import { newReference } from '../support/api-client.js';
import { type DatabaseProxy, startDatabaseProxy } from '../support/database-proxy.js';
import { expectProblem } from '../support/expect-problem.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** Of one organization: half of the queue, and up to eight batches of 64 that are under way. */
const QUEUED_MAX = 1_000;
const UNDER_WAY_MAX = 8 * 64;

let database: TestDatabase;
let databaseProxy: DatabaseProxy;
let testApp: TestApp;

beforeAll(async () => {
  database = await createTestDatabase();
  databaseProxy = await startDatabaseProxy(database.url);
  testApp = await startTestApp({ DATABASE_URL: databaseProxy.url });
});
afterAll(async () => {
  databaseProxy?.release();
  await testApp?.close();
  await databaseProxy?.close();
  await database?.drop();
});

describe('new payins while the database takes nothing', () => {
  it('wait in a queue that has an end: beyond it they are a 503 with nothing written, then or later', async () => {
    const { api, sandbox, service } = testApp;
    const store = service.app.get(PayinStore);
    const first = await api.open();
    const { payin } = (await store.read(first.organizationId, first.id))!;
    const insert = (reference: string) => {
      const attempt = { id: newId(), provider: 'tumipay', providerReference: newId().replaceAll('-', '') };
      return store.insert(
        { ...payin, id: newId(), reference, status: 'CREATED', instructions: null },
        attempt,
        () => [],
      );
    };
    const outcomes = new Map<string, Promise<unknown>>();
    const refused = new Set<string>();
    const begin = (count: number) => {
      const references = Array.from({ length: count }, newReference);
      for (const reference of references) {
        const inserted = insert(reference).catch((error: unknown) => {
          if (error instanceof NotBatched && error.reason === 'queue_full') refused.add(reference);
          return undefined;
        });
        outcomes.set(reference, inserted);
      }
      return references;
    };
    databaseProxy.hold();
    begin(QUEUED_MAX);
    // Whenever a batch has left the queue, there is room again, until as many are under way as may.
    for (let full = 0; full < 3;) {
      await wait(100);
      const more = begin(UNDER_WAY_MAX);
      await new Promise(setImmediate);
      full = more.every((reference) => refused.has(reference)) ? full + 1 : 0;
      expect(outcomes.size - refused.size).toBeLessThanOrEqual(QUEUED_MAX + UNDER_WAY_MAX);
    }
    const late = Array.from({ length: 20 }, newReference);
    const answers = await Promise.all(late.map((reference) => api.create({ reference })));
    databaseProxy.release();

    for (const answer of answers) {
      expectProblem(answer, 'UNAVAILABLE');
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    const written: string[] = [];
    for (const [reference, outcome] of outcomes) if (await outcome) written.push(reference);
    expect(written.length).toBeGreaterThan(0);

    // What comes afterwards is taken, and what had been refused was not written meanwhile.
    const last = await api.open();
    const rows = await database.query<{ reference: string }>('select reference from payins');
    const stored = new Set(rows.map(({ reference }) => reference));
    expect([...refused, ...late].filter((reference) => stored.has(reference))).toEqual([]);
    expect([first.reference, ...written, last.reference].filter((reference) => !stored.has(reference))).toEqual([]);
    expect(await sandbox.tumipay.calls('create')).toHaveLength(2);
  });
});
