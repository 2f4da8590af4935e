import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { InboundWebhook, PaymentProvider } from '@recaudo/payment-provider';
import { TUMIPAY_SANDBOX_CREDENTIALS } from '@recaudo/sandbox';
import { CUSTOMER, newOrder, providerErrorOf, TumiPayHarness, queryOf } from '../support/tumipay-harness.js';

const { username, password, token } = TUMIPAY_SANDBOX_CREDENTIALS;

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

describe('the wire of a create call', () => {
  it.each([
    ['PSE', 'PSE'],
    ['EFECTY', 'EFECTY'],
    ['CARD', 'CARD'],
    ['BRE_B', 'BREB'],
    ['ANY', 'ALL_METHODS'],
  ] as const)('is the one of the seeds, header by header and field by field: %s', async (rail, method) => {
    const asked = newOrder({ rail });
    await provider.createPayin(asked);

    const calls = await control.calls();
    expect(calls).toHaveLength(1);
    const call = calls[0]!;
    expect(call).toMatchObject({ method: 'POST', url: '/tumipay/production/api/v1/payin', responseStatus: 200 });
    expect(call.headers).toMatchObject({
      authorization: `Basic ${btoa(`${username}:${password}`)}`,
      'token-top': token,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(call.body)),
    });
    expect(call.rawHeaders).toContain('Token-Top');
    const ordinary = ['accept', 'accept-encoding', 'connection', 'host', 'user-agent'];
    const named = ['authorization', 'content-length', 'content-type', 'token-top'];
    expect(Object.keys(call.headers).toSorted()).toEqual([...ordinary, ...named].toSorted());
    expect(call.body).toBe(
      JSON.stringify({
        reference: asked.providerReference,
        amount: 5_000_000,
        currency: 'COP',
        country: 'CO',
        payment_method: method,
        description: 'Bre-B PayIn test',
        customer_data: {
          legal_doc: '1234567890',
          legal_doc_type: 'CC',
          phone_code: '57',
          phone_number: '3121234567',
          email: 'johndoe@example.com',
          full_name: 'John Doe',
        },
        expiration_time: 30,
        ipn_url: 'http://127.0.0.1:9/webhook',
        redirect_url: 'https://your-domain.com/payment/ok',
      }),
    );
  });

  it('keeps letters of every script', async () => {
    const customer = { ...CUSTOMER, name: 'Íñigo Núñez 李' };
    const asked = newOrder({ customer, description: 'Café “doble” \\ €' });
    await provider.createPayin(asked);
    const [call] = await control.calls('create');
    expect(JSON.parse(call!.body)).toMatchObject({
      description: asked.description,
      customer_data: { full_name: customer.name },
    });
  });

  it('does not double the slash of a base URL that ends in one', async () => {
    const slashed = await harness.provider({ TUMIPAY_BASE_URL: `${harness.sandbox.tumipay.baseUrl}//` });
    await slashed.createPayin(newOrder());
    expect((await control.calls()).map(({ url }) => url)).toEqual(['/tumipay/production/api/v1/payin']);
  });

  it('ends in the page and, for Bre-B, the key to pay to', async () => {
    const [keyed, redirected] = [newOrder({ rail: 'BRE_B' }), newOrder({ rail: 'PSE' })];
    const opened = await provider.createPayin(keyed);
    const { id, paymentUrl } = await control.order(keyed.providerReference);
    const instructions = { type: 'breb_key', key: '@tumipaybreb', url: paymentUrl };
    expect(opened).toEqual({ externalId: id, instructions });
    expect((await provider.createPayin(redirected)).instructions).toEqual({
      type: 'redirect',
      url: (await control.order(redirected.providerReference)).paymentUrl,
    });
  });

  it('is in pesos where the settings say so, out and back', async () => {
    await control.setSwitches({ amountUnit: 'pesos', webhookAmountUnit: 'pesos' });
    const inPesos = await harness.provider({ TUMIPAY_AMOUNT_UNIT: 'pesos' });
    const asked = newOrder();
    await inPesos.createPayin(asked);
    const [call] = await control.calls('create');
    expect(JSON.parse(call!.body)).toMatchObject({ amount: 50_000 });
    expect(await control.order(asked.providerReference)).toMatchObject({ requestedInCents: 5_000_000 });
    expect(await inPesos.fetchPayin(queryOf(asked))).toMatchObject({ report: { amountInCents: 5_000_000n } });
  });
});

