import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { providerSide } from '../support/provider-side.js';
import { type TestApp, startTestApp } from '../support/test-app.js';
import { until } from '../support/until.js';
import { timePasses } from '../support/time.js';

const PSE = { bank: '1007', personType: 'NATURAL' };
const ALL = 'tumipay,hellopay,teemopay';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: ALL, TUMIPAY_DIRECT: 'true', RAIL_POLICY_BRE_B: '{"pollSeconds":[3600]}' });
  await testApp.sandbox.tumipay.setSwitches({ direct: true });
});
afterEach(async () => {
  for (const name of ['tumipay', 'hellopay', 'teemopay'] as const) await testApp.sandbox.provider(name).clearFaults();
});
afterAll(() => testApp?.close());

const kinds = async ({ id }: { id: string }) =>
  (await testApp.api.discrepancies(id)).map(({ kind }) => kind).toSorted();
const refresh = ({ id }: { id: string }) => testApp.api.call<PresentedPayin>('POST', `/payins/${id}/refresh`);

describe('TumiPay in its direct mode', () => {
  it('sends the payer of PSE straight to the bank', async () => {
    const payin = await testApp.api.open({ provider: 'tumipay', rail: 'PSE', pse: PSE });
    expect(payin.instructions).toMatchObject({ type: 'redirect' });
    const { control, order } = await providerSide(testApp, payin, 'tumipay');
    await control.pay(order.id);
    await testApp.api.reaches(payin.id, 'APPROVED');
  });

  it('says which field is missing for PSE, before any call', async () => {
    const { api, sandbox } = testApp;
    const before = (await sandbox.tumipay.calls('create')).length;
    const { status, body } = await api.create({ provider: 'tumipay', rail: 'PSE' });
    expect({ status, body }).toMatchObject({ status: 422, body: { code: 'PROVIDER_RULE' } });
    expect(JSON.stringify(body)).toContain('"field":"pse');
    expect(await sandbox.tumipay.calls('create')).toHaveLength(before);
  });

  it('gives a message and no ticket on TRANSFIYA, and the order is found by our reference alone', async () => {
    const { api } = testApp;
    const payin = await api.open({ provider: 'tumipay', rail: 'TRANSFIYA' });
    expect(payin.instructions).toEqual({
      type: 'message',
      text: 'La transacción ha sido creada y está pendiente de confirmación por parte del usuario',
    });
    const opened = (await api.events(payin.id)).find(({ type }) => type === 'attempt.opened');
    expect(opened?.data['externalId']).toBeNull();
    const { control, order } = await providerSide(testApp, payin, 'tumipay');
    await control.pay(order.id, { webhook: 'none' });
    await refresh(payin);
    expect(await api.payin(payin.id)).toMatchObject({ status: 'APPROVED', amountStatus: 'EXACT' });
  });

  it('gives the key of Bre-B without a page', async () => {
    const payin = await testApp.api.open({ provider: 'tumipay', rail: 'BRE_B' });
    expect(payin.instructions).toEqual({ type: 'breb_key', key: expect.stringMatching(/^@/) });
    expect(payin.sourceData).toEqual({ keyString: expect.stringMatching(/^@/) });
  });
});

