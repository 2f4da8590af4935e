import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { OutboundHttpModule } from '@recaudo/outbound-http';
import {
  type ListedOrder,
  PAYMENT_PROVIDER,
  type PaymentProvider,
  type ProviderError,
} from '@recaudo/payment-provider';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { BREB_ORDER, fixture, PSE_ORDER } from './fixture.js';
import { hellopay } from './hellopay.descriptor.js';
import { HelloPaySettings } from './hellopay.settings.js';

// The provider through its own module, in front of a server that answers as the test says. What a whole HelloPay does stands in the sandbox.

type Answer = (request: IncomingMessage, url: URL) => { status?: number; body: unknown };
interface Call {
  method?: string;
  url?: string;
  headers: IncomingMessage['headers'];
  body: string;
}

let answer: Answer;
let calls: Call[];
let server: ReturnType<typeof createServer>;
const modules: TestingModule[] = [];

beforeEach(async () => {
  calls = [];
  server = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  await Promise.all(modules.splice(0).map((module) => module.close()));
  server.closeAllConnections();
  server.close();
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  calls.push({ method: request.method, url: request.url, headers: request.headers, body });
  const said = answer(request, new URL(request.url ?? '/', 'http://localhost'));
  response.writeHead(said.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(said.body));
}

async function provider(environment: Record<string, string> = {}): Promise<PaymentProvider<'webhooks' | 'orderList'>> {
  const settings = plainToInstance(HelloPaySettings, {
    ...hellopay.sandboxEnvironment(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    ...environment,
  });
  expect(validateSync(settings)).toEqual([]);
  @Module({ providers: [{ provide: HelloPaySettings, useValue: settings }], exports: [HelloPaySettings] })
  class Settings {}
  const outbound = OutboundHttpModule.forRootAsync({ inject: [], useFactory: () => ({ allowPrivate: true }) });
  const module = await Test.createTestingModule({
    imports: [{ module: Settings, global: true }, outbound, hellopay.module],
  }).compile();
  modules.push(module);
  return module.get(PAYMENT_PROVIDER, { strict: false });
}

const STARTED_AT = new Date('2026-03-23T22:28:00.000Z');
const QUERY = { ...BREB_ORDER, startedAt: STARTED_AT };
const OURS = fixture('breb-single-use-reply');
const ID = String(OURS['id']);

/** A payin of somebody else, made so many minutes after our create call began. */
function payinAt(minutes: number, changes: object = {}) {
  const createdAt = new Date(STARTED_AT.getTime() + minutes * 60_000).toISOString();
  return { ...OURS, id: `id-${minutes}`, reference: `other-${minutes}`, createdAt, ...changes };
}

/** Serves a list in pages as HelloPay does. */
function list(pages: object[][]): Answer {
  return (_request, url) => {
    const at = Number(url.searchParams.get('cursor') ?? 0);
    const hasNext = at + 1 < pages.length;
    const pageInfo = {
      hasNext,
      hasPrevious: at > 0,
      nextCursor: hasNext ? String(at + 1) : null,
      previousCursor: null,
    };
    return { body: { data: pages[at], pageInfo } };
  };
}

const errorOf = (call: Promise<unknown>): Promise<ProviderError> =>
  call.then(
    (value) => Promise.reject(new Error(`no error, but ${JSON.stringify(value)}`)),
    (error: ProviderError) => error,
  );

describe('the wire', () => {
  it('of a create call is a POST with the API key in X-API-Key', async () => {
    answer = () => ({ status: 201, body: OURS });
    const opened = await (await provider()).createPayin(BREB_ORDER);
    expect(opened).toMatchObject({ externalId: ID, instructions: { type: 'breb_key' } });
    expect(calls).toMatchObject([
      {
        method: 'POST',
        url: '/hellopay/payins',
        headers: { 'x-api-key': 'sandbox-hellopay-key', 'content-type': 'application/json' },
        body: JSON.stringify(fixture('breb-single-use-request')),
      },
    ]);
    expect(calls[0]!.headers).not.toHaveProperty('authorization');
  });

  it('of a query is a GET by id, which cannot lead to another path', async () => {
    answer = () => ({ body: OURS });
    const hellopayProvider = await provider({ HELLOPAY_BASE_URL: `${hellopayUrl()}//` });
    expect(await hellopayProvider.fetchPayin({ ...QUERY, externalId: ID })).toMatchObject({ found: true });
    await errorOf(hellopayProvider.fetchPayin({ ...QUERY, externalId: '../ledger?a=b#c' }));
    expect(calls.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['GET', `/payins/${ID}`, ''],
      ['GET', '/payins/..%2Fledger%3Fa%3Db%23c', ''],
    ]);
    for (const { headers } of calls) {
      expect(headers['x-api-key']).toBe('sandbox-hellopay-key');
      expect(headers).not.toHaveProperty('content-type');
    }
  });

  it('of a refused connection is a call that was certainly not executed', async () => {
    const hellopayProvider = await provider({ HELLOPAY_BASE_URL: 'http://127.0.0.1:9' });
    const error = await errorOf(hellopayProvider.createPayin(BREB_ORDER));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'not_executed' });
    expect(JSON.stringify(error) + error.message).not.toMatch(/sandbox-hellopay-key|john|1000000001/);
  });
});