describe('the wire of a query', () => {
  it('is a GET without a body, by ticket where there is one and by reference where not', async () => {
    const asked = newOrder();
    const { externalId } = await provider.createPayin(asked);
    await provider.fetchPayin(queryOf(asked, externalId));
    await provider.fetchPayin(queryOf(asked));

    const calls = await control.calls('query');
    const path = '/tumipay/production/api/v1/transaction';
    expect(calls.map(({ method, url, body }) => ({ method, url, body }))).toEqual([
      { method: 'GET', url: `${path}/${externalId}`, body: '' },
      { method: 'GET', url: `${path}/${asked.providerReference}`, body: '' },
    ]);
    for (const { headers } of calls) {
      expect(headers).toMatchObject({ authorization: expect.stringContaining('Basic '), 'token-top': token });
    }
  });

  it('cannot be led to another path by a ticket', async () => {
    await provider.fetchPayin(queryOf(newOrder(), '../merchant/me?a=b#c'));
    const [call] = await control.calls();
    expect(call).toMatchObject({
      operation: 'query',
      url: expect.stringMatching(/\/transaction\/\.\.%2Fmerchant%2Fme%3Fa%3Db%23c$/),
    });
  });

  it.each(['404', '200_with_code'] as const)('knows that there is no such order, told as %s', async (notFound) => {
    await control.setSwitches({ notFound });
    expect(await provider.fetchPayin(queryOf(newOrder()))).toEqual({ found: false });
  });

  it.each([
    ['pay', 'APPROVED', 'APPROVED'],
    ['reject', 'REJECTED', 'REJECTED'],
    ['decline', 'REJECTED', 'DECLINED'],
    ['expire', 'EXPIRED', 'EXPIRED'],
  ] as const)('tells after %s that the order is %s', async (step, status, rawStatus) => {
    const asked = newOrder();
    const { externalId } = await provider.createPayin(asked);
    expect(await provider.fetchPayin(queryOf(asked))).toMatchObject({ found: true, report: { status: 'PENDING' } });
    await control.move(asked.providerReference, step, { webhook: 'none' });
    const report = { status, rawStatus, externalId, amountInCents: 5_000_000n, currency: 'COP' };
    expect(await provider.fetchPayin(queryOf(asked))).toMatchObject({ found: true, report });
  });

  it('does not take the answer about one order for another', async () => {
    const [ours, theirs] = [newOrder(), newOrder()];
    await provider.createPayin(ours);
    const { externalId } = await provider.createPayin(theirs);
    await control.pay(theirs.providerReference, { webhook: 'none' });
    const error = await providerErrorOf(provider.fetchPayin(queryOf(ours, externalId)));
    expect(error).toMatchObject({ kind: 'contradictory_reply', outcome: 'unknown' });
  });
});

describe('the wire of the list of PSE banks', () => {
  it('is a GET without a body, signed as every call', async () => {
    const banks = await provider.listPseBanks();
    expect(banks.slice(0, 3).map(({ code, name }) => [code, name])).toEqual([
      ['1507', 'NEQUI'],
      ['1551', 'DAVIPLATA'],
      ['1007', 'BANCOLOMBIA'],
    ]);
    const [call] = await control.calls();
    expect(call).toMatchObject({ method: 'GET', url: '/tumipay/production/api/v1/pse/banks', body: '' });
    expect(call!.headers).toMatchObject({
      authorization: `Basic ${btoa(`${username}:${password}`)}`,
      'token-top': token,
    });
  });
});

describe('a webhook of the simulated TumiPay', () => {
  it('verifies and is read; one with a wrong, missing or malformed signature does not verify', async () => {
    const received: InboundWebhook[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push({ rawBody: Buffer.concat(chunks), headers: request.headers });
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const asked = newOrder({ webhookUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook` });
      const { externalId } = await provider.createPayin(asked);
      for (const signature of ['valid', 'wrong', 'missing', 'malformed'] as const) {
        await control.webhook(asked.providerReference, { status: 'APPROVED', amountInCents: 4_000_000, signature });
      }
      const { webhooks } = provider;
      expect(received.map((webhook) => webhooks.verifier.verify(webhook))).toEqual([true, false, false, false]);
      expect(webhooks.trust).toBe('hint');
      expect(webhooks.read(received[0]!.rawBody)).toMatchObject({
        providerReference: asked.providerReference,
        report: { status: 'APPROVED', externalId, amountInCents: 4_000_000n, currency: 'COP' },
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
