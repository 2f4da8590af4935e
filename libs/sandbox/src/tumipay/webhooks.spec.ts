import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  SandboxClient,
  startSandbox,
  TUMIPAY_SANDBOX_CREDENTIALS,
  type Sandbox,
  type OrderView,
  type TumiPay,
} from '../../index.js';
import { Listener, shapeOf, until } from '../kit/fixture.js';
import { create } from './fixture.js';
import { waitAfterMs } from './tumipay.js';
import { webhookSignature } from './webhook.js';

let sandbox: Sandbox;
let control: SandboxClient['tumipay'];
let listener: Listener;

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0 });
  control = new SandboxClient(sandbox.url).tumipay;
  listener = await Listener.open();
});
afterEach(async () => {
  await sandbox.close();
  await Listener.closeAll();
});

async function order(changes: object = {}): Promise<string> {
  const { body } = await create(sandbox, { ipn_url: listener.url, ...changes });
  return String(body.data['ticket']);
}

function attemptsOf(ticket: string, count: number): Promise<OrderView<TumiPay>> {
  return until(
    () => control.order(ticket),
    ({ webhooks }) => webhooks.length >= count,
  );
}

describe('the signature', () => {
  // Computed apart from this code, over the reading in which integrators agree.
  it.each([
    [
      '49e3c70f-49d2-11ef-a534-02530a7dec0f',
      'ef3bc5cc-1a08-41c8-9e3b-449b95ac5eb6',
      'b689e20a6501f643bce911fe7ce528b1fc82b3089a9d534f46f2fd371350a7c7',
    ],
    ['dAF1RNdSFn936Yi', 'ORD/2025-ñ', '3eca02b3fd50c11eb76bd10395190d283c1daa716e0a2986a7d86fb2d505ac11'],
  ])('of ticket %s and reference %s is the known one', (ticket, reference, signature) => {
    expect(webhookSignature('TEST_TOKEN_TOP', ticket, reference)).toBe(signature);
  });

  it('uses the token that the sandbox was started with', async () => {
    const own = await startSandbox({ port: 0, tumipay: { credentials: { token: 'TEST_TOKEN_TOP' } } });
    try {
      const headers = {
        'content-type': 'application/json',
        'token-top': 'TEST_TOKEN_TOP',
        authorization: `Basic ${btoa('sandbox-user:sandbox-password')}`,
      };
      const { body } = await create(own, { ipn_url: listener.url, reference: 'R' }, { headers });
      const ticket = String(body.data['ticket']);
      await new SandboxClient(own.url).tumipay.webhook(ticket);
      expect(listener.received[0]?.headers['x-trx-signature']).toBe(webhookSignature('TEST_TOKEN_TOP', ticket, 'R'));
    } finally {
      await own.close();
    }
  });
});

