import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxClient, startSandbox, type Sandbox } from '../../index.js';
import { Listener, until } from '../kit/fixture.js';
import { BREB_REQUEST, create, read } from './fixture.js';
import { HELLOPAY } from './hellopay.js';

let sandbox: Sandbox;
let control: SandboxClient['hellopay'];
let listener: Listener;

beforeEach(async () => {
  listener = await Listener.open();
  sandbox = await startSandbox({ port: 0, hellopay: { webhookUrl: listener.url } });
  control = new SandboxClient(sandbox.url).hellopay;
});
afterEach(async () => {
  await sandbox.close();
  await Listener.closeAll();
});

async function opened(request: object = BREB_REQUEST): Promise<string> {
  return (await create(sandbox, request)).body.id;
}

async function received(count: number): Promise<Record<string, unknown>[]> {
  await until(
    () => listener.received.length,
    (length) => length >= count,
  );
  return listener.bodies();
}

describe('webhooks', () => {
  it('report the processing and the result, with what a read shows', async () => {
    const id = await opened();
    expect(await received(1)).toMatchObject([
      { event: 'payin.processing', resource: 'payin', data: { status: 'PROCESSING' } },
    ]);
    await control.pay(id);
    const [, confirmed] = await received(2);
    const { body } = await read(sandbox, id);
    expect(confirmed).toEqual({
      event: 'payin.confirmed',
      resource: 'payin',
      data: {
        id,
        reference: BREB_REQUEST.reference,
        amount: 100,
        currency: 'COP',
        status: 'CONFIRMED',
        rail: 'BRE_B',
        sourceData: body.sourceData,
        errorCode: null,
        createdAt: body['createdAt'],
        updatedAt: body['updatedAt'],
        resultAt: body['resultAt'],
        organizationId: body['organizationId'],
      },
    });
  });

  it.each([
    ['reject', 'payin.declined', 'DECLINED'],
    ['cancel', 'payin.canceled', 'CANCELED'],
    ['expire', 'payin.declined', 'DECLINED'],
  ] as const)('of %s are %s', async (move, event, status) => {
    await control.setSwitches({ processing: false });
    await control[move](await opened());
    expect(await received(1)).toMatchObject([{ event, data: { status } }]);
  });

  it('carry the static header and nothing that signs the body', async () => {
    await opened();
    await received(1);
    const [headers] = listener.received.map((each) => each.headers);
    expect(headers).toMatchObject({
      authorization: 'sandbox-hellopay-webhook-secret',
      'content-type': 'application/json',
    });
    expect(Object.keys(headers ?? {}).filter((name) => /sign|time|nonce|id/.test(name))).toEqual([]);
  });

  it('carry the header that the organization chose', async () => {
    const credentials = { webhookHeader: 'X-Own', webhookSecret: 'own' };
    const own = await startSandbox({ port: 0, hellopay: { webhookUrl: listener.url, credentials } });
    try {
      await create(own);
      await received(1);
      expect(listener.received[0]?.headers).toMatchObject({ 'x-own': 'own' });
      expect(listener.received[0]?.headers).not.toHaveProperty('authorization');
    } finally {
      await own.close();
    }
  });

  it('go to one address for all, which can be set while it runs', async () => {
    await control.setSwitches({ webhookUrl: null, processing: false });
    const silent = await opened();
    await control.pay(silent);
    await expect(control.webhook(silent)).rejects.toMatchObject({ status: 400 });
    const other = await Listener.open();
    await control.setSwitches({ webhookUrl: other.url });
    await control.pay(await opened({ ...BREB_REQUEST, reference: 'B' }));
    await until(
      () => other.received.length,
      (count) => count === 1,
    );
    expect(await control.order(silent)).toMatchObject({ status: 'CONFIRMED', webhooks: [] });
    expect(listener.received).toEqual([]);
  });

  it('do not report a chargeback, unless asked to', async () => {
    await control.setSwitches({ processing: false });
    const quiet = await opened();
    await control.pay(quiet);
    await control.reverse(quiet);
    await received(1);
    await control.setSwitches({ chargebackNotifies: true });
    const reported = await opened({ ...BREB_REQUEST, reference: 'B' });
    await control.pay(reported, { webhook: 'none' });
    await control.reverse(reported);
    const bodies = await received(2);
    expect(bodies).toMatchObject([{ data: { id: quiet } }, { event: 'payin.confirmed', data: { id: reported } }]);
    expect(await control.order(quiet)).toMatchObject({ webhooks: [{ status: 'CONFIRMED' }] });
  });
});

describe('a webhook that is not acknowledged', () => {
  it.each([200, 201, 204, 299])('does not come again after %i', async (status) => {
    expect(HELLOPAY.webhook.acknowledged({ httpStatus: status, body: 'no' })).toBe(true);
  });

  it.each([302, 400, 401, 500])('comes again after %i', async (status) => {
    const busy = await Listener.open(status);
    await control.setSwitches({ webhookUrl: busy.url, processing: false, webhookRetryMs: 1 });
    const id = await opened();
    await control.pay(id);
    const { webhooks } = await until(
      () => control.order(id),
      (order) => order.webhooks.length >= 2,
    );
    expect(webhooks).toMatchObject([{ httpStatus: status }, { httpStatus: 200 }]);
    expect(busy.received[1]?.text).toBe(busy.received[0]?.text);
  });

  it('comes again ten times, one hour apart', async () => {
    const setup = {
      switches: await control.switches(),
      credentials: HELLOPAY.credentials,
      pageUrl: () => '',
      portalWebhookUrl: null,
    };
    const waits = Array.from({ length: 11 }, (_, index) => HELLOPAY.webhook.waitAfterMs(index + 1, setup));
    expect(waits).toEqual([...Array.from({ length: 10 }, () => 3_600_000), null]);
  });
});

describe('a webhook by hand', () => {
  beforeEach(() => control.setSwitches({ processing: false }));

  it('can be forged: the right header, and not what the order says', async () => {
    const id = await opened();
    await control.webhook(id, { status: 'CONFIRMED', amountInCents: 1_200 });
    expect(listener.bodies()).toMatchObject([{ event: 'payin.confirmed', data: { status: 'CONFIRMED', amount: 12 } }]);
    expect((await read(sandbox, id)).body.status).toBe('PENDING');
  });

  it('has the right header, a wrong one, a malformed one or none', async () => {
    const id = await opened();
    for (const signature of ['valid', 'wrong', 'malformed', 'missing'] as const)
      await control.webhook(id, { signature });
    expect(listener.received.map(({ headers }) => headers.authorization)).toEqual([
      'sandbox-hellopay-webhook-secret',
      'sandbox-hellopay-webhook-secret-wrong',
      'Bearer sandbox-hellopay-webhook-secret',
      undefined,
    ]);
  });

  it('carries any body', async () => {
    const id = await opened();
    await control.webhook(id, { body: '{not json' });
    await control.webhook(id, { body: { event: 'payin.invented' } });
    expect(listener.received.map(({ text }) => text)).toEqual(['{not json', '{"event":"payin.invented"}']);
  });
});
