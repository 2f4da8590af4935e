import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  SandboxClient,
  startSandbox,
  TEEMOPAY_SANDBOX_CREDENTIALS,
  TEEMOPAY_SANDBOX_KEYS,
  type Sandbox,
} from '../../index.js';
import { isJsonObject } from '../kit/control-input.js';
import { Listener, shapeOf, until, type ReceivedWebhook } from '../kit/fixture.js';
import { BREB_REQUEST, create, PAYMENT_ORDER_NO, query } from './fixture.js';
import { isSignatureOf, signingString } from './signature.js';
import { TEEMOPAY } from './teemopay.js';

const SUCCESS = { status: 200, body: 'SUCCESS' };
const ID = BREB_REQUEST.merchantOrderNo;

let sandbox: Sandbox;
let control: SandboxClient['teemopay'];
let listener: Listener;

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, teemopay: { callbackRetryMs: 5 } });
  control = new SandboxClient(sandbox.url).teemopay;
  listener = await Listener.open(...Array.from({ length: 20 }, () => SUCCESS));
});
afterEach(async () => {
  await sandbox.close();
  await Listener.closeAll();
});

async function opened(changes: object = {}): Promise<void> {
  await create(sandbox, { callbackUrl: listener.url, ...changes });
}

async function received(count: number, by = listener): Promise<Record<string, unknown>[]> {
  await until(
    () => by.received.length,
    (length) => length >= count,
  );
  return by.bodies();
}

function isSigned({ headers, text }: ReceivedWebhook): boolean {
  const body: unknown = JSON.parse(text);
  if (!isJsonObject(body)) return false;
  const string = signingString(body, String(headers['nonce']));
  return isSignatureOf(string, String(body['sign']), TEEMOPAY_SANDBOX_KEYS.platform.publicKey);
}

describe('a payment', () => {
  it('is called back as the public page does, signed in the body', async () => {
    await opened({ amount: '1000', paymentType: 204 });
    const { id, payments, paymentUrl } = await control.pay(ID);
    const [body] = await received(1);
    expect(shapeOf(body ?? {})).toBe(
      'merchantOrderNo tradeNo paymentOrderNo status paymentAmount serviceAmount paymentInfo paymentType completeTime errorMessage sign',
    );
    const [statement] = await statements();
    expect(body).toEqual({
      merchantOrderNo: ID,
      tradeNo: id,
      paymentOrderNo: payments[0]?.paymentId,
      status: 2,
      paymentAmount: '1000.00',
      serviceAmount: '15.00',
      paymentInfo: paymentUrl,
      paymentType: 204,
      completeTime: statement?.['completeTime'],
      errorMessage: null,
      sign: expect.stringMatching(/^[A-Za-z0-9+/]{171}=$/),
    });
    const [{ headers } = { headers: {} }] = listener.received;
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      timestamp: expect.stringMatching(/^\d{13}$/),
      nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
      country: 'CO',
      appcode: TEEMOPAY_SANDBOX_CREDENTIALS.appCode,
    });
    expect(listener.received.map(isSigned)).toEqual([true]);
  });

  it('of several is called back on its own, with its own number and amount', async () => {
    await opened();
    await control.pay(ID, { amountInCents: 400_000 });
    await received(1);
    const { payments } = await control.pay(ID, { amountInCents: 600_000 });
    const bodies = await received(2);
    expect(bodies).toMatchObject([
      { status: 2, paymentAmount: '4000.00', paymentOrderNo: payments[0]?.paymentId },
      { status: 2, paymentAmount: '6000.00', paymentOrderNo: payments[1]?.paymentId },
    ]);
    expect(payments[0]?.paymentId).toMatch(PAYMENT_ORDER_NO);
    expect(payments[1]?.paymentId).not.toBe(payments[0]?.paymentId);
  });

  it('of less than was asked is called back with status 1 when the switch says so', async () => {
    await control.setSwitches({ underpaidStatus: '1' });
    await opened();
    await control.pay(ID, { amountInCents: 1_000 });
    expect(await received(1)).toMatchObject([{ status: 1, paymentAmount: '10.00' }]);
  });

  it('can be called back with a field that no document has, signed with the rest', async () => {
    await control.setSwitches({ callbackExtraField: true });
    await opened();
    const { id } = await control.pay(ID);
    expect(await received(1)).toMatchObject([{ channelOrderNo: `CH-${id}` }]);
    expect(listener.received.map(isSigned)).toEqual([true]);
  });

  it('can be called back twice, late or not at all', async () => {
    for (const merchantOrderNo of ['twice', 'late', 'none']) await opened({ merchantOrderNo });
    await control.pay('none', { webhook: 'none' });
    await control.pay('late', { webhook: { mode: 'late', delayMs: 1_000 } });
    await control.pay('twice', { webhook: 'twice' });
    const bodies = await received(3);
    expect(bodies.map(({ merchantOrderNo }) => merchantOrderNo)).toEqual(['twice', 'twice', 'late']);
    expect(bodies[1]?.['paymentOrderNo']).toBe(bodies[0]?.['paymentOrderNo']);
    expect((await control.order('none')).webhooks).toEqual([]);
  });
});