describe('a status change', () => {
  it('sends the documented webhook with the settled amount', async () => {
    const ticket = await order({ reference: 'R-1' });
    await control.pay(ticket, { amountInCents: 7700 });
    const { webhooks } = await attemptsOf(ticket, 1);
    expect(webhooks).toEqual([{ at: expect.any(String), status: 'APPROVED', httpStatus: 200, acknowledged: true }]);
    const [body] = listener.bodies();
    expect(shapeOf(body ?? {})).toBe(
      'top_status top_ticket top_reference top_amount top_currency top_payment_method top_bank_name top_response_message ' +
        'top_user{legal_doc_type legal_doc phone_code phone_number email full_name} top_card{} ' +
        'top_user_email top_user_phone top_extra_params1',
    );
    expect(body).toMatchObject({
      top_status: 'APPROVED',
      top_ticket: ticket,
      top_reference: 'R-1',
      top_amount: 7700,
      top_payment_method: 'RECAUDO',
      top_response_message: 'Transacción exitosa',
    });
    expect(listener.received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Tumipay/1.1',
      'x-trx-signature': webhookSignature(TUMIPAY_SANDBOX_CREDENTIALS.token, ticket, 'R-1'),
    });
  });

  it('names the card of a card payment', async () => {
    const ticket = await order({ payment_method: 'CARD' });
    await control.pay(ticket);
    await attemptsOf(ticket, 1);
    expect(shapeOf(Object(listener.bodies()[0]?.['top_card']))).toBe('bank bin country lastFourDigits type brand');
  });

  it.each([
    ['reject', 'REJECTED'],
    ['decline', 'DECLINED'],
    ['expire', 'EXPIRED'],
    ['submit', 'REJECTED'],
  ] as const)('%s sends %s with the requested amount', async (action, status) => {
    const ticket = await order();
    await control.move(ticket, action);
    await attemptsOf(ticket, 1);
    expect(listener.bodies()).toMatchObject([{ top_status: status, top_amount: 5000 }]);
  });

  it('writes pesos when the webhook unit is pesos', async () => {
    await control.setSwitches({ webhookAmountUnit: 'pesos' });
    const ticket = await order();
    await control.pay(ticket);
    await attemptsOf(ticket, 1);
    expect(listener.bodies()).toMatchObject([{ top_amount: 50 }]);
  });

  it('sends twice, late or not at all when asked to', async () => {
    const [twice, late, none] = [
      await order({ reference: 'A' }),
      await order({ reference: 'B' }),
      await order({ reference: 'C' }),
    ];
    await control.pay(none, { webhook: { mode: 'none' } });
    const paid = await control.pay(late, { webhook: { mode: 'late', delayMs: 1_000 } });
    await control.pay(twice, { webhook: 'twice' });
    await attemptsOf(late, 1);
    await attemptsOf(twice, 2);
    expect((listener.received[2]?.at ?? 0) - Date.parse(paid.updatedAt)).toBeGreaterThanOrEqual(999);
    expect(listener.bodies().map((body) => body['top_reference'])).toEqual(['A', 'A', 'B']);
    expect(await control.order(none)).toMatchObject({ status: 'APPROVED', webhooks: [] });
  });

  it('is sent again until the merchant answers 200', async () => {
    const busy = await Listener.open(204);
    const ticket = await order({ ipn_url: busy.url });
    await control.pay(ticket);
    const { webhooks } = await attemptsOf(ticket, 2);
    expect(webhooks).toMatchObject([{ httpStatus: 204 }, { httpStatus: 200 }]);
    expect(busy.received[1]?.text).toBe(busy.received[0]?.text);
  });

  it('is sent again after 1, 2, 5, 15 and 60 seconds, then every 5 minutes, 20 times at most', () => {
    const waits = Array.from({ length: 20 }, (_, index) => waitAfterMs(index + 1));
    expect(waits.slice(0, 7)).toEqual([1_000, 2_000, 5_000, 15_000, 60_000, 300_000, 300_000]);
    expect(waits.slice(18)).toEqual([300_000, null]);
  });

  it('keeps the reason when nobody listens', async () => {
    const gone = await Listener.open();
    await gone.close();
    const ticket = await order({ ipn_url: gone.url });
    await control.pay(ticket);
    expect((await attemptsOf(ticket, 1)).webhooks[0]).toMatchObject({ error: 'ECONNREFUSED' });
  });
});

describe('a webhook by hand', () => {
  it('can be forged: validly signed, and not what the order says', async () => {
    const ticket = await order();
    const attempts = await control.webhook(ticket, { status: 'APPROVED', amountInCents: 1, copies: 3 });
    expect(attempts).toHaveLength(3);
    expect(attempts).toMatchObject([{ httpStatus: 200 }, { httpStatus: 200 }, { httpStatus: 200 }]);
    expect(listener.bodies()[2]).toMatchObject({ top_status: 'APPROVED', top_amount: 1 });
    expect(await control.order(ticket)).toMatchObject({ status: 'PENDING', settledInCents: null });
  });

  it('answers with the status that came back', async () => {
    const refusing = await Listener.open(401);
    const ticket = await order({ ipn_url: refusing.url });
    expect(await control.webhook(ticket)).toMatchObject([{ status: 'PENDING', httpStatus: 401 }]);
  });

  it('is signed wrongly, malformed or not at all when asked to', async () => {
    const ticket = await order({ reference: 'R' });
    for (const signature of ['wrong', 'malformed', 'missing'] as const) await control.webhook(ticket, { signature });
    const [wrong, malformed, missing] = listener.received.map(({ headers }) => headers['x-trx-signature']);
    expect(wrong).toMatch(/^[0-9a-f]{64}$/);
    expect(wrong).not.toBe(webhookSignature(TUMIPAY_SANDBOX_CREDENTIALS.token, ticket, 'R'));
    expect(malformed).toBe('not-a-signature');
    expect(missing).toBeUndefined();
  });

  it('carries any body', async () => {
    const ticket = await order();
    await control.webhook(ticket, { body: '{not json' });
    await control.webhook(ticket, { body: { top_status: 'INVENTED' } });
    expect(listener.received.map(({ text }) => text)).toEqual(['{not json', '{"top_status":"INVENTED"}']);
  });

  it('waits as long as it was asked to', async () => {
    const ticket = await order();
    const start = Date.now();
    await control.webhook(ticket, { delayMs: 50 });
    expect(Date.now() - start).toBeGreaterThanOrEqual(49);
  });
});
