import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Sandbox, SandboxClient, startSandbox } from '@recaudo/sandbox';
import { ApiClient, newReference, payinRequest, ticketOf } from '../support/api-client.js';
import { freePort } from '../support/free-port.js';
import { type ServiceProcess, startServiceProcess } from '../support/service-process.js';
import { API_KEY, providerAddresses } from '../support/test-app.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

/** The longest that an end may take (design.md: SIGTERM … exits within 30 s). */
const END_MS = 30_000;

let database: TestDatabase;
let sandbox: Sandbox;
let control: SandboxClient;
let service: ServiceProcess;
let api: ApiClient;

async function start(settings: Record<string, string>): Promise<void> {
  const port = await freePort();
  sandbox = await startSandbox({ port: 0, serviceUrl: `http://localhost:${port}` });
  control = new SandboxClient(sandbox.url);
  service = await startServiceProcess({
    NODE_ENV: 'test',
    LOG_LEVEL: 'warn',
    PORT: String(port),
    DATABASE_URL: database.url,
    BOOTSTRAP_API_KEY: API_KEY,
    PROVIDERS: 'tumipay',
    ...providerAddresses(sandbox),
    ...settings,
  });
  api = new ApiClient(service.url, API_KEY);
}

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await service?.end();
  await sandbox?.close();
  await database?.drop();
});

/** SIGTERM. @returns its exit status, once it has ended */
function terminate(): Promise<number | null> {
  const exited = once(service.process, 'exit').then(([status]) => status as number | null);
  service.process.kill('SIGTERM');
  return exited;
}

/** A create on a connection that is kept open afterwards. */
function createOn(agent: Agent, reference: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
    const call = request(`${service.url}/payins`, { agent, method: 'POST', headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    call.on('error', reject);
    call.end(JSON.stringify(payinRequest({ reference })));
  });
}

describe('a service that is told to end', () => {
  it('is not ready first, and answers what is under way and what still comes, before it ends with 0', async () => {
    await start({ SHUTDOWN_DRAIN_SECONDS: '10' });
    const paid = await api.open();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await createOn(agent, newReference());
    await control.tumipay.fault({ operation: 'create', fault: { kind: 'delay', delayMs: 1_000, executed: true } });
    const underWay = api.create();
    await until('the order under way to be at the provider', async () => (await control.tumipay.orders()).length === 3);

    const ended = terminate();
    await until(
      'the service to be no longer ready',
      async () => (await api.call('GET', '/health/ready')).status === 503,
    );
    expect(service.process.exitCode).toBeNull();
    expect((await api.call('GET', '/health/live')).status).toBe(200);
    expect(await createOn(agent, newReference())).toBe(201);
    expect((await api.create()).status).toBe(201);
    const [sent] = await control.tumipay.pay(ticketOf(paid)).then(() => control.tumipay.webhook(ticketOf(paid)));
    expect(sent).toMatchObject({ httpStatus: 200 });
    expect((await underWay).status).toBe(201);
    expect(await ended).toBe(0);
    agent.destroy();
    expect(await database.query('select 1 from inbound_webhooks')).toHaveLength(1);
    expect(await database.query(`select 1 from payins where status <> 'PENDING'`)).toEqual([]);
  });

  it('gives its claims back and ends with 0 within 30 s, though a provider hangs', async () => {
    await start({ RAIL_POLICY_PSE: '{"pollSeconds":[3600]}' });
    const { id } = await api.open();
    await control.tumipay.fault({ operation: 'query', fault: { kind: 'hang' } });
    await control.tumipay.fault({ operation: 'create', fault: { kind: 'hang' } });
    const cut = api.create();
    await until('the create to be under way', async () => (await control.tumipay.calls('create')).length === 2);
    await database.query('update payins set due_at = now() where id = $1', [id]);
    await until('the look to be under way', async () => (await control.tumipay.calls('query')).length === 1);

    const startedAt = performance.now();
    const ended = terminate();
    await until('the claim to be given back', async () => {
      const [row] = await database.query<{ due: boolean }>('select due_at <= now() as due from payins where id = $1', [
        id,
      ]);
      return row?.due;
    });
    expect(await cut).toMatchObject({ status: 201, body: { status: 'CREATED' } });
    expect(await ended).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(END_MS);
  });
});