function hellopayUrl(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('an order whose id is known', () => {
  it('is not there when HelloPay says so', async () => {
    answer = () => ({ status: 404, body: { statusCode: 404, message: 'Payin not found', error: 'Not Found' } });
    expect(await (await provider()).fetchPayin({ ...QUERY, externalId: ID })).toEqual({ found: false });
  });

  it('may be there when only the route is not', async () => {
    answer = () => ({
      status: 404,
      body: { statusCode: 404, message: `Cannot GET /payins/${ID}`, error: 'Not Found' },
    });
    const error = await errorOf((await provider()).fetchPayin({ ...QUERY, externalId: ID }));
    expect(error.kind).toBe('rejected_request');
  });

  it('gets its PSE page on a later read', async () => {
    const hellopayProvider = await provider();
    answer = () => ({ status: 201, body: fixture('pse-reply') });
    const { externalId, instructions } = await hellopayProvider.createPayin(PSE_ORDER);
    expect(instructions).toBeUndefined();
    answer = () => ({ body: { ...fixture('pse-reply'), sourceData: { pseUrl: 'https://bank.example/pse' } } });
    expect(await hellopayProvider.fetchPayin({ ...QUERY, ...PSE_ORDER, externalId })).toMatchObject({
      report: { status: 'PENDING', instructions: { type: 'redirect', url: 'https://bank.example/pse' } },
    });
  });

  it('is read in the unit that its create reply showed, by the same provider', async () => {
    const hellopayProvider = await provider();
    answer = () => ({ status: 201, body: OURS });
    await hellopayProvider.createPayin(BREB_ORDER);
    answer = () => ({ body: { ...OURS, status: 'CONFIRMED' } });
    expect(await hellopayProvider.fetchPayin({ ...QUERY, externalId: ID })).toMatchObject({
      report: { status: 'APPROVED', amountInCents: 10_000n },
    });
  });
});

describe('an order whose create reply was lost', () => {
  it('is found in the list, on whatever page, with its instructions', async () => {
    answer = list([[payinAt(9)], [payinAt(8), OURS], [payinAt(1)]]);
    expect(await (await provider()).fetchPayin(QUERY)).toMatchObject({
      found: true,
      report: { status: 'PENDING', externalId: ID, instructions: { type: 'breb_key', key: '@SANDBOX5AF43BE4F5' } },
    });
    expect(calls.map(({ url }) => url)).toEqual([
      '/hellopay/payins?pageSize=100',
      '/hellopay/payins?pageSize=100&cursor=1',
    ]);
  });

  it('is certainly not there when the whole list was read, or enough of one that is sorted', async () => {
    const hellopayProvider = await provider();
    answer = list([[payinAt(1)], [payinAt(5)], []]);
    expect(await hellopayProvider.fetchPayin(QUERY)).toEqual({ found: false });
    expect(calls).toHaveLength(3);
    const sorted = Array.from({ length: 12 }, (_, at) => payinAt(-at));
    answer = list([sorted, [payinAt(-13)], [payinAt(-14)]]);
    expect(await hellopayProvider.fetchPayin(QUERY)).toEqual({ found: false });
    expect(calls).toHaveLength(4);
  });

  it('may be there when the pages that may be read are used up', async () => {
    answer = list(Array.from({ length: 9 }, (_, at) => [payinAt(at)]));
    const error = await errorOf((await provider({ HELLOPAY_SEARCH_PAGES_MAX: '3' })).fetchPayin(QUERY));
    expect(error).toMatchObject({ kind: 'unavailable', outcome: 'unknown' });
    expect(calls).toHaveLength(3);
  });

  it('is left to a person when several payins have our reference', async () => {
    answer = list([[OURS, { ...OURS, id: 'another', status: 'CONFIRMED' }]]);
    expect(await errorOf((await provider()).fetchPayin(QUERY))).toMatchObject({ kind: 'contradictory_reply' });
    answer = list([[OURS, OURS]]);
    expect(await (await provider()).fetchPayin(QUERY)).toMatchObject({ found: true });
  });

  it.each([
    ['the list is refused', { status: 403, body: {} }],
    ['there is no such list', { status: 404, body: { message: 'Payin not found' } }],
    ['the list has no end that can be read', { body: { data: [] } }],
  ])('may be there when %s', async (_what, said) => {
    answer = () => said;
    await errorOf((await provider()).fetchPayin(QUERY));
  });
});

describe('the list of orders of a period', () => {
  it('has every order made in it, ours or not, but none without a reference', async () => {
    const [from, to] = [payinAt(0), payinAt(10)].map(({ createdAt }) => new Date(createdAt)) as [Date, Date];
    answer = list([
      [
        payinAt(11),
        payinAt(10, { status: 'CONFIRMED', amount: 5, amountInCents: 500 }),
        payinAt(5, { reference: null }),
      ],
      [payinAt(0), payinAt(-1), payinAt(3, { createdAt: null })],
    ]);
    const listed: ListedOrder[] = [];
    for await (const order of (await provider()).listOrders({ from, to })) listed.push(order);
    expect(listed).toMatchObject([
      { providerReference: 'other-10', createdAt: to, report: { status: 'APPROVED', amountInCents: 500n } },
      { providerReference: 'other-0', createdAt: from },
      { providerReference: 'other-3' },
    ]);
  });
});

describe('a webhook', () => {
  it('comes from HelloPay when the agreed header has the agreed value, and is only a hint', async () => {
    const { webhooks } = await provider({ HELLOPAY_WEBHOOK_HEADER: 'X-Auth', HELLOPAY_WEBHOOK_SECRET: 'Bearer abc' });
    const rawBody = Buffer.from('{}');
    expect(webhooks.verifier.verify({ rawBody, headers: { 'x-auth': 'Bearer abc' } })).toBe(true);
    expect(webhooks.verifier.verify({ rawBody, headers: { authorization: 'Bearer abc' } })).toBe(false);
    expect(webhooks.trust).toBe('hint');
    expect(webhooks.acknowledgement.status).toBe(200);
  });
});

describe('the settings', () => {
  const problemsOf = (environment: object) =>
    validateSync(plainToInstance(HelloPaySettings, environment)).map(({ property }) => property);

  it('need an address and both secrets, and nothing else', () => {
    expect(problemsOf({})).toEqual(['HELLOPAY_BASE_URL', 'HELLOPAY_API_KEY', 'HELLOPAY_WEBHOOK_SECRET']);
  });

  it.each([
    ['HELLOPAY_API_KEY', 'a\nb'],
    ['HELLOPAY_WEBHOOK_SECRET', ' a'],
    ['HELLOPAY_WEBHOOK_HEADER', 'X Auth'],
    ['HELLOPAY_AMOUNT_UNIT', 'dollars'],
    ['HELLOPAY_NIT_CHECK_DIGIT', 'maybe'],
    ['HELLOPAY_REVERSAL_CHECK_DAYS', '-1'],
    ['HELLOPAY_SEARCH_PAGES_MAX', '0'],
  ])('do not take %s=%s', (name, value) => {
    const environment = { ...hellopay.sandboxEnvironment('http://localhost:4000'), [name]: value };
    expect(problemsOf(environment)).toEqual([name]);
  });

  it('decide for how long reversals are looked for', async () => {
    expect((await provider()).reversalCheckDays).toBe(120);
    expect((await provider({ HELLOPAY_REVERSAL_CHECK_DAYS: '0' })).reversalCheckDays).toBe(0);
  });
});
