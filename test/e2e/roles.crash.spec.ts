import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, SandboxClient, startSandbox } from '@recaudo/sandbox';
import { ApiClient, payinRequest } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { freePort } from '../support/free-port.js';
import { type MerchantSink, startMerchantSink } from '../support/merchant-sink.js';
import { type ServiceProcess, startServiceProcess } from '../support/service-process.js';
import { API_KEY, NOTIFICATION_SECRET, providerAddresses } from '../support/test-app.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

// One process answers, another does the due work; cadences are those of production.

let database: TestDatabase;
let sandbox: Sandbox;
let merchant: MerchantSink;
let processes: { api: ServiceProcess; worker: ServiceProcess };
let api: ApiClient;
let control: SandboxClient;

beforeAll(async () => {
  database = await createTestDatabase();
  const ports = { api: await freePort(), worker: await freePort() };
  sandbox = await startSandbox({ port: 0, serviceUrl: `http://localhost:${ports.api}` });
  merchant = await startMerchantSink(NOTIFICATION_SECRET);
  const start = (role: 'api' | 'worker') =>
    startServiceProcess({
      NODE_ENV: 'test',
      LOG_LEVEL: 'warn',
      ROLE: role,
      PORT: String(ports[role]),
      PUBLIC_URL: `http://localhost:${ports.api}`,
      DATABASE_URL: database.url,
      BOOTSTRAP_API_KEY: API_KEY,
      BOOTSTRAP_NOTIFICATION_SECRET: NOTIFICATION_SECRET,
      PROVIDERS: 'tumipay,hellopay',
      ...providerAddresses(sandbox),
    });
  processes = { api: await start('api'), worker: await start('worker') };
  api = new ApiClient(processes.api.url, API_KEY);
  control = new SandboxClient(sandbox.url);
});

afterEach(() => control.tumipay.clearFaults());
afterAll(async () => {
  await processes?.api.end();
  await processes?.worker.end();
  await merchant?.close();
  await sandbox?.close();
  await database?.drop();
});

describe('a process with ROLE=worker', () => {
  it.each(['/payins', '/rails', '/openapi.json', '/docs', '/healthy', '/metrics.json', '/'])(
    'does not serve %s, and says where the API is',
    async (path) => {
      const problem = expectProblem(await new ApiClient(processes.worker.url, API_KEY).call('GET', path), 'NOT_FOUND');
      expect(problem.detail).toContain('ROLE=worker');
    },
  );

  it('takes neither payins nor webhooks', async () => {
    const worker = new ApiClient(processes.worker.url, API_KEY);
    expectProblem(await worker.call('POST', '/payins', payinRequest()), 'NOT_FOUND');
    expectProblem(await worker.call('POST', '/webhooks/tumipay', {}), 'NOT_FOUND');
  });

  it.each(['/health/live', '/health/ready', '/health/providers', '/metrics', '/%68ealth/live'])(
    'serves %s',
    async (path) => {
      expect((await fetch(`${processes.worker.url}${path}`)).status).toBe(200);
    },
  );
});

describe('a payin that is asked for at a process with ROLE=api', () => {
  it('gets the instructions that its provider gives only on a later read, by the work of another process', async () => {
    const { status, body } = await api.create({
      provider: 'hellopay',
      rail: 'PSE',
      pse: { bank: '1007', personType: 'NATURAL' },
    });
    expect(status).toBe(201);
    const payin = await until('the instructions', async () => {
      const now = await api.payin(body.id);
      return now.instructions && now;
    });
    expect(payin).toMatchObject({ status: 'PENDING', instructions: { type: 'redirect' } });
  });

  it('is opened at a provider that was away, by the work of another process', async () => {
    const busy = {
      kind: 'status' as const,
      status: 429,
      headers: { 'retry-after': '1' },
      body: '{"code":"00","status":"ERROR","error":"BUSY"}',
    };
    await control.tumipay.fault({ operation: 'create', fault: busy });
    const { status, body } = await api.create({ provider: 'tumipay' });
    expect(status).toBe(201);
    await api.reaches(body.id, 'PENDING');
  });

  it('is paid, and its merchant is told, by the work of another process', async () => {
    const { body } = await api.create({ provider: 'tumipay', callbackUrl: merchant.url });
    await control.tumipay.pay(String(new URL((body.instructions as { url: string }).url).searchParams.get('s')));
    await api.reaches(body.id, 'APPROVED');
    await merchant.eventOf(body.id, 'payin.approved');
  });
});
