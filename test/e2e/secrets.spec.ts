import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, SandboxClient, startSandbox } from '@recaudo/sandbox';
import { ApiClient, type Answer, newReference, payinRequest, ticketOf } from '../support/api-client.js';
import { type DatabaseProxy, startDatabaseProxy } from '../support/database-proxy.js';
import { type EndpointServer, startEndpointServer } from '../support/endpoint-server.js';
import { freePort } from '../support/free-port.js';
import { type MerchantSink, startMerchantSink } from '../support/merchant-sink.js';
import { type ServiceProcess, startServiceProcess } from '../support/service-process.js';
import { upload } from '../support/statements.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

/** Values that stand nowhere else, so that wherever one turns up it has leaked. */
const digits = String(8_000_000_000 + (randomBytes(4).readUInt32BE() % 1_000_000_000));
const SECRETS = {
  apiKey: `rk_canary_key_${randomBytes(12).toString('hex')}`,
  notificationSecret: `whsec_${Buffer.from(`canary-notification-${randomBytes(12).toString('hex')}`).toString('base64')}`,
  username: `canary-username-${randomBytes(4).toString('hex')}`,
  password: `canary-password-${randomBytes(4).toString('hex')}`,
  token: `canary-token-${randomBytes(4).toString('hex')}`,
  callbackToken: `canary-callback-${randomBytes(4).toString('hex')}`,
  endpointToken: `canary-endpoint-${randomBytes(4).toString('hex')}`,
  secretsKey: randomBytes(32).toString('base64'),
  otherKey: `rk_canary_other_${randomBytes(12).toString('hex')}`,
};
const PERSON = {
  name: 'Zenobia Canariensis',
  idNumber: digits,
  phone: `+57${digits}`,
  email: 'zenobia.canary@example.com',
  description: 'canary description of what she bought',
  metadata: 'canary metadata of hers',
};

let database: TestDatabase;
let databaseProxy: DatabaseProxy;
let sandbox: Sandbox;
let provider: SandboxClient['tumipay'];
let merchant: MerchantSink;
let endpoint: EndpointServer;
/** Secrets of webhook endpoints, shown once. */
const endpointSecrets: string[] = [];
let service: ServiceProcess;
let api: ApiClient;
/** Every problem that the flow below was answered with. */
const problems: Answer[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  databaseProxy = await startDatabaseProxy(database.url);
  const { username, password, token } = SECRETS;
  sandbox = await startSandbox({ port: 0, tumipay: { credentials: { username, password, token } } });
  provider = new SandboxClient(sandbox.url).tumipay;
  merchant = await startMerchantSink(SECRETS.notificationSecret);
  endpoint = await startEndpointServer();
  service = await startServiceProcess({
    NODE_ENV: 'test',
    LOG_LEVEL: 'trace',
    PORT: String(await freePort()),
    DATABASE_URL: databaseProxy.url,
    BOOTSTRAP_API_KEY: SECRETS.apiKey,
    BOOTSTRAP_NOTIFICATION_SECRET: SECRETS.notificationSecret,
    SECRETS_KEY: SECRETS.secretsKey,
    PROVIDERS: 'tumipay',
    TUMIPAY_BASE_URL: sandbox.tumipay.baseUrl,
    TUMIPAY_USERNAME: username,
    TUMIPAY_PASSWORD: password,
    TUMIPAY_TOKEN: token,
    POLL_TICK_SECONDS: '1',
    EXPIRY_SWEEP_SECONDS: '1',
  });
  api = new ApiClient(service.url, SECRETS.apiKey);
  await runEverything();
  await service.end();
});

afterAll(async () => {
  await service?.end();
  await databaseProxy?.close();
  await sandbox?.close();
  await merchant?.close();
  await endpoint?.close();
  await database?.drop();
});

function request(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const { name, idNumber, phone, email, description, metadata } = PERSON;
  return payinRequest({
    inlineCustomer: { name, idType: 'CC', idNumber, phone, email },
    description,
    metadata: { note: metadata },
    callbackUrl: `${merchant.url}?token=${SECRETS.callbackToken}`,
    ...changes,
  });
}

async function refused(answer: Promise<Answer<object>>): Promise<void> {
  const { status, headers, body } = await answer;
  expect([status, headers.get('content-type')]).toEqual([expect.any(Number), expect.stringContaining('problem+json')]);
  problems.push({ status, headers, body: { ...body } });
}

const post = (body: unknown, key = SECRETS.apiKey) => new ApiClient(service.url, key).call('POST', '/payins', body);

