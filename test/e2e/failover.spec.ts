import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { payinRequest, ticketOf } from '../support/api-client.js';
import { providerSide } from '../support/provider-side.js';
import { type TestApp, startTestApp } from '../support/test-app.js';
import { timePasses } from '../support/time.js';
import { until } from '../support/until.js';

const PROVIDERS = ['tumipay', 'hellopay', 'teemopay'] as const;
/** So many, asked about a few at a time and answered just before the deadline, keep their provider busy for longer than the test lasts. */
/** A server that refused to serve has certainly not taken what it does not know by then. */
const REFUSAL_SETTLES_SECONDS = 5;
const SLOW_PAYINS = 120;
const SLOW_ANSWER_MS = 9_000;

let testApp: TestApp;

beforeAll(async () => {
  const never = '{"pollSeconds":[86400]}';
  testApp = await startTestApp({ PROVIDERS: PROVIDERS.join(), RAIL_POLICY_BRE_B: never, RAIL_POLICY_PSE: never });
  // Only what the tests do is told.
  await testApp.sandbox.hellopay.setSwitches({ processing: false });
});
afterEach(async () => {
  for (const name of PROVIDERS) await testApp.sandbox.provider(name).clearFaults();
});
afterAll(() => testApp?.close());

describe('an order that providers do not take', () => {
  it('goes on to the next one each time, and every attempt is in the history with its reason', async () => {
    const { api, sandbox } = testApp;
    const refusal = '{"code":"00","status":"ERROR","message":"no","error":"AMOUNT_TOO_LOW"}';
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'status', status: 400, body: refusal } });
    await sandbox.hellopay.fault({ operation: 'create', fault: { kind: 'status', status: 401, body: '{}' } });
    const payin = await api.open({ rail: 'BRE_B' });
    expect(payin.provider).toBe('teemopay');
    const attempts = (await api.events(payin.id)).filter(({ type }) => type.startsWith('attempt.'));
    expect(attempts).toMatchObject([
      {
        type: 'attempt.not_executed',
        data: { provider: 'tumipay', code: 'AMOUNT_TOO_LOW', reason: expect.stringMatching(/^TumiPay refused/) },
      },
      {
        type: 'attempt.not_executed',
        data: { provider: 'hellopay', code: 'AUTHENTICATION', reason: expect.stringMatching(/^HelloPay refused/) },
      },
      { type: 'attempt.opened', data: { provider: 'teemopay', externalId: expect.any(String) } },
    ]);
  });

  it('stops at one that may have taken it, which the history says as well', async () => {
    const { api, sandbox } = testApp;
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'status', status: 503, executed: true } });
    const before = (await sandbox.hellopay.orders()).length;
    const { body: payin } = await api.create({ rail: 'BRE_B' });
    expect(payin).toMatchObject({ status: 'CREATED', provider: 'tumipay' });
    const attempts = (await api.events(payin.id)).filter(({ type }) => type.startsWith('attempt.'));
    expect(attempts).toMatchObject([
      { type: 'attempt.unknown', data: { provider: 'tumipay', reason: expect.stringContaining('HTTP 503') } },
    ]);
    expect(await sandbox.hellopay.orders()).toHaveLength(before);
  });
});

describe('a provider that refuses to serve', () => {
  it('is asked at once whether it has the order all the same; as it has none, the next provider opens it while the payer waits', async () => {
    const { api, sandbox } = testApp;
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'status', status: 503, body: '<h1>busy</h1>' } });
    const { status, body } = await api.create({ rail: 'BRE_B' });
    expect({ status, payin: body.status }).toEqual({ status: 201, payin: 'CREATED' });
    await timePasses(testApp.database, REFUSAL_SETTLES_SECONDS);
    const opened = await api.reaches(body.id, 'PENDING');
    expect(opened).toMatchObject({ provider: 'hellopay', errorCode: null, instructions: { type: 'breb_key' } });
    expect((await api.events(body.id)).filter(({ type }) => type.startsWith('attempt.'))).toMatchObject([
      { type: 'attempt.unknown', data: { provider: 'tumipay', refusedToServe: true } },
      { type: 'attempt.not_executed', data: { provider: 'tumipay', code: 'ORDER_NOT_TAKEN' } },
      { type: 'attempt.opened', data: { provider: 'hellopay' } },
    ]);
    // The plan of questions ends early: it does not wait as long as for a call that may be under way.
    const asked = await questionsAbout(body.id, 'tumipay');
    expect(asked.length).toBeGreaterThanOrEqual(1);
    expect(asked.length).toBeLessThanOrEqual(4);
    expect(await sandbox.tumipay.orders(await referenceAt(body.id, 'tumipay'))).toEqual([]);
    const { body: story } = await api.call<{ en: string[]; es: string[] }>('GET', `/payins/${body.id}/explain`);
    expect(story.en.join(' ')).toContain('tumipay refused to serve');
    expect(story.es.join(' ')).toContain('tumipay se negó a atender');
  });

  it('and has taken the order all the same is found out by the first question, and no other order is opened', async () => {
    const { api, sandbox } = testApp;
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'status', status: 503, executed: true } });
    const before = (await sandbox.hellopay.orders()).length;
    const { body } = await api.create({ rail: 'BRE_B' });
    expect(await api.reaches(body.id, 'PENDING')).toMatchObject({ provider: 'tumipay' });
    expect(await questionsAbout(body.id, 'tumipay')).toHaveLength(1);
    expect(await sandbox.hellopay.orders()).toHaveLength(before);
  });
});