describe('HelloPay', () => {
  it('takes money back by a chargeback that only asking shows, and keeps its time', async () => {
    const { api, merchant, database } = testApp;
    const payin = await api.open({ provider: 'hellopay', rail: 'NEQUI', callbackUrl: merchant.url });
    const { control, order } = await providerSide(testApp, payin, 'hellopay');
    await control.pay(order.id);
    await api.reaches(payin.id, 'APPROVED');
    await control.reverse(order.id, { webhook: 'none' });
    // The first question after a payment is an hour later.
    await timePasses(database, 3_700);
    const reversed = await api.reaches(payin.id, 'REVERSED');
    expect(reversed.chargebackAt).toMatch(/^\d{4}-\d\d-\d\dT/);
    await merchant.eventOf(payin.id, 'payin.reversed');
  });

  it('does not take the time in the seed’s own example of a create for a chargeback', async () => {
    const { api, sandbox } = testApp;
    await sandbox.hellopay.setSwitches({ profile: 'seed-2025-12' });
    try {
      const payin = await api.open({ provider: 'hellopay', rail: 'BRE_B' });
      expect(payin).toMatchObject({ status: 'PENDING', chargebackAt: null, instructions: { type: 'breb_key' } });
      const { control, order } = await providerSide(testApp, payin, 'hellopay');
      await control.pay(order.id);
      // Of the seed's fields none tells how much came.
      await until('the payment to be known', async () => (await api.payin(payin.id)).amountStatus === 'UNCONFIRMED');
      expect(await api.payin(payin.id)).toMatchObject({ status: 'PENDING', chargebackAt: null });
    } finally {
      await sandbox.hellopay.setSwitches({ profile: 'current' });
    }
  });

  it('has an order whose create reply was lost, and it is found in its list', async () => {
    const { api, sandbox, database } = testApp;
    // No webhook tells of it first.
    await sandbox.hellopay.setSwitches({ processing: false });
    await sandbox.hellopay.fault({ operation: 'create', fault: { kind: 'lose_reply' } });
    const { body: payin } = await api.create({ provider: 'hellopay', rail: 'BRE_B' });
    expect(payin.status).toBe('CREATED');
    await timePasses(database, 60);
    const found = await api.reaches(payin.id, 'PENDING');
    expect(found.instructions).toMatchObject({ type: 'breb_key' });
    const { control, order } = await providerSide(testApp, payin, 'hellopay');
    expect(await control.orders(order.reference)).toHaveLength(1);
    expect((await api.events(payin.id)).filter(({ type }) => type.startsWith('attempt.'))).toMatchObject([
      { type: 'attempt.unknown' },
      { type: 'attempt.opened', source: 'recovery' },
    ]);
    await sandbox.hellopay.setSwitches({ processing: true });
  });
});

