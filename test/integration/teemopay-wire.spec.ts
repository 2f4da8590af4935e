import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { OutboundHttpModule } from '@recaudo/outbound-http';
import {
  type ListedOrder,
  PAYMENT_PROVIDER,
  type PayinOrder,
  type PaymentProvider,
  ProviderError,
} from '@recaudo/payment-provider';
import { teemopay } from '@recaudo/providers/teemopay';
import { loadSettings } from '../../config/load-settings.js';
import { SettingsModule } from '../../config/settings.module.js';

// The documents' own examples over real HTTP; what leaves is compared with them byte by byte, and its signature is checked by hand.

type Provider = PaymentProvider<'webhooks' | 'orderList'>;
interface Call {
  method?: string;
  url?: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const ORDER: PayinOrder = {
  providerReference: 'OrderNoExample',
  amountInCents: 1_000_000n,
  currency: 'COP',
  rail: 'PSE',
  customer: {
    name: 'José Ñúñez Peña',
    idType: 'CC',
    idNumber: '1234567890',
    phone: '+571234567890',
    email: 'TeemoPay@example.com',
  },
  pse: { bank: '1040', personType: 'NATURAL' },
  expiresInMinutes: 30,
  webhookUrl: 'https://www.callbackexample.com',
  redirectUrl: 'https://your-domain.com/payment/ok',
};
const QUERY = { providerReference: 'OrderNoExample', amountInCents: 1_000_000n, startedAt: new Date() };
const { merchant, platform, vectors } = JSON.parse(example('vectors')) as {
  merchant: { pub: string };
  platform: { pub: string };
  vectors: { nonce: string; body: object; sign: string }[];
};

const calls: Call[] = [];
const replies: { status?: number; body: string }[] = [];
const modules: TestingModule[] = [];
let server: Server;
let provider: Provider;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      calls.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      const { status = 200, body } = replies.shift() ?? { status: 503, body: 'no reply was prepared' };
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  provider = await providerWith();
});

afterEach(() => {
  calls.length = 0;
  replies.length = 0;
});

afterAll(async () => {
  await Promise.all(modules.map((module) => module.close()));
  server.closeAllConnections();
  server.close();
});

function example(name: string): string {
  return readFileSync(`libs/providers/teemopay/fixtures/${name}.json`, 'utf8');
}