describe('a provider that is slow', () => {
  it('and has an order that it denied is asked about it, also while the provider of the order that replaced it cannot answer', async () => {
    const { api, sandbox, database } = testApp;
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'status', status: 503, executed: true } });
    const body = '{"code":"00","status":"ERROR","error":"TRANSACTION_NOT_FOUND"}';
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 404, body }, times: 1_000 });
    const { id } = (await api.create({ rail: 'BRE_B' })).body;
    await timePasses(database, REFUSAL_SETTLES_SECONDS);
    expect(await api.reaches(id, 'PENDING')).toMatchObject({ provider: 'hellopay' });
    await sandbox.tumipay.clearFaults();
    await sandbox.hellopay.fault({ operation: 'query', fault: { kind: 'status', status: 502 }, times: 1_000 });
    const [notFoundAtProvider] = await database.query<{ reference: string }>(
      `select provider_reference as reference from attempts where payin_id = $1 and provider = 'tumipay'`,
      [id],
    );
    await sandbox.tumipay.pay(notFoundAtProvider!.reference, { webhook: 'none' });
    await api.call('POST', `/payins/${id}/refresh`);
    expect(await api.payin(id)).toMatchObject({ amountStatus: 'UNCONFIRMED' });
    expect((await api.discrepancies(id)).map(({ kind }) => kind)).toEqual(['STATUS_CONFLICT']);
  });

  it('does not keep the payins of another from being opened, told of, asked about and ended', async () => {
    const { api, sandbox, database } = testApp;
    const slow = await Promise.all(Array.from({ length: SLOW_PAYINS }, () => api.open({ provider: 'tumipay' })));
    await Promise.all(slow.map((payin) => sandbox.tumipay.pay(ticketOf(payin), { webhook: 'none' })));
    const slowly = { kind: 'delay', delayMs: SLOW_ANSWER_MS } as const;
    await sandbox.tumipay.fault({ operation: 'query', fault: slowly, times: 10_000 });
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'delay', delayMs: 3_000 }, times: 5 });
    const creates = Promise.all(Array.from({ length: 5 }, () => api.create({ provider: 'tumipay' })));
    const asked = (await sandbox.tumipay.calls('query')).length;
    await Promise.all([
      // Longest due of all, and woken by webhooks, too.
      database.query(`update payins set due_at = now() - interval '1 hour' where id = any($1)`, [
        slow.map(({ id }) => id),
      ]),
      ...slow.slice(0, 20).map((payin) => sandbox.tumipay.webhook(ticketOf(payin))),
    ]);
    await until('the slow one to be asked', async () => (await sandbox.tumipay.calls('query')).length > asked + 10);

    const request = { provider: 'hellopay', rail: 'BRE_B' };
    const [notified, found] = await Promise.all(
      (['send', 'none'] as const).map((webhook) =>
        Promise.all(
          Array.from({ length: 10 }, async () => {
            const payin = await api.open(payinRequest(request));
            const { control, order } = await providerSide(testApp, payin, 'hellopay');
            await control.pay(order.id, { webhook });
            return payin.id;
          }),
        ),
      ),
    );
    await database.query('update payins set due_at = now() where id = any($1)', [found]);
    for (const id of [...notified!, ...found!]) await api.reaches(id, 'APPROVED');

    const paid = await database.query(`select 1 from payins where id = any($1) and status = 'APPROVED'`, [
      slow.map(({ id }) => id),
    ]);
    expect(paid.length).toBeLessThan(SLOW_PAYINS);
    for (const { body } of await creates) expect(body.status).toBe('PENDING');
  });
});

async function referenceAt(payinId: string, provider: string): Promise<string> {
  const [attempt] = await testApp.database.query<{ provider_reference: string }>(
    'select provider_reference from attempts where payin_id = $1 and provider = $2',
    [payinId, provider],
  );
  if (!attempt) throw new Error(`the payin was never tried at ${provider}`);
  return attempt.provider_reference;
}

/** What the provider was asked about the payin's order until it was opened somewhere. */
async function questionsAbout(payinId: string, provider: 'tumipay') {
  const reference = await referenceAt(payinId, provider);
  return (await testApp.sandbox[provider].calls('query')).filter(({ url }) => url.endsWith(reference));
}