describe('TeemoPay', () => {
  it('adds up several payments on one order, one receipt for each', async () => {
    const { api } = testApp;
    const payin = await api.open({ provider: 'teemopay', rail: 'BRE_B', amountInCents: 5_000_000 });
    const { control, order } = await providerSide(testApp, payin, 'teemopay');
    await control.pay(order.id, { amountInCents: 2_000_000, webhook: 'twice' });
    await api.reaches(payin.id, 'UNDERPAID');
    expect(await kinds(payin)).toEqual(['UNDERPAID']);
    await control.pay(order.id, { amountInCents: 3_000_000, webhook: 'twice' });
    const whole = await api.reaches(payin.id, 'APPROVED');
    expect(whole.receipts.map(({ amountInCents }) => amountInCents)).toEqual([2_000_000, 3_000_000]);
    expect(new Set(whole.receipts.map(({ paymentId }) => paymentId)).size).toBe(2);
    expect(whole.receipts.every(({ feeInCents }) => feeInCents !== null)).toBe(true);
    expect((await api.discrepancies(payin.id)).map(({ status }) => status)).toEqual(['RESOLVED']);
  });

  it('has its payments found one by one when no callback comes', async () => {
    const { api } = testApp;
    const payin = await api.open({ provider: 'teemopay', rail: 'BRE_B', amountInCents: 5_000_000 });
    const { control, order } = await providerSide(testApp, payin, 'teemopay');
    await control.pay(order.id, { amountInCents: 2_000_000, webhook: 'none' });
    await control.pay(order.id, { amountInCents: 4_000_000, webhook: 'none' });
    await refresh(payin);
    const paid = await api.payin(payin.id);
    expect(paid).toMatchObject({ status: 'APPROVED', amountStatus: 'OVERPAID', amountReceivedInCents: 6_000_000 });
    expect(paid.receipts).toHaveLength(2);
  });

  it('has money counted once, told as a sum first and payment by payment later', async () => {
    const { api, sandbox } = testApp;
    await sandbox.teemopay.setSwitches({ queryShape: 'without_statements' });
    try {
      const payin = await api.open({ provider: 'teemopay', rail: 'BRE_B', amountInCents: 5_000_000 });
      const { control, order } = await providerSide(testApp, payin, 'teemopay');
      await control.pay(order.id, { webhook: 'none' });
      await refresh(payin);
      expect(await api.payin(payin.id)).toMatchObject({ status: 'APPROVED', amountReceivedInCents: 5_000_000 });
      expect(await control.webhook(order.id)).toMatchObject([{ httpStatus: 200 }]);
      await sandbox.teemopay.setSwitches({ queryShape: 'current' });
      await refresh(payin);
      expect(await api.payin(payin.id)).toMatchObject({ status: 'APPROVED', amountReceivedInCents: 5_000_000 });
      expect(await kinds(payin)).toEqual([]);
    } finally {
      await sandbox.teemopay.setSwitches({ queryShape: 'current' });
    }
  });

  it('is asked when its signed callback tells of a payment that cannot be read', async () => {
    const { api, database } = testApp;
    const payin = await api.open({ provider: 'teemopay', rail: 'NEQUI' });
    const { control, order } = await providerSide(testApp, payin, 'teemopay');
    await control.pay(order.id, { webhook: 'none' });
    await database.query(`update payins set due_at = now() + interval '1 hour' where id = $1`, [payin.id]);
    const body = { merchantOrderNo: order.reference, tradeNo: order.id, status: '2', paymentAmount: 'a lot' };
    expect(await control.webhook(order.id, { body })).toMatchObject([{ httpStatus: 200 }]);
    expect(await api.reaches(payin.id, 'APPROVED')).toMatchObject({ amountReceivedInCents: 5_000_000 });
    // It stays where people look for what nobody could read.
    await until('the callback to be done with', async () => {
      const [row] = await database.query<{ outcome: string; due_at: Date | null }>(
        'select outcome, due_at from inbound_webhooks where provider_reference = $1',
        [order.reference],
      );
      return row?.outcome === 'unreadable' && row.due_at === null;
    });
  });

  it('takes money back by a refund', async () => {
    const { api } = testApp;
    const payin = await api.open({ provider: 'teemopay', rail: 'NEQUI' });
    const { control, order } = await providerSide(testApp, payin, 'teemopay');
    await control.pay(order.id);
    await api.reaches(payin.id, 'APPROVED');
    await control.reverse(order.id, { webhook: 'none' });
    await refresh(payin);
    expect((await api.payin(payin.id)).status).toBe('REVERSED');
  });

  it('refuses inside a reply of success, and the next provider of the rail takes the order', async () => {
    const { api, sandbox } = testApp;
    await sandbox.teemopay.setSwitches({ channelFailure: 'network' });
    try {
      const refused = await api.create({ provider: 'teemopay', rail: 'NEQUI' });
      expect(refused.body).toMatchObject({ status: 'FAILED', errorCode: 'NETWORK_UNSTABLE' });
    } finally {
      await sandbox.teemopay.setSwitches({ channelFailure: 'none' });
    }
  });
});