describe('what is no payment', () => {
  it.each([
    ['reject', {}, 3, 'Unstable network, kindly retry later.'],
    ['expire', { callbackOnExpiry: true }, 3, null],
  ] as const)('%s is called back without money', async (move, switches, status, errorMessage) => {
    await control.setSwitches(switches);
    await opened();
    await control.move(ID, move);
    expect(await received(1)).toMatchObject([
      { status, errorMessage, serviceAmount: '0.00', paymentOrderNo: expect.stringMatching(PAYMENT_ORDER_NO) },
    ]);
    expect(listener.received.map(isSigned)).toEqual([true]);
  });

  it.each([
    ['4', 4],
    ['3', 3],
  ] as const)('a reversal to %s is called back for the payment that it reverses', async (reversalStatus, status) => {
    await control.setSwitches({ reversalStatus });
    await opened();
    const { payments } = await control.pay(ID);
    await received(1);
    await control.reverse(ID);
    expect((await received(2))[1]).toMatchObject({
      status,
      paymentOrderNo: payments[0]?.paymentId,
      paymentAmount: '10000.00',
    });
  });

  it.each([
    ['reject', { callbackOnFailure: false }],
    ['expire', {}],
    ['reverse', { callbackOnReversal: false }],
  ] as const)('%s is not called back when the switch says so', async (move, switches) => {
    await control.setSwitches(switches);
    await opened();
    if (move === 'reverse') await control.pay(ID, { webhook: 'none' });
    await control.move(ID, move);
    // Nothing can be waited for: what comes after it is the first that is received.
    await opened({ merchantOrderNo: 'after' });
    await control.pay('after');
    expect((await received(1)).map(({ merchantOrderNo }) => merchantOrderNo)).toEqual(['after']);
    expect((await control.order(ID)).webhooks).toEqual([]);
  });
});

describe('an acknowledgement', () => {
  it.each([
    ['SUCCESS', 200, true],
    ['SUCCESS', 500, false],
    ['success', 200, false],
    ['"SUCCESS"', 200, false],
    ['{"SUCCESS":"SUCCESS"}', 200, false],
    ['SUCCESS\n', 200, false],
    ['', 204, false],
  ])('%p with status %i: %p', async (body, status, acknowledged) => {
    const once = await Listener.open({ status, body }, SUCCESS);
    await opened({ callbackUrl: once.url });
    await control.pay(ID);
    const count = acknowledged ? 1 : 2;
    const { webhooks } = await until(
      () => control.order(ID),
      (order) => order.webhooks.length >= count,
    );
    expect(webhooks[0]).toMatchObject({ status: '2', httpStatus: status, acknowledged });
    expect(webhooks).toHaveLength(count);
  });

  it('that never comes is waited for 5, 15, 60 and 360 times as long as first, then no more', async () => {
    const setup = {
      switches: Object.assign(await control.switches(), { callbackRetryMs: 60_000 }),
      credentials: TEEMOPAY_SANDBOX_CREDENTIALS,
      pageUrl: () => '',
      portalWebhookUrl: null,
    };
    const waits = [1, 2, 3, 4, 5, 6].map((attemptsMade) => TEEMOPAY.webhook.waitAfterMs(attemptsMade, setup));
    expect(waits).toEqual([60_000, 300_000, 900_000, 3_600_000, 21_600_000, null]);
  });

  it.each([true, false])('that fails is followed by the same callback; signed anew: %p', async (retriesResigned) => {
    await control.setSwitches({ retriesResigned });
    const deaf = await Listener.open(500, { status: 200, body: 'no' }, SUCCESS);
    await opened({ callbackUrl: deaf.url });
    await control.pay(ID);
    const [first, second, third] = await received(3, deaf);
    const nonces = new Set(deaf.received.map(({ headers }) => headers['nonce']));
    expect(nonces.size).toBe(retriesResigned ? 3 : 1);
    expect(deaf.received.map(isSigned)).toEqual([true, true, true]);
    const { sign: _first, ...fields } = first ?? {};
    for (const again of [second, third]) {
      expect(again).toMatchObject(fields);
      expect(again?.['sign'] === first?.['sign']).toBe(!retriesResigned);
    }
  });
});

describe('a callback by hand', () => {
  it('can be forged: validly signed, and not what the order says', async () => {
    await opened();
    const attempts = await control.webhook(ID, { status: '2', amountInCents: 100, copies: 2 });
    expect(attempts).toMatchObject([{ acknowledged: true }, { acknowledged: true }]);
    const [one, other] = await received(2);
    expect(one).toMatchObject({ status: 2, paymentAmount: '1.00' });
    expect(other?.['paymentOrderNo']).toBe(one?.['paymentOrderNo']);
    expect(listener.received.map(isSigned)).toEqual([true, true]);
    expect(await control.order(ID)).toMatchObject({ status: '1', payments: [] });
  });

  it('is signed wrongly, malformed or not at all when asked to', async () => {
    await opened();
    for (const signature of ['wrong', 'malformed', 'missing'] as const) await control.webhook(ID, { signature });
    const [wrong, malformed, missing] = await received(3);
    expect(wrong?.['sign']).toMatch(/^[A-Za-z0-9+/]{171}=$/);
    expect(malformed?.['sign']).toBe('not-a-signature');
    expect(missing).not.toHaveProperty('sign');
    expect(listener.received.map(isSigned)).toEqual([false, false, false]);
  });

  it('carries any text as it is, and any object signed', async () => {
    await opened();
    await control.webhook(ID, { body: '{not json' });
    await control.webhook(ID, { body: { merchantOrderNo: ID, nested: { b: [1, 'ñ'] }, status: 2 } });
    await control.webhook(ID, { body: { merchantOrderNo: ID, sign: 'own' } });
    expect(listener.received[0]?.text).toBe('{not json');
    expect(JSON.parse(listener.received[1]?.text ?? '')).toMatchObject({ nested: { b: [1, 'ñ'] } });
    expect(listener.received.slice(1).map(isSigned)).toEqual([true, false]);
    expect(JSON.parse(listener.received[2]?.text ?? '')).toEqual({ merchantOrderNo: ID, sign: 'own' });
  });
});

async function statements(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const answer: { data: { statementList: Readonly<Record<string, unknown>>[] } } = JSON.parse(
    (await query(sandbox)).text,
  );
  return answer.data.statementList;
}
