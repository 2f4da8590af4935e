import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ControlRefused, SandboxClient, startSandbox, type Sandbox } from '../../index.js';
import { call, create, CUSTOMER, PAYIN, query } from './fixture.js';

let sandbox: Sandbox;
let control: SandboxClient['tumipay'];

beforeEach(async () => {
  sandbox = await startSandbox({
    port: 0,
    publicUrl: 'https://pagos.example.com/',
    tumipay: { queryAmount: 'settled' },
  });
  control = new SandboxClient(sandbox.url).tumipay;
});
afterEach(() => sandbox.close());

const QUIET = { webhook: 'none' } as const;

describe('orders', () => {
  it('shows the whole order', async () => {
    const ticket = String((await create(sandbox)).body.data['ticket']);
    const view = await control.order(PAYIN.reference);
    expect(view).toEqual({
      id: ticket,
      reference: PAYIN.reference,
      requestedInCents: 5000,
      settledInCents: null,
      status: 'PENDING',
      payments: [],
      paymentUrl: `https://pagos.example.com/tumipay/payments/main?s=${ticket}`,
      webhookUrl: PAYIN.ipn_url,
      redirectUrl: PAYIN.redirect_url,
      createdAt: expect.any(String),
      updatedAt: view.createdAt,
      closedAt: null,
      reversedAt: null,
      reads: 0,
      expiresAt: new Date(Date.parse(view.createdAt) + 720 * 60_000).toISOString(),
      details: {
        method: 'BREB',
        direct: null,
        bank: null,
        description: 'Test PayIn',
        customer: CUSTOMER,
        metadata: {},
        accountNumber: '@tumipaybreb',
        cus: expect.stringMatching(/^[A-Za-z0-9]{16}$/),
      },
      webhooks: [],
    });
    expect(await control.findOrder(ticket)).toEqual(view);
  });

  it('lists newest first, all or by reference', async () => {
    await create(sandbox, { reference: 'A' });
    await create(sandbox, { reference: 'B&C' });
    expect((await control.orders()).map(({ reference }) => reference)).toEqual(['B&C', 'A']);
    expect(await control.orders('B&C')).toHaveLength(1);
    expect(await control.orders('nothing')).toEqual([]);
    expect(await control.findOrder('nothing')).toBeUndefined();
  });

  it.each(['reject', 'decline', 'expire'] as const)('lets money arrive late after %s', async (action) => {
    await create(sandbox);
    await control.move(PAYIN.reference, action, QUIET);
    const paid = await control.pay(PAYIN.reference, { ...QUIET, amountInCents: 4000 });
    expect(paid).toMatchObject({ status: 'APPROVED', settledInCents: 4000, payments: [{ amountInCents: 4000 }] });
  });

  it('refuses to move a final order, or to pay twice', async () => {
    await create(sandbox);
    await control.pay(PAYIN.reference, QUIET);
    for (const action of ['pay', 'reject', 'decline', 'expire', 'submit'] as const) {
      const move = control.move(PAYIN.reference, action, QUIET);
      await expect(move).rejects.toMatchObject({ status: 400, message: expect.stringContaining('APPROVED') });
    }
  });
});

