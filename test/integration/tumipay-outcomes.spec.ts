import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type PaymentProvider, ProviderError } from '@recaudo/payment-provider';
import { freePort } from '../support/free-port.js';
import { CUSTOMER, newOrder, providerErrorOf, TumiPayHarness, queryOf } from '../support/tumipay-harness.js';

const ERROR_BODY = { code: '00', status: 'ERROR', message: 'No', error: 'SOME_RULE' };

let harness: TumiPayHarness;
let control: TumiPayHarness['control'];
let provider: PaymentProvider<'webhooks' | 'pseBanks'>;

beforeAll(async () => {
  harness = await TumiPayHarness.start();
  control = harness.control;
  provider = await harness.provider();
});

afterEach(async () => {
  await control.reset();
});

afterAll(async () => {
  await harness?.close();
});

/** Little patience only where the reply is what does not come: a busy machine may need longer for the others. */
async function callerFor({ kind }: { kind: string }) {
  return kind === 'hang' || kind === 'delay' ? harness.provider({}, true) : provider;
}

describe('a create call that went wrong', () => {
  it.each([
    ['the reply is lost', { kind: 'lose_reply' }, 'connection'],
    ['the connection is reset', { kind: 'reset' }, 'connection'],
    ['the reply never comes', { kind: 'hang' }, 'timeout'],
    ['the reply comes too late', { kind: 'delay', delayMs: 60_000 }, 'timeout'],
    ['the reply is HTML', { kind: 'garbage' }, 'unreadable_reply'],
    ['the reply breaks off', { kind: 'garbage', body: '{"code":"01","status":"SUC' }, 'unreadable_reply'],
    ['HTTP 500', { kind: 'status', status: 500, body: ERROR_BODY }, 'unavailable'],
    ['HTTP 500 after the order was taken', { kind: 'status', status: 500, executed: true }, 'unavailable'],
    ['HTTP 502', { kind: 'status', status: 502 }, 'unavailable'],
    ['HTTP 503', { kind: 'status', status: 503 }, 'unavailable'],
    ['HTTP 409', { kind: 'status', status: 409, body: ERROR_BODY }, 'unavailable'],
    ['a redirect', { kind: 'status', status: 307, headers: { location: '/elsewhere' } }, 'unavailable'],
  ] as const)('may have opened an order: %s', async (_what, fault, kind) => {
    await control.fault({ operation: 'create', fault });
    const asked = newOrder();
    expect(await providerErrorOf((await callerFor(fault)).createPayin(asked))).toMatchObject({
      kind,
      outcome: 'unknown',
    });
    // It was sent once, and asking by our reference settles what became of it.
    expect(await control.calls()).toHaveLength(1);
    const taken = (await control.findOrder(asked.providerReference)) !== undefined;
    expect(await provider.fetchPayin(queryOf(asked))).toMatchObject({ found: taken });
  });

  it('did open an order where only the reply was lost', async () => {
    await control.fault({ operation: 'create', fault: { kind: 'lose_reply' } });
    const asked = newOrder();
    await providerErrorOf(provider.createPayin(asked));
    expect(await provider.fetchPayin(queryOf(asked))).toMatchObject({ found: true, report: { status: 'PENDING' } });
    // Asking for it again is a conflict at TumiPay, not a refusal: the order is there.
    expect(await providerErrorOf(provider.createPayin(asked))).toMatchObject({ outcome: 'unknown' });
    expect(await control.orders(asked.providerReference)).toHaveLength(1);
  });

  it.each([
    [400, 'rejected_request'],
    [401, 'authentication'],
    [403, 'authentication'],
    [404, 'rejected_request'],
    [422, 'rejected_request'],
    [429, 'rate_limited'],
  ] as const)('certainly opened none: HTTP %p', async (status, kind) => {
    const headers = { 'retry-after': '7' };
    await control.fault({ operation: 'create', fault: { kind: 'status', status, headers, body: ERROR_BODY } });
    const error = await providerErrorOf(provider.createPayin(newOrder()));
    expect(error).toMatchObject({ kind, outcome: 'not_executed' });
    expect(error.detail).toMatchObject({ providerCode: 'SOME_RULE', retryAfterMs: 7000 });
  });

  it('certainly opened none when TumiPay names a field', async () => {
    const error = await providerErrorOf(
      provider.createPayin(newOrder({ customer: { ...CUSTOMER, email: 'no e-mail' } })),
    );
    expect(error).toMatchObject({ kind: 'rejected_request', outcome: 'not_executed' });
    expect(error.detail.providerCode).toBe('CUSTOMER_DATA_EMAIL_INVALID');
  });

  it.each(['TUMIPAY_USERNAME', 'TUMIPAY_PASSWORD', 'TUMIPAY_TOKEN'])(
    'certainly opened none with another %s',
    async (name) => {
      const asked = newOrder();
      const stranger = await harness.provider({ [name]: 'other' });
      expect(await providerErrorOf(stranger.createPayin(asked))).toMatchObject({
        kind: 'authentication',
        outcome: 'not_executed',
      });
      expect(await control.orders(asked.providerReference)).toEqual([]);
    },
  );

  it('certainly opened none where nobody listens', async () => {
    const alone = await harness.provider({ TUMIPAY_BASE_URL: `http://127.0.0.1:${await freePort()}/production/api` });
    expect(await providerErrorOf(alone.createPayin(newOrder()))).toMatchObject({
      kind: 'connection',
      outcome: 'not_executed',
    });
  });
});

describe('a query that went wrong', () => {
  it.each([
    ['reset', { kind: 'reset' }],
    ['never answered', { kind: 'hang' }],
    ['HTML', { kind: 'garbage' }],
    ['HTTP 500', { kind: 'status', status: 500, body: ERROR_BODY }],
    ['HTTP 503', { kind: 'status', status: 503 }],
    ['HTTP 401', { kind: 'status', status: 401, body: ERROR_BODY }],
    ['HTTP 429', { kind: 'status', status: 429, body: ERROR_BODY }],
    ['an HTML 404', { kind: 'status', status: 404, body: '<h1>Not Found</h1>' }],
  ] as const)('says nothing about the order: %s', async (_what, fault) => {
    const asked = newOrder();
    await provider.createPayin(asked);
    await control.fault({ operation: 'query', fault });
    expect(await providerErrorOf((await callerFor(fault)).fetchPayin(queryOf(asked)))).toBeInstanceOf(ProviderError);
    expect(await provider.fetchPayin(queryOf(asked))).toMatchObject({ found: true });
  });

  it('says nothing about the order where the base URL is wrong', async () => {
    for (const baseUrl of [harness.sandbox.url, `${harness.sandbox.tumipay.baseUrl}/api`]) {
      const lost = await harness.provider({ TUMIPAY_BASE_URL: baseUrl });
      expect(await providerErrorOf(lost.fetchPayin(queryOf(newOrder())))).toBeInstanceOf(ProviderError);
    }
  });
});