/** A whole life with everything that can go wrong in it. */
async function runEverything(): Promise<void> {
  await refusedRequests();
  await statements();
  await paidShortWithTrouble();
  await endpointTrouble();
  await providerTrouble();
  await databaseTrouble();
}

async function refusedRequests(): Promise<void> {
  const good = request();
  const text = JSON.stringify(good);
  expect((await post(good)).status).toBe(201);
  await refused(post({ ...good, inlineCustomer: { ...(good['inlineCustomer'] as object), name: 'Somebody Else' } }));
  await refused(
    post({
      ...request(),
      currency: PERSON.name,
      rail: PERSON.email,
      reference: PERSON.name,
      provider: PERSON.phone,
      callbackUrl: PERSON.email,
    }),
  );
  await refused(
    post(
      request({
        inlineCustomer: {
          name: 5,
          idType: PERSON.name,
          idNumber: PERSON.email,
          phone: PERSON.idNumber,
          email: PERSON.name,
        },
      }),
    ),
  );
  await refused(post(request({ inlineCustomer: { name: PERSON.name, idNumber: PERSON.idNumber } })));
  await refused(post(request({ rail: 'NEQUI' })));
  await refused(post(text.slice(0, -1)));
  await refused(post(`${text.slice(0, -1)},"description":"${PERSON.email}"}`));
  await refused(post(text.replace(PERSON.email, `${PERSON.email}\\u0000`)));
  await refused(post(`"${PERSON.email}"`));
  await refused(post(good, SECRETS.otherKey));
  await refused(api.call('POST', '/payins', text, { 'content-type': `text/plain; x="${PERSON.name}"` }));
  await refused(api.call('GET', `/payins?reference=${encodeURIComponent(PERSON.email)}&apiKey=${SECRETS.otherKey}`));
  await refused(api.call('GET', `/nowhere?email=${PERSON.email}&token=${SECRETS.token}`));
  for (const misplaced of [SECRETS.apiKey, PERSON.email, PERSON.phone]) {
    await refused(api.call('GET', `/payins/${encodeURIComponent(misplaced)}/events`));
  }
}

/** A provider's file has whatever it has, and columns are mixed up. */
async function statements(): Promise<void> {
  const head = 'reference,amountInCents,status,paidAt,Pagador\n';
  const { name, email, phone } = PERSON;
  const taken = await upload(api, `${head}nobody,100,APPROVED,,${name} ${email} ${phone}\n`);
  expect(taken.status).toBe(202);
  await refused(upload(api, `${head}nobody,${email},APPROVED,${phone},${name}\n`));
  await refused(upload(api, `${email},${name}\n`));
  await refused(
    upload(api, `${head}nobody,100,APPROVED,,${name}\n`, {
      mapping: `{"delimiter":"${phone}","statuses":{"x":"${email}"}}`,
    }),
  );
  await refused(upload(api, `${head}nobody,100,APPROVED,,${name}\n`, { provider: name }));
}

async function paidShortWithTrouble(): Promise<void> {
  merchant.answer(500);
  const opened = (await post(request({ rail: 'BRE_B' }))).body as unknown as Awaited<ReturnType<ApiClient['open']>>;
  const ticket = ticketOf(opened);
  for (const signature of ['wrong', 'missing', 'malformed'] as const) {
    expect(await provider.webhook(ticket, { signature, status: 'APPROVED' })).toMatchObject([{ httpStatus: 401 }]);
  }
  await provider.webhook(ticket, { body: `not JSON, but ${PERSON.email}` });
  await provider.webhook(ticket, { status: 'APPROVED', amountInCents: 999_900 });
  await provider.fault({
    operation: 'query',
    fault: { kind: 'garbage', body: `<html>${PERSON.name}</html>` },
    times: 1,
  });
  await provider.pay(ticket, { amountInCents: 100_000, webhook: 'twice' });
  await api.reaches(opened.id, 'UNDERPAID');
  await refunds(opened.id);
  await until('a notification that fails', () => service.output().includes('a notification was not delivered'));
  merchant.answer(200);
  await merchant.eventOf(opened.id, 'payin.underpaid');
  await readInbox();
  // Nobody listens there.
  await post(request({ callbackUrl: `http://127.0.0.1:${await freePort()}/?token=${SECRETS.callbackToken}` }));
}

