import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { payinRequest } from '../support/api-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

// HelloPay's particulars against its sandbox, through the service: the unit of its amounts, its late page, its list, its chargebacks.

let testApp: TestApp;

beforeAll(async () => {
  const quick = '{"pollSeconds":[1]}';
  testApp = await startTestApp({
    PROVIDERS: 'hellopay',
    RAIL_POLICY_PSE: quick,
    RAIL_POLICY_BRE_B: quick,
    RAIL_POLICY_NEQUI: quick,
  });
});

afterEach(async () => {
  const { webhookUrl } = await testApp.sandbox.hellopay.switches();
  await testApp.sandbox.hellopay.reset();
  await testApp.sandbox.hellopay.setSwitches({ webhookUrl });
});

afterAll(() => testApp?.close());

const PSE = { rail: 'PSE', pse: { bank: '1007', personType: 'NATURAL' } };

async function referenceOf({ id }: Pick<PresentedPayin, 'id'>): Promise<string> {
  const attempts = await testApp.database.query<{ provider_reference: string }>(
    'select provider_reference from attempts where payin_id = $1 order by id',
    [id],
  );
  expect(attempts).toHaveLength(1);
  return attempts[0]!.provider_reference;
}

async function pay(payin: PresentedPayin, options: { amountInCents?: number; webhook?: 'send' | 'none' } = {}) {
  await testApp.sandbox.hellopay.pay(await referenceOf(payin), options);
}

describe('a payin', () => {
  it('over Bre-B has a key, without any customer as in seed 003, and is approved by a webhook', async () => {
    const { api } = testApp;
    const opened = await api.open({ rail: 'BRE_B', inlineCustomer: undefined });
    expect(opened.instructions).toMatchObject({
      type: 'breb_key',
      key: expect.stringMatching(/^@SANDBOX[0-9A-F]{10}$/),
    });
    await pay(opened);
    expect(await api.reaches(opened.id, 'APPROVED')).toMatchObject({ amountReceivedInCents: 5_000_000 });
  });

  it('over Bre-B has a picture of the code where one was asked for', async () => {
    const opened = await testApp.api.open({ rail: 'BRE_B', breb: { keyType: 'QR_CODE' } });
    expect(opened.instructions).toMatchObject({ qr: expect.stringMatching(/^data:image\/png;base64,/) });
  });

  it('over Nequi is a push to the telephone, and is approved without a webhook', async () => {
    const { api } = testApp;
    const opened = await api.open({ rail: 'NEQUI' });
    expect(opened.instructions).toEqual({ type: 'push' });
    await pay(opened, { webhook: 'none' });
    await api.reaches(opened.id, 'APPROVED');
  });

  it('over PSE gets the page of the bank, which HelloPay does not know at first', async () => {
    const { api, sandbox } = testApp;
    await sandbox.hellopay.setSwitches({ pseUrlAfterReads: 2 });
    const { body } = await api.create(PSE);
    const payin = await until('the page of the bank', async () => {
      const now = await api.payin(body.id);
      return now.instructions ? now : undefined;
    });
    expect(payin).toMatchObject({
      status: 'PENDING',
      instructions: { type: 'redirect', url: expect.stringMatching(/^http/) },
    });
    const [create] = await sandbox.hellopay.calls('create');
    expect(JSON.parse(create!.body)).toMatchObject({ pse: { bank: 'CO_BANCOLOMBIA', personType: 'INDIVIDUAL' } });
    await pay(payin);
    await api.reaches(payin.id, 'APPROVED');
  });

  it.each([
    ['reject', 'REJECTED', '1234567890'],
    ['cancel', 'CANCELED', 'CANCELED'],
  ] as const)('ends after %s as %s', async (move, status, errorCode) => {
    const { api, sandbox } = testApp;
    const opened = await api.open({ rail: 'BRE_B' });
    await sandbox.hellopay[move](await referenceOf(opened));
    expect(await api.reaches(opened.id, status)).toMatchObject({ errorCode });
  });

  it('is refused before any call where HelloPay has no such bank', async () => {
    const { status, body } = await testApp.api.create({ ...PSE, pse: { bank: '1053', personType: 'NATURAL' } });
    expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('pse.bank')]);
    expect(await testApp.sandbox.hellopay.calls('create')).toEqual([]);
  });
});