describe('a rail with several providers', () => {
  it('goes to the next provider when the first certainly did not take the order, and the history tells why', async () => {
    const { api, sandbox } = testApp;
    await sandbox.hellopay.fault({
      operation: 'create',
      fault: { kind: 'status', status: 401, body: '{"message":"Unauthorized"}' },
    });
    const payin = await api.open({ rail: 'NEQUI' });
    expect(payin.provider).toBe('teemopay');
    const events = await api.events(payin.id);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'attempt.not_executed',
        data: expect.objectContaining({ provider: 'hellopay' }),
      }),
    );
  });

  it('stops at the first provider when it may have taken the order', async () => {
    const { api, sandbox } = testApp;
    const before = (await sandbox.teemopay.orders()).length;
    // No webhook tells of the order first.
    await sandbox.hellopay.setSwitches({ processing: false });
    await sandbox.hellopay.fault({ operation: 'create', fault: { kind: 'lose_reply' } });
    const { body: payin } = await api.create({ rail: 'NEQUI' });
    expect(payin).toMatchObject({ status: 'CREATED', provider: 'hellopay' });
    expect(await sandbox.teemopay.orders()).toHaveLength(before);
    expect(await sandbox.hellopay.orders()).toContainEqual(expect.objectContaining({ closedAt: null }));
    await sandbox.hellopay.setSwitches({ processing: true });
  });

  it('skips a provider that cannot take the payer’s data, and says so when none can', async () => {
    const customer = { name: 'Ana Gómez', phone: '+573121234567', email: 'ana@example.com' };
    const { api } = testApp;
    // HelloPay has no word for a TI, TeemoPay neither.
    const nobody = await api.create({
      rail: 'NEQUI',
      inlineCustomer: { ...customer, idType: 'TI', idNumber: '1234567890' },
    });
    expect(nobody).toMatchObject({ status: 422, body: { code: 'PROVIDER_RULE' } });
    expect(JSON.stringify(nobody.body)).toContain('HelloPay takes');
    // On Nequi the phone is the wallet.
    const landline = { ...customer, phone: '+571234567890', idType: 'CC', idNumber: '1234567890' };
    for (const provider of ['hellopay', 'teemopay'])
      expect(await api.create({ provider, rail: 'NEQUI', inlineCustomer: landline })).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'inlineCustomer.phone' }] },
      });
    // A NIT is not taken by TumiPay, whose turn it is first; HelloPay gets it without its check digit.
    const company = { ...customer, idType: 'NIT', idNumber: '860.002.964-4' };
    const pse = { bank: '1007', personType: 'JURIDICA' };
    const someone = await api.create({ rail: 'PSE', pse, inlineCustomer: company });
    expect(someone.body.provider).toBe('hellopay');
    const sent = (await testApp.sandbox.hellopay.calls()).filter(({ method }) => method === 'POST');
    expect(JSON.parse(sent.at(-1)!.body)).toMatchObject({
      inlineCustomer: { idType: 'CO_NIT', idNumber: '860002964' },
    });
  });

  it('gives a provider orders while only questions fail, tries it last while orders do, and operators see both', async () => {
    const { api, sandbox } = testApp;
    const health = async () => (await api.call<{ data: unknown[] }>('GET', '/health/providers')).body.data;
    const failing = expect.objectContaining({ breaker: 'open', lastFailureAt: expect.any(String) });
    const well = expect.objectContaining({ breaker: 'closed' });
    await sandbox.hellopay.fault({ operation: 'query', fault: { kind: 'status', status: 503 }, times: 1_000 });
    const waiting = await api.open({ provider: 'hellopay', rail: 'BRE_B' });
    for (let failures = 0; failures < 5; failures += 1) expect((await refresh(waiting)).status).toBe(503);
    expect(await health()).toContainEqual(
      expect.objectContaining({ provider: 'hellopay', orders: well, questions: failing }),
    );
    expect((await api.open({ rail: 'NEQUI' })).provider).toBe('hellopay');

    await sandbox.hellopay.fault({ operation: 'create', fault: { kind: 'status', status: 503 }, times: 5 });
    for (let failures = 0; failures < 5; failures += 1) await api.create({ provider: 'hellopay', rail: 'BRE_B' });
    expect(await health()).toContainEqual(expect.objectContaining({ provider: 'hellopay', orders: failing }));
    expect(await health()).toContainEqual(
      expect.objectContaining({ provider: 'teemopay', orders: well, questions: well }),
    );
    expect((await api.open({ rail: 'NEQUI' })).provider).toBe('teemopay');
  });
});