/** Where a refund goes is the payer's data, too, and some of it is in the wrong field. */
async function refunds(payinId: string): Promise<void> {
  const { name, email, phone, idNumber } = PERSON;
  const account = { type: 'BANK_ACCOUNT', bank: '1007', accountType: 'SAVINGS', accountNumber: idNumber };
  const to = { ...account, holderName: name, idType: 'CC', idNumber };
  const refund = (changes: object) =>
    api.call<{ id: string; to: object }>('POST', `/payins/${payinId}/refunds`, {
      amountInCents: 100,
      reason: 'OTHER',
      note: `for ${name}`,
      reference: 'canary',
      to,
      ...changes,
    });
  const { status, body } = await refund({});
  expect(status).toBe(201);
  expect((await api.call<{ to: object }>('GET', `/refunds/${body.id}`)).body.to).toEqual(to);
  await refused(refund({ to: { type: 'BRE_B_KEY', key: email } }));
  await refused(refund({ to: { ...to, type: name, bank: phone, accountType: email, idType: name } }));
  await refused(refund({ to: { type: 'BRE_B_KEY', key: `${name} ${email}` } }));
  await refused(refund({ reference: undefined, amountInCents: 100_000_000 }));
  await refused(refund({ reference: email, reason: name, amountInCents: phone }));
  await api.call('POST', `/refunds/${body.id}/approve`);
  expect((await api.call('POST', `/refunds/${body.id}/pay`, { evidence: `sent to ${phone}` })).status).toBe(200);
  const history = JSON.stringify(await api.events(payinId));
  for (const canary of [name, email, phone, idNumber]) expect(history).not.toContain(canary);
}

/** An endpoint that gets the payer's data and says them back, with everything that it was sent. */
async function endpointTrouble(): Promise<void> {
  const url = `${endpoint.url}?token=${SECRETS.endpointToken}`;
  endpoint.answers((response, { raw, headers }) =>
    response.writeHead(500).end(`${PERSON.email} ${raw} ${JSON.stringify(headers)}`),
  );
  const { body } = await api.call<{ id: string; secret: string }>('POST', '/webhook-endpoints', {
    url,
    includePersonalData: true,
  });
  const rotated = await api.call<{ secret: string }>('POST', `/webhook-endpoints/${body.id}/rotate-secret`);
  endpointSecrets.push(body.secret, rotated.body.secret);
  await post(request());
  await until('the endpoint to be told of the payer', () =>
    endpoint.received.some(({ raw }) => raw.includes(PERSON.email)),
  );
  await until('its answer to be noted', () => service.output().includes(`"endpointId":"${body.id}"`));
  await refused(
    api.call('PATCH', `/webhook-endpoints/${body.id}`, { url: `https://${SECRETS.endpointToken}@example.com` }),
  );
  await refused(
    api.call('PATCH', `/webhook-endpoints/${body.id}`, { secret: body.secret, eventTypes: [PERSON.email] }),
  );
  await refused(api.call('GET', `/webhook-endpoints/${encodeURIComponent(body.secret)}`));
  await refused(api.call('POST', '/notifications/resend', { from: PERSON.email, to: SECRETS.endpointToken }));
  endpoint.answers((response) => response.writeHead(410).end());
  await api.call('POST', `/webhook-endpoints/${body.id}/test`);
  await until('the endpoint to be disabled', () => service.output().includes('a webhook endpoint was disabled'));
}

/** What came holds the payer's data: it is shown one by one, and neither in lists nor, when it is read or applied once more, in the log. */
async function readInbox(): Promise<void> {
  const { body } = await api.call<{ data: { id: string }[] }>('GET', '/inbound-webhooks?limit=100');
  expect(JSON.stringify(body)).not.toContain(PERSON.email);
  const bodies = await Promise.all(
    body.data.map(async ({ id }) => (await api.call('GET', `/inbound-webhooks/${id}`)).body['body']),
  );
  expect(bodies.join('')).toContain(PERSON.email);
  for (const { id } of body.data) expect((await api.call('POST', `/inbound-webhooks/${id}/replay`)).status).toBe(202);
}

async function providerTrouble(): Promise<void> {
  const echo = JSON.stringify({
    code: '99',
    error: `${PERSON.name} ${PERSON.email} ${PERSON.idNumber}`,
    message: `${PERSON.phone} ${SECRETS.token}`,
    data: PERSON,
  });
  const faults = [
    { kind: 'status', status: 400, body: echo },
    { kind: 'status', status: 401, body: echo },
    { kind: 'status', status: 503, body: echo },
    { kind: 'garbage', body: echo.slice(0, -9) },
    { kind: 'reset' },
    { kind: 'lose_reply' },
  ] as const;
  for (const fault of faults) {
    await provider.fault({ operation: 'create', fault, times: 1 });
    const created = await post(request());
    expect([fault, created.status]).toEqual([fault, 201]);
    const history = JSON.stringify(await api.events(String(created.body['id'])));
    for (const canary of [...Object.values(SECRETS), ...Object.values(PERSON)]) expect(history).not.toContain(canary);
  }
}

