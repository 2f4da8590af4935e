import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { ProvidersHealthView } from '../../src/health/providers.health.js';
import { ApiClient, newReference, payinRequest } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { freePort } from '../support/free-port.js';
import { startService } from '../../src/app/service.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { processTimePasses } from '../support/time.js';
import { until } from '../support/until.js';

const KEY = 'metrics-key-0123456789';
const FIGURES_KEPT_SECONDS = 5;

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp({ SECRETS_KEY: Buffer.alloc(32, 'metrics').toString('base64'), METRICS_KEY: KEY });
});
afterAll(async () => {
  await testApp?.close();
});

const scrape = (key?: string): Promise<Response> =>
  fetch(`${testApp.url}/metrics`, { headers: key ? { authorization: `Bearer ${key}` } : {} });

/** The value of a sample by its name and labels, whatever their order. */
function sample(text: string, name: string, labels: Record<string, string>): number | undefined {
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
  const line = lines.find((one) => Object.entries(labels).every(([key, value]) => one.includes(`${key}="${value}"`)));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

const providersHealth = async () =>
  (await (await fetch(`${testApp.url}/health/providers`)).json()) as ProvidersHealthView;

describe('GET /metrics', () => {
  it('is Prometheus text about requests, calls, breakers, due work and the process', async () => {
    const request = payinRequest({ reference: newReference() });
    await testApp.api.call('POST', '/payins', request);
    await testApp.api.call('GET', '/payins?limit=1');
    const reply = await scrape(KEY);
    expect(reply.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await reply.text();
    const requests = 'recaudo_http_request_duration_seconds_count';
    expect(sample(text, requests, { method: 'POST', route: '/payins', status: '201' })).toBe(1);
    expect(sample(text, requests, { method: 'GET', route: '/payins', status: '200' })).toBe(1);
    expect(
      sample(text, 'recaudo_outbound_call_duration_seconds_count', { to: 'tumipay', outcome: '2xx' }),
    ).toBeGreaterThan(0);
    expect(sample(text, 'recaudo_provider_breaker', { provider: 'tumipay', purpose: 'order' })).toBe(0);
    for (const work of [
      'payins',
      'inbound_webhooks',
      'notifications',
      'refunds',
      'statements',
      'integrity_checks',
      'personal_data_sweeps',
    ]) {
      expect(sample(text, 'recaudo_due_work', { work })).toBeDefined();
      expect(sample(text, 'recaudo_due_work_oldest_seconds', { work })).toBeDefined();
    }
    expect(text).toContain('process_cpu_seconds_total');
    for (const secret of [request.reference, testApp.environment['BOOTSTRAP_API_KEY']!, KEY, 'John'])
      expect(text).not.toContain(secret);
  });

  it('tells what waits, and for how long', async () => {
    await testApp.database.query(
      `insert into inbound_webhooks (organization_id, id, provider, event_key, raw_body, due_at)
       select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'nobody', n::text, '', now() - interval '90 seconds'
       from generate_series(1, 3) n`,
    );
    processTimePasses(FIGURES_KEPT_SECONDS);
    const text = await until('the backlog to show', async () => {
      const scraped = await (await scrape(KEY)).text();
      return sample(scraped, 'recaudo_due_work', { work: 'inbound_webhooks' }) === 3 && scraped;
    });
    expect(sample(text, 'recaudo_due_work_oldest_seconds', { work: 'inbound_webhooks' })).toBeGreaterThanOrEqual(90);
    const ofNobody = { provider: 'nobody', work: 'inbound_webhooks' };
    expect(sample(text, 'recaudo_provider_due_work', ofNobody)).toBe(3);
    expect(sample(text, 'recaudo_provider_due_work_oldest_seconds', ofNobody)).toBeGreaterThanOrEqual(90);
    // Operators see it without a key, too, and no replica is taken out of service for it.
    expect((await providersHealth()).data).toContainEqual(
      expect.objectContaining({ provider: 'nobody', enabled: false, orders: null, webhooksLate: 3, overdueChecks: 0 }),
    );
    expect((await fetch(`${testApp.url}/health/ready`)).status).toBe(200);
  });

  it('tells of attempts whose outcome nobody knows', async () => {
    const { api, sandbox, database } = testApp;
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 503 }, times: 1_000 });
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'lose_reply' } });
    await api.create();
    await until('the attempt to be unknown', async () => {
      const unknown = await database.query(`select from attempts where state = 'unknown'`);
      return unknown.length === 1;
    });
    processTimePasses(FIGURES_KEPT_SECONDS);
    await until('operators to see it', async () => {
      const { data } = await providersHealth();
      return data.some(({ provider, attemptsUnknown }) => provider === 'tumipay' && attemptsUnknown === 1);
    });
    expect(sample(await (await scrape(KEY)).text(), 'recaudo_provider_unknown_attempts', { provider: 'tumipay' })).toBe(
      1,
    );
  });

  it('does not let what a caller sends become a label', async () => {
    await fetch(`${testApp.url}/canary-path/canary-id`);
    await fetch(`${testApp.url}/payins/canary-id?canary=1`, { method: 'DELETE' });
    expect(await (await scrape(KEY)).text()).not.toContain('canary');
  });

  it.each([undefined, 'wrong-key-0123456789', `${KEY}x`])('refuses the key %p', async (key) => {
    const reply = await scrape(key);
    expectProblem({ status: reply.status, headers: reply.headers, body: await reply.json() }, 'UNAUTHENTICATED');
  });

  it('is not served in production unless a key is set', async () => {
    const port = await freePort();
    const {
      BOOTSTRAP_API_KEY: _key,
      BOOTSTRAP_NOTIFICATION_SECRET: _secret,
      METRICS_KEY: _metrics,
      ...rest
    } = testApp.environment;
    const production = await startService({
      ...rest,
      NODE_ENV: 'production',
      SHUTDOWN_DRAIN_SECONDS: '0',
      PORT: String(port),
      PUBLIC_URL: 'https://recaudo.example',
      TUMIPAY_BASE_URL: 'https://tumipay.example/production/api',
      TUMIPAY_USERNAME: 'user-of-metrics',
      TUMIPAY_PASSWORD: 'password-of-metrics',
      TUMIPAY_TOKEN: 'token-of-metrics',
      TUMIPAY_AMOUNT_UNIT: 'cents',
      TUMIPAY_WEBHOOK_AMOUNT_UNIT: 'cents',
    });
    try {
      const api = new ApiClient(`http://127.0.0.1:${port}`, 'none');
      expectProblem(await api.call('GET', '/metrics'), 'NOT_FOUND');
    } finally {
      await production.close();
    }
  });
});

describe('GET /health/providers, which needs no key,', () => {
  it('answers from memory, and asks the database one question at a time, however many ask', async () => {
    const before = await providersHealth();
    const holder = new pg.Client(testApp.database.url);
    await holder.connect();
    const waiting = async (): Promise<number> => {
      const rows = await testApp.database.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%every_group%'`,
      );
      return rows.length;
    };
    try {
      await holder.query('begin; lock table inbound_webhooks in access exclusive mode');
      processTimePasses(FIGURES_KEPT_SECONDS);
      // The question of the day is under way; every answer comes all the same, with what was read before.
      await until('the figures to be read anew', async () => {
        await providersHealth();
        return (await waiting()) > 0;
      });
      const answers = await Promise.all(Array.from({ length: 60 }, providersHealth));
      expect(await waiting()).toBe(1);
      for (const { backlogAt } of answers) expect(backlogAt! >= before.backlogAt!).toBe(true);
      expect((await fetch(`${testApp.url}/health/ready`)).status).toBe(200);
    } finally {
      await holder.end();
    }
    const last = (await providersHealth()).backlogAt!;
    processTimePasses(FIGURES_KEPT_SECONDS);
    await until('newer figures', async () => (await providersHealth()).backlogAt! > last);
  });
});