describe('mistakes', () => {
  it.each([
    ['an unknown order', () => control.pay('nothing'), 404, /nothing/],
    ['an amount of nothing', () => control.pay(PAYIN.reference, { amountInCents: 0 }), 400, /amountInCents/],
    ['half a cent', () => control.pay(PAYIN.reference, { amountInCents: 0.5 }), 400, /amountInCents/],
    ['too many copies', () => control.webhook(PAYIN.reference, { copies: 21 }), 400, /copies/],
    ['an endless delay', () => control.webhook(PAYIN.reference, { delayMs: 60_001 }), 400, /delayMs/],
    [
      'a fault that is too often',
      () => control.fault({ operation: 'query', fault: { kind: 'hang' }, times: 0 }),
      400,
      /times/,
    ],
  ])('%s is refused with what to fix', async (_name, call, status, message) => {
    await create(sandbox);
    const error = await call().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ControlRefused);
    expect(error).toMatchObject({ status, message: expect.stringMatching(message) });
    expect(await control.order(PAYIN.reference)).toMatchObject({ status: 'PENDING' });
  });

  it.each([
    ['POST', `/orders/${PAYIN.reference}/pay`, '{', /not JSON/],
    ['POST', `/orders/${PAYIN.reference}/pay`, '[]', /JSON object/],
    ['POST', `/orders/${PAYIN.reference}/pay`, '{"amount":1}', /amountInCents/],
    ['POST', `/orders/${PAYIN.reference}/reject`, '{"webhook":"never"}', /send, none, twice, late/],
    ['POST', `/orders/${PAYIN.reference}/webhook`, '{"signature":"good"}', /valid, wrong, missing, malformed/],
    ['POST', '/faults', '{"operation":"create"}', /fault must be a JSON object/],
    ['POST', '/faults', '{"operation":"pay","fault":{"kind":"hang"}}', /create, query/],
    ['POST', '/faults', '{"operation":"create","fault":{"kind":"status"}}', /fault\.status is required/],
    ['POST', '/faults', '{"operation":"create","fault":{"kind":"hang","delayMs":1}}', /delayMs/],
    ['POST', '/faults', '{"operation":"create","fault":{"kind":"lose_reply","executed":false}}', /use reset/],
    ['PATCH', '/switches', '{"expire":true}', /expires/],
    ['PATCH', '/switches', '{"expires":"yes"}', /expires must be a boolean value/],
    ['PATCH', '/switches', '{"toString":"yes"}', /no switch/],
  ])('%s %s %s is a 400', async (method, path, body, message) => {
    await create(sandbox);
    const response = await fetch(`${sandbox.url}/control/tumipay${path}`, { method, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringMatching(message) });
  });

  it('says that a route is not there', async () => {
    const response = await fetch(`${sandbox.url}/control/tumipay/nowhere`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: 'There is no GET /control/tumipay/nowhere here.' });
  });
});

describe('switches and reset', () => {
  it('shows all switches, with those of the start', async () => {
    expect(await control.switches()).toEqual({
      direct: false,
      accountNumber: 'static',
      duplicateReference: 'error',
      notFound: '404',
      queryAmount: 'settled',
      expires: true,
      amountUnit: 'cents',
      webhookAmountUnit: 'cents',
    });
  });

  it('does not start with a switch that is not one', async () => {
    const tumipay: object = { amountUnit: 'dollars' };
    await expect(startSandbox({ port: 0, tumipay })).rejects.toThrow(/amountUnit/);
  });

  it('forgets everything', async () => {
    await create(sandbox);
    await control.setSwitches({ queryAmount: 'requested', expires: false });
    await control.fault({ operation: 'query', fault: { kind: 'reset' } });
    await control.reset();
    expect(await control.orders()).toEqual([]);
    expect(await control.calls()).toEqual([]);
    expect(await control.switches()).toMatchObject({ queryAmount: 'settled', expires: true });
    expect((await query(sandbox, PAYIN.reference)).status).toBe(404);
    expect((await create(sandbox)).status).toBe(200);
    expect((await call(sandbox, '/v1/pse/banks')).status).toBe(200);
  });
});

describe('payment by address', () => {
  const payBy = async (text: string) => {
    const response = await fetch(`${sandbox.url}/control/pay`, { method: 'POST', body: text });
    return {
      status: response.status,
      body: (await response.json()) as { id?: string; status?: string; error?: string },
    };
  };

  it('pays the order whose payment page a text names, whatever else the text says', async () => {
    const { ticket } = (await create(sandbox)).body.data as { ticket: string };
    await create(sandbox, { reference: 'another' });
    const { paymentUrl } = await control.order(ticket);
    expect(await payBy(JSON.stringify({ data: [{ instructions: { url: paymentUrl, key: '@key' } }] }))).toMatchObject({
      status: 200,
      body: { id: ticket, status: 'APPROVED', settledInCents: 5000 },
    });
    expect((await control.order('another')).status).toBe('PENDING');
    expect(await payBy(paymentUrl)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('APPROVED already') },
    });
  });

  it.each([
    ['nothing', '', 'no address of a payment page'],
    ['another address', 'https://pagos.example.com/other?s=AAAAAAAAAAAAAAA', 'no address of a payment page'],
    [
      'an order that is not there',
      'https://pagos.example.com/tumipay/payments/main?s=AAAAAAAAAAAAAAA',
      'AAAAAAAAAAAAAAA',
    ],
  ])('pays nothing when the text names %s', async (_what, text, error) => {
    await create(sandbox);
    expect(await payBy(text)).toMatchObject({ status: 404, body: { error: expect.stringContaining(error) } });
    expect((await control.order(PAYIN.reference)).status).toBe('PENDING');
  });
});