async function databaseTrouble(): Promise<void> {
  databaseProxy.cut();
  await refused(post(request({ reference: newReference() })));
  await refused(api.call('GET', '/payins'));
  await refused(api.call('GET', '/health/ready'));
  databaseProxy.mend();
  await until('the database to be back', async () => (await api.call('GET', '/health/ready')).status === 200);
}

/** A value and the forms in which it could hide. */
function formsOf(canary: string): string[] {
  const base64 = Buffer.from(canary).toString('base64').replace(/=+$/, '').slice(0, -1);
  return [canary, encodeURIComponent(canary), canary.toLowerCase(), canary.replace(/^whsec_|^\+57/, ''), base64];
}

const CANARIES = Object.entries({ ...SECRETS, ...PERSON }).flatMap(([name, canary]) =>
  formsOf(canary).map((form): [string, string] => [name, form]),
);
const BASIC = () => Buffer.from(`${SECRETS.username}:${SECRETS.password}`).toString('base64');

describe('a whole life with everything that can go wrong, at the most talkative log level', () => {
  it('is told in the log, line by line, as JSON', () => {
    const lines = service.output().trim().split('\n');
    expect(lines.length).toBeGreaterThan(50);
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
    for (const said of [
      'request completed',
      'a webhook was refused',
      'a notification was not delivered',
      '/payins',
      'Recaudo is ready',
    ]) {
      expect(service.output()).toContain(said);
    }
  });

  it('has one line for every request, with its id, and none for probes', () => {
    const lines = service
      .output()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { requestId?: string; req?: { path: string } });
    const requests = lines.filter(({ req }) => req);
    for (const { body } of problems.filter(({ status }) => status !== 503)) {
      expect(requests.filter(({ requestId }) => requestId === body['requestId'])).toHaveLength(1);
    }
    expect(requests.map(({ req }) => req?.path)).toEqual(
      expect.arrayContaining(['/payins', '/payins/*/events', '/webhooks/tumipay']),
    );
    expect(requests.filter(({ req }) => req?.path.startsWith('/health'))).toEqual([]);
  });

  it('does not put a secret or anything about the payer into the log', () => {
    const output = service.output();
    for (const [name, form] of CANARIES) expect([name, output.includes(form)]).toEqual([name, false]);
    expect(output).not.toContain(BASIC());
    expect(output).not.toContain(new URL(database.url).password);
  });

  it('does not show a webhook endpoint’s secret anywhere but where it is shown once', () => {
    const { length } = endpointSecrets;
    expect(length).toBe(2);
    for (const form of endpointSecrets.flatMap(formsOf)) {
      expect(service.output()).not.toContain(form);
      expect(JSON.stringify(problems)).not.toContain(form);
    }
  });

  it('does not repeat a secret or anything about the payer in a problem', () => {
    expect(new Set(problems.map(({ status }) => status))).toEqual(new Set([400, 401, 404, 409, 415, 422, 503]));
    for (const { body } of problems) {
      const text = JSON.stringify(body);
      for (const [name, form] of CANARIES) expect([name, text, text.includes(form)]).toEqual([name, text, false]);
      expect(text).not.toMatch(/\bat .*:\d+|node_modules|\/src\/|postgres|select |insert /i);
    }
  });

  it('does not put a secret or anything about the payer into an address that the provider is asked at', async () => {
    const calls = await provider.calls();
    expect(calls.filter(({ operation }) => operation === 'create').length).toBeGreaterThan(5);
    for (const { url } of calls)
      for (const [name, form] of CANARIES) expect([name, url, url.includes(form)]).toEqual([name, url, false]);
    // It is in the body that the provider needs it.
    expect(calls.some(({ body }) => body.includes(PERSON.email))).toBe(true);
  });

  it('tells the merchant what happened without the payer’s data, where the address may be anybody’s', () => {
    expect(merchant.received.length).toBeGreaterThan(3);
    const { name, idNumber, phone, email } = PERSON;
    for (const { raw } of merchant.received)
      for (const canary of [name, idNumber, phone, email]) expect(raw).not.toContain(canary);
  });
});