/** The provider through its own module, as the service gets it. */
async function providerWith(settings: Record<string, string> = {}): Promise<Provider> {
  const environment = {
    NODE_ENV: 'test',
    DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none',
    TEEMOPAY_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway/`,
    ...settings,
  };
  const outbound = OutboundHttpModule.forRootAsync({ inject: [], useFactory: () => ({ allowPrivate: true }) });
  const module = await Test.createTestingModule({
    imports: [SettingsModule.forRoot(loadSettings(environment, [teemopay])), outbound, teemopay.module],
  }).compile();
  modules.push(module);
  return module.get(PAYMENT_PROVIDER, { strict: false });
}

/** By the published recipe, in a few lines of its own. */
function isSigned({ headers, body }: Call): boolean {
  const { sign, ...fields } = JSON.parse(body) as Record<string, string>;
  const names = Object.keys(fields).toSorted();
  const text = [...names.map((name) => `${name}=${fields[name]}`), `nonce=${String(headers['nonce'])}`].join('&');
  const key = createPublicKey({ key: Buffer.from(merchant.pub, 'base64'), format: 'der', type: 'spki' });
  return verify('RSA-SHA1', Buffer.from(text), key, Buffer.from(sign ?? '', 'base64'));
}

async function errorOf(call: Promise<unknown>): Promise<ProviderError> {
  const outcome = await call.catch((error: unknown) => error);
  if (outcome instanceof ProviderError) return outcome;
  throw new Error(`no ProviderError, but ${String(outcome)}`);
}

describe('the wire of a create call', () => {
  it('is the one of seed 004, header by header and field by field', async () => {
    replies.push({ body: example('seed004-create-reply') });
    const before = Date.now();
    expect(await provider.createPayin(ORDER)).toEqual({
      externalId: 'TS2501010001CO0000000000000000',
      instructions: { type: 'redirect', url: 'https://www.paymentLinkExample.com' },
    });

    expect(calls).toHaveLength(1);
    const call = calls[0]!;
    expect(call).toMatchObject({ method: 'POST', url: '/gateway/api/pay/payment/create/v1' });
    expect(call.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(call.body)),
      country: 'CO',
      app_code: 'A2601010001CO001',
      nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
      timestamp: expect.stringMatching(/^\d{13}$/),
    });
    const ordinary = ['accept', 'accept-encoding', 'connection', 'host', 'user-agent'];
    const named = ['app_code', 'content-length', 'content-type', 'country', 'nonce', 'timestamp'];
    expect(Object.keys(call.headers).toSorted()).toEqual([...ordinary, ...named].toSorted());
    expect(Math.abs(Number(call.headers['timestamp']) - before)).toBeLessThan(30_000);

    const sent = JSON.parse(call.body) as Record<string, unknown>;
    const seed = JSON.parse(example('seed004-create-request-pse')) as Record<string, unknown>;
    expect(sent).toEqual({
      ...seed,
      merchantOrderNo: 'OrderNoExample',
      realName: 'José Ñúñez Peña',
      bankCode: '1040',
      expirationTime: expect.any(Number),
      sign: expect.stringMatching(/^[A-Za-z0-9+/]{171}=$/),
    });
    expect(Number(sent['expirationTime']) - Number(call.headers['timestamp'])).toBeLessThanOrEqual(30 * 60_000);
    expect(isSigned(call)).toBe(true);
  });

  it('is fresh each time', async () => {
    replies.push({ body: example('seed004-create-reply') }, { body: example('seed004-create-reply') });
    await provider.createPayin(ORDER);
    await provider.createPayin(ORDER);
    expect(new Set(calls.map(({ headers }) => headers['nonce'])).size).toBe(2);
    expect(calls.map((call) => isSigned(call))).toEqual([true, true]);
  });

  it('carries the app code in the headers that the settings name', async () => {
    const both = await providerWith({ TEEMOPAY_APP_CODE_HEADERS: 'app_code,appCode' });
    replies.push({ body: example('seed004-create-reply') });
    await both.createPayin(ORDER);
    expect(calls[0]?.headers).toMatchObject({ app_code: 'A2601010001CO001', appcode: 'A2601010001CO001' });
  });

  it('does not leave for an amount with centavos or a payer without a document', async () => {
    const { idNumber: _idNumber, ...customer } = ORDER.customer ?? {};
    for (const order of [
      { ...ORDER, amountInCents: 1_000_001n },
      { ...ORDER, customer },
    ])
      expect(await errorOf(provider.createPayin(order))).toMatchObject({ outcome: 'not_executed' });
    expect(calls).toEqual([]);
  });

  it('ends in a refusal, or in doubt, as the reply says', async () => {
    replies.push({ body: example('create-reply-refused') }, { body: example('create-reply-duplicate') });
    expect(await errorOf(provider.createPayin(ORDER))).toMatchObject({
      outcome: 'not_executed',
      detail: { providerCode: 'AMOUNT_LIMIT' },
    });
    expect(await errorOf(provider.createPayin(ORDER))).toMatchObject({ outcome: 'unknown' });
  });

  it('was certainly not executed where nobody listens', async () => {
    const nowhere = await providerWith({ TEEMOPAY_BASE_URL: 'http://127.0.0.1:9' });
    expect(await errorOf(nowhere.createPayin(ORDER))).toMatchObject({ kind: 'connection', outcome: 'not_executed' });
  });
});

describe('the wire of a query', () => {
  it('asks by our number alone', async () => {
    replies.push({ body: example('query-reply') });
    expect(await provider.fetchPayin({ ...QUERY, externalId: 'TS2501010001CO0000000000000000' })).toMatchObject({
      found: true,
      report: { status: 'APPROVED', payments: [{ paymentId: 'TSOPaymentOrderNoExample1', amountInCents: 100_000n }] },
    });
    const [call] = calls;
    expect(call).toMatchObject({ method: 'POST', url: '/gateway/api/pay/payment/query/v1' });
    expect(JSON.parse(call!.body)).toEqual({ merchantOrderNo: 'OrderNoExample', sign: expect.any(String) });
    expect(isSigned(call!)).toBe(true);
  });

  it('knows that there is no such order', async () => {
    replies.push({ body: '{"code":434,"data":null,"msg":"Merchant order not exist","traceId":"x"}' });
    expect(await provider.fetchPayin(QUERY)).toEqual({ found: false });
  });
});

describe('the wire of the list', () => {
  const hour = { from: new Date(Date.now() - 3_600_000), to: new Date() };
  const page = (reference: string, pageIndex: string | null) => {
    const reply = JSON.parse(example('list-reply')) as { data: { records: object[]; pageIndex: string | null } };
    return {
      body: JSON.stringify({
        ...reply,
        data: { pageIndex, records: [{ ...reply.data.records[0], merchantOrderNo: reference }] },
      }),
    };
  };
  const all = async (orders: AsyncIterable<ListedOrder>) => {
    const references: string[] = [];
    for await (const { providerReference } of orders) references.push(providerReference);
    return references;
  };
  const cursors = () => calls.map(({ body }) => (JSON.parse(body) as { pageIndex?: string }).pageIndex);

  it.each([
    ['without a cursor', page('C', null), ['A', 'B', 'C']],
    ['without records', { body: '{"code":200,"msg":"success","data":{"records":[],"pageIndex":"third"}}' }, ['A', 'B']],
  ])('goes from page to page until one %s', async (_what, last, references) => {
    replies.push(page('A', 'first'), page('B', 'second'), last);
    expect(await all(provider.listOrders(hour))).toEqual(references);
    expect(cursors()).toEqual([undefined, 'first', 'second']);
    expect(calls.every((call) => isSigned(call) && call.url === '/gateway/api/pay/transaction/queryList')).toBe(true);
  });

  it('is no list where a cursor comes back: more orders may stand behind it', async () => {
    replies.push(page('A', 'first'), page('B', 'second'), page('C', 'second'));
    expect(await errorOf(all(provider.listOrders(hour)))).toMatchObject({ kind: 'contradictory_reply' });
    expect(calls).toHaveLength(3);
  });

  it('does not go on for ever', async () => {
    for (let count = 0; count < 300; count += 1) replies.push(page('A', `cursor${count}`));
    expect(await errorOf(all(provider.listOrders(hour)))).toMatchObject({ kind: 'unreadable_reply' });
    expect(calls).toHaveLength(200);
  });

  it('fails as a whole when a page fails: part of a list is none', async () => {
    replies.push(page('A', 'first'), { status: 503, body: '' });
    expect(await errorOf(all(provider.listOrders(hour)))).toMatchObject({ kind: 'unavailable' });
  });
});

describe('a callback', () => {
  const { nonce, body, sign } = vectors[4]!;
  const rawBody = (changes: object = {}) => Buffer.from(JSON.stringify({ ...body, sign, ...changes }));

  it('verifies with the platform’s key, is believed and is answered with exactly SUCCESS', () => {
    const { verifier, trust, acknowledgement } = provider.webhooks;
    expect(verifier.verify({ rawBody: rawBody(), headers: { nonce } })).toBe(true);
    expect(verifier.verify({ rawBody: rawBody({ paymentAmount: '24000.01' }), headers: { nonce } })).toBe(false);
    expect(trust).toBe('authoritative');
    expect(acknowledgement).toEqual({ status: 200, contentType: 'text/plain', body: 'SUCCESS' });
    expect(provider.webhooks.read(rawBody())).toMatchObject({
      providerReference: 'AB-0001',
      report: { payments: [{ amountInCents: 2_400_000n }] },
    });
  });

  it('does not verify with the merchant’s key in place of the platform’s', async () => {
    const mistaken = await providerWith({ TEEMOPAY_PLATFORM_PUBLIC_KEY: merchant.pub });
    expect(merchant.pub).not.toBe(platform.pub);
    expect(mistaken.webhooks.verifier.verify({ rawBody: rawBody(), headers: { nonce } })).toBe(false);
  });
});

it('a key that cannot be read stops the start, and the message names the variable and shows nothing of it', async () => {
  const canary = 'canary4711';
  const error: unknown = await providerWith({
    TEEMOPAY_PRIVATE_KEY: canary,
    TEEMOPAY_PLATFORM_PUBLIC_KEY: canary,
  }).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('TEEMOPAY_PRIVATE_KEY must be an RSA private key');
  expect(String(error)).toContain('TEEMOPAY_PLATFORM_PUBLIC_KEY must be an RSA public key');
  expect(String(error)).not.toContain(canary);
});
