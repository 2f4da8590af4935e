import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OutboundHttp } from '@recaudo/outbound-http';
import { FAILURES_KEPT } from '../../src/health/recent-calls.js';
import { anotherKey } from '../support/another-key.js';
import { expectProblem } from '../support/expect-problem.js';
import { type TestApp, startTestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

interface Calls {
  breaker: string;
  inFlight: number;
  lastSuccessAt: string | null;
  lastFailureAt: string | null;
}
interface State {
  provider: string;
  health: string;
  rails: { rail: string; open: boolean; closedBecause: string | null }[];
  orders: Calls;
  questions: Calls;
  lastFailures: { kind: string; purpose: string; status: number | null; times: number; text: string; at: string }[];
  backlog: Record<string, number | null>;
}
interface States {
  data: State[];
  replica: { id: string; startedAt: string };
  backlogAt: string | null;
}

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: 'tumipay,hellopay', ROUTING_PSE: 'tumipay', ROUTING_BRE_B: 'hellopay' });
});
afterEach(async () => {
  for (const name of ['tumipay', 'hellopay'] as const) await testApp.sandbox.provider(name).clearFaults();
});
afterAll(() => testApp?.close());

const states = async () => (await testApp.api.call<States>('GET', '/providers')).body;
const of = async (name: string) => (await states()).data.find(({ provider }) => provider === name)!;
const railOf = ({ rails }: State, name: string) => rails.find(({ rail }) => rail === name);

describe('the state of the providers', () => {
  it('is well with those that nothing is known against, and says which rails are open and who says so', async () => {
    const { data, replica, backlogAt } = await states();
    expect(data.map(({ provider, health }) => [provider, health])).toEqual([
      ['tumipay', 'UP'],
      ['hellopay', 'UP'],
    ]);
    expect(railOf(data[0]!, 'PSE')).toEqual({ rail: 'PSE', open: true, closedBecause: null });
    expect(railOf(data[1]!, 'PSE')).toEqual({ rail: 'PSE', open: false, closedBecause: 'NOT_ROUTED' });
    expect(data[0]!.backlog).toEqual({
      overdueChecks: 0,
      attemptsUnknown: 0,
      webhooksLate: 0,
      oldestWebhookSeconds: 0,
    });
    expect([replica, backlogAt]).toEqual([
      { id: expect.any(String), startedAt: expect.any(String) },
      expect.any(String),
    ]);
    expect((await states()).replica).toEqual(replica);
  });

  it('has the last success and the last failures, the same ones together, in plain words', async () => {
    await testApp.api.open();
    const well = await of('tumipay');
    expect(Date.now() - Date.parse(well.orders.lastSuccessAt!)).toBeLessThan(60_000);
    expect([well.health, well.lastFailures]).toEqual(['UP', []]);
    const secret = 'what-a-provider-says';
    await testApp.sandbox.tumipay.fault({
      operation: 'create',
      fault: { kind: 'status', status: 503, body: secret },
      times: 2,
    });
    for (let times = 0; times < 2; times += 1) await testApp.api.create();
    const troubled = await until('two failures', async () => {
      const state = await of('tumipay');
      return state.lastFailures[0]?.times === 2 ? state : undefined;
    });
    expect(troubled.health).toBe('DEGRADED');
    expect(troubled.lastFailures).toMatchObject([
      {
        purpose: 'order',
        kind: 'SERVER_ERROR',
        status: 503,
        times: 2,
        text: 'It answered with HTTP 503: it could not serve.',
      },
    ]);
    expect(JSON.stringify(troubled)).not.toContain(secret);
    await testApp.api.open();
    const again = await of('tumipay');
    expect([again.health, again.lastFailures.length]).toEqual(['UP', 1]);
  });

  it('keeps a failure that comes again and again, and drops what has not come for long', async () => {
    const server = createServer((request, response) => response.writeHead(Number(request.url!.slice(1))).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const call = (purpose: 'order' | 'question', status: number) =>
      testApp.service.app.get(OutboundHttp).send({
        ...{ to: 'tumipay', purpose, method: 'GET', url: `http://127.0.0.1:${port}/${status}` },
        ...{ timeoutMs: 5_000, maxReplyBytes: 1_000 },
      });
    try {
      await call('question', 503);
      for (let times = 1; times < FAILURES_KEPT; times += 1) await call('order', times % 2 === 0 ? 401 : 429);
      await call('question', 503);
      expect((await of('tumipay')).lastFailures[0]).toMatchObject({ purpose: 'question', status: 503, times: 2 });
      await call('order', 401);
      const { lastFailures } = await of('tumipay');
      expect(lastFailures).toHaveLength(FAILURES_KEPT);
      expect(lastFailures[1]).toMatchObject({ purpose: 'question', status: 503, times: 2 });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('is down, and its rails are closed, while its calls are held back; no more than some failures are kept', async () => {
    for (let times = 0; times < FAILURES_KEPT + 10; times += 1) {
      const status = times % 2 === 0 ? 401 : 429;
      await testApp.sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'status', status, body: '{}' } });
      await testApp.api.create();
    }
    const { lastFailures } = await of('tumipay');
    expect(lastFailures).toHaveLength(FAILURES_KEPT);
    expect(new Set(lastFailures.map(({ kind }) => kind))).toEqual(new Set(['CREDENTIALS_REFUSED', 'TOO_MANY_CALLS']));
    expect(lastFailures.map(({ at }) => at)).toEqual(
      lastFailures
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
    await testApp.sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'status', status: 500 }, times: 100 });
    for (let times = 0; times < 5; times += 1) await testApp.api.create();
    const down = await of('tumipay');
    expect([down.health, down.orders.breaker]).toEqual(['DOWN', 'open']);
    expect(railOf(down, 'PSE')).toEqual({ rail: 'PSE', open: false, closedBecause: 'BREAKER_OPEN' });
    expect((await of('hellopay')).health).toBe('UP');
  });

  it('needs the scope payins:read', async () => {
    const { organizationId } = await testApp.api.open({ provider: 'hellopay', rail: 'BRE_B' });
    const { api } = await anotherKey(testApp, organizationId, { scopes: ['ledger:read'] });
    expectProblem(await api.call('GET', '/providers'), 'SCOPE_MISSING');
  });
});
