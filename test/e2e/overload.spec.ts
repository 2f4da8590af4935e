import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ApiClient, type Answer } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { secondOrganization } from '../support/second-organization.js';
import { API_KEY, startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

/** Seven are worked on, four of one organization alone, and one waits. */
const AT_ONCE = 8;

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp({ REQUESTS_AT_ONCE_MAX: String(AT_ONCE) });
});

afterAll(async () => {
  await testApp?.close();
});

function expectServedOrOverloaded(answers: readonly Answer<unknown>[], served: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    counts[answer.status] = (counts[answer.status] ?? 0) + 1;
    if (answer.status === served) continue;
    expectProblem(answer, 'OVERLOADED');
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  }
  return counts;
}

const list = (api: ApiClient) => api.call('GET', '/payins?limit=1');

describe('more than can be done at once', () => {
  it.each<[string, number, number, (api: ApiClient) => Promise<Answer<unknown>>]>([
    ['questions', 1_000, 200, list],
    ['creates', 200, 201, (api) => api.create()],
  ])(
    '%s: some are done and the others are told to come again; none waits for a connection',
    async (_what, clients, status, ask) => {
      const probes: number[] = [];
      // Nothing is done until something was refused: however quick the service and slow its clients, they are more than it can do.
      const holdUp = new pg.Client({ connectionString: testApp.database.url });
      await holdUp.connect();
      await holdUp.query('begin; lock table payins');
      let held: Promise<void> | undefined;
      const flood = Promise.all(
        Array.from({ length: clients }, async () => {
          const answer = await ask(testApp.api);
          if (answer.status === 503) held ??= holdUp.end();
          return answer;
        }),
      );
      // Probes and metrics are answered meanwhile.
      for (const path of ['/health/live', '/health/ready', '/health/providers', '/metrics'])
        probes.push((await fetch(`${testApp.url}${path}`)).status);
      const counts = expectServedOrOverloaded(await flood, status);
      await held;
      expect(counts[status]).toBeGreaterThan(0);
      expect(counts[503]).toBeGreaterThan(0);
      expect(probes).toEqual([200, 200, 200, 200]);
      // What was refused has left nothing behind, and what was done is there.
      expect((await ask(testApp.api)).status).toBe(status);
      const { length } = await testApp.database.query('select 1 from payins');
      expect(length).toBe(status === 201 ? counts[201]! + 1 : 0);
    },
  );

  it('of one organization refuses nothing of another, nor do those who guess keys', async () => {
    const { apiKey } = await secondOrganization(testApp);
    const quiet = new ApiClient(testApp.url, apiKey);
    // Its key is known from now on.
    expect((await list(quiet)).status).toBe(200);
    const flooding = new AbortController();
    let refused = 0;
    const flood = Array.from({ length: 30 }, async (_, number) => {
      const client = new ApiClient(testApp.url, number % 2 ? API_KEY : 'rk_live_guessed');
      while (!flooding.signal.aborted) if ((await list(client)).status === 503) refused += 1;
    });
    await until('the flood to be refused', () => refused > 0);
    const statuses: number[] = [];
    for (let calls = 0; calls < 20; calls += 1) statuses.push((await list(quiet)).status);
    flooding.abort();
    await Promise.all(flood);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});

describe('what takes no turn', () => {
  it('is a provider that takes its time', async () => {
    const { tumipay } = testApp.sandbox;
    const before = (await tumipay.orders()).length;
    await tumipay.fault({
      operation: 'create',
      fault: { kind: 'delay', delayMs: 3_000, executed: true },
      times: 3 * AT_ONCE,
    });
    const creates = Array.from({ length: 3 * AT_ONCE }, () => createInsistently());
    await until('all to be at the provider', async () => (await tumipay.orders()).length === before + 3 * AT_ONCE);
    expect((await list(testApp.api)).status).toBe(200);
    await Promise.all(creates);
  });

  it.each<[string, string]>([
    ['a body that comes slowly, with a key', '/payins'],
    ['a body that comes slowly, without one', '/webhooks/tumipay'],
  ])('is %s', async (_what, path) => {
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${API_KEY}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
    const sockets = Array.from({ length: 4 * AT_ONCE }, () =>
      connect(Number(new URL(testApp.url).port), '127.0.0.1').on('error', () => undefined),
    );
    for (const socket of sockets) {
      await once(socket, 'connect');
      socket.write(head);
    }
    // Whoever came before has had a turn, or was refused.
    await until('the turns to be free, and to stay so', async () => {
      for (let calls = 0; calls < 2 * AT_ONCE; calls += 1) if ((await list(testApp.api)).status !== 200) return false;
      return true;
    });
    for (const socket of sockets) socket.destroy();
  });

  it('is a caller who has hung up, once the work is done', async () => {
    for (let rounds = 0; rounds < 5; rounds += 1) {
      const aborted = new AbortController();
      const calls = Array.from({ length: AT_ONCE }, () =>
        fetch(`${testApp.url}/payins`, { headers: testApp.api.authorization, signal: aborted.signal }).catch(
          () => undefined,
        ),
      );
      aborted.abort();
      await Promise.all(calls);
    }
    await until('turns to be free', async () => {
      const answers = await Promise.all(Array.from({ length: AT_ONCE / 2 }, () => list(testApp.api)));
      return answers.every(({ status }) => status === 200);
    });
  });
});

/** As a merchant does who is told to come again. */
async function createInsistently(): Promise<void> {
  await until('a create to be taken', async () => {
    const { status } = await testApp.api.create();
    return status === 201;
  });
}