describe('the amount', () => {
  it.each([
    ['current', 'pesos'],
    ['current', 'cents'],
    ['seed-2025-12', 'pesos'],
    ['seed-2025-12', 'cents'],
  ] as const)('is right in the profile %s with amounts in %s', async (profile, amountUnit) => {
    const { api, sandbox } = testApp;
    await sandbox.hellopay.setSwitches({ profile, amountUnit });
    // A payer of Nequi cannot edit the amount, so that no other field has to tell it.
    const opened = await api.open({ rail: 'NEQUI' });
    await pay(opened);
    expect(await api.reaches(opened.id, 'APPROVED')).toMatchObject({ amountReceivedInCents: 5_000_000 });
    expect(await api.discrepancies(opened.id)).toEqual([]);
  });

  it('that is confirmed is the one that counts', async () => {
    const { api } = testApp;
    const opened = await api.open({ rail: 'BRE_B' });
    await pay(opened, { amountInCents: 4_000_050 });
    expect(await api.reaches(opened.id, 'UNDERPAID')).toMatchObject({ amountReceivedInCents: 4_000_050 });
  });

  it('that turns out to be off by a factor of 100 stops: nothing is booked and a person looks', async () => {
    const { api, sandbox } = testApp;
    await sandbox.hellopay.setSwitches({ profile: 'seed-2025-12', amountUnit: 'cents' });
    const opened = await api.open({ rail: 'BRE_B' });
    const reference = await referenceOf(opened);
    await sandbox.hellopay.setSwitches({ amountShows: 'settled' });
    await sandbox.hellopay.pay(reference, { amountInCents: 500_000_000 });
    const discrepancies = await until('the discrepancy', async () => {
      const found = await api.discrepancies(opened.id);
      return found.length > 0 && found;
    });
    expect(discrepancies).toMatchObject([{ kind: 'UNIT_MISMATCH', actualInCents: 500_000_000 }]);
    expect(await api.payin(opened.id)).toMatchObject({ status: 'PENDING', amountReceivedInCents: 0 });
  });
});

describe('a create whose reply is lost', () => {
  it.each(['newest_first', 'oldest_first'] as const)('is found in a list that is sorted %s', async (listOrder) => {
    const { api, sandbox } = testApp;
    await sandbox.hellopay.setSwitches({ listOrder });
    await Promise.all(Array.from({ length: 3 }, () => api.open({ rail: 'BRE_B' })));
    // No webhook tells of it first.
    await sandbox.hellopay.setSwitches({ processing: false });
    await sandbox.hellopay.fault({ operation: 'create', fault: { kind: 'lose_reply' } });
    const { body } = await testApp.api.call<PresentedPayin>('POST', '/payins', payinRequest({ rail: 'BRE_B' }));
    expect(body).toMatchObject({ status: 'CREATED', instructions: null });
    const adopted = await api.reaches(body.id, 'PENDING');
    expect(adopted.instructions).toMatchObject({ type: 'breb_key' });
    expect(await sandbox.hellopay.orders(await referenceOf(body))).toHaveLength(1);
    await pay(adopted);
    await api.reaches(body.id, 'APPROVED');
  });

  it.each(['409', '400'] as const)('is found too when HelloPay answers %s because it has the payin', async (status) => {
    const { api, sandbox } = testApp;
    const message = status === '400' ? ['reference already exists'] : 'reference already exists';
    const body = JSON.stringify({ statusCode: Number(status), message, error: 'Bad Request' });
    const fault = { kind: 'status' as const, status: Number(status), body, executed: true };
    // No webhook tells of it first.
    await sandbox.hellopay.setSwitches({ processing: false });
    await sandbox.hellopay.fault({ operation: 'create', fault });
    const created = await api.create({ rail: 'BRE_B' });
    expect(created.body.status).toBe('CREATED');
    await api.reaches(created.body.id, 'PENDING');
    expect(await sandbox.hellopay.orders()).toHaveLength(1);
  });
});

describe('a chargeback', () => {
  it('of which no webhook tells is noticed when the payin is looked at again', async () => {
    const { api, sandbox } = testApp;
    const opened = await api.open({ rail: 'BRE_B' });
    await pay(opened);
    await api.reaches(opened.id, 'APPROVED');
    await sandbox.hellopay.reverse(await referenceOf(opened));
    expect((await api.payin(opened.id)).status).toBe('APPROVED');
    // Its next look is due in an hour.
    await testApp.database.query('update payins set due_at = now() where id = $1', [opened.id]);
    const reversed = await api.reaches(opened.id, 'REVERSED');
    expect(reversed).toMatchObject({ chargebackAt: expect.any(String), amountReceivedInCents: 5_000_000 });
    expect(await api.discrepancies(opened.id)).toMatchObject([{ kind: 'CHARGEBACK', actualInCents: 5_000_000 }]);
  });
});

describe('a webhook', () => {
  const update = (reference: string, id: string) => ({
    event: 'payin.confirmed',
    resource: 'payin',
    data: { id, reference, amount: 50_000, currency: 'COP', status: 'CONFIRMED', rail: 'BRE_B' },
  });
  const send = async (body: object, authorization: string | undefined) => {
    const headers = { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) };
    const url = `${testApp.url}/webhooks/hellopay`;
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
  };

  it('with another header, or none, is not taken', async () => {
    for (const authorization of [
      'sandbox-hellopay-webhook-secreT',
      'Bearer sandbox-hellopay-webhook-secret',
      undefined,
    ])
      expect(await send(update('x', 'y'), authorization)).toBe(401);
  });

  it('that says paid books nothing while HelloPay says that the payin is not', async () => {
    const { api, sandbox } = testApp;
    const opened = await api.open({ rail: 'BRE_B' });
    const reference = await referenceOf(opened);
    const { id } = await sandbox.hellopay.order(reference);
    expect(await send(update(reference, id), 'sandbox-hellopay-webhook-secret')).toBe(200);
    const received = () => api.events(opened.id).then((events) => events.find(({ source }) => source === 'webhook'));
    await until('the hint in the history', received);
    expect(await api.payin(opened.id)).toMatchObject({ status: 'PENDING', amountReceivedInCents: 0 });
    await pay(opened, { webhook: 'none' });
    await api.reaches(opened.id, 'APPROVED');
  });
});
