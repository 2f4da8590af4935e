import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { ticketOf } from '../support/api-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp({ RAIL_POLICY_PSE: '{"pollSeconds":[1]}', RAIL_POLICY_BRE_B: '{"pollSeconds":[1]}' });
  // The provider's own clock must not end orders here: our expiry is what is tested.
  await testApp.sandbox.tumipay.setSwitches({ expires: false });
});

afterEach(() => testApp.sandbox.tumipay.clearFaults());
afterAll(() => testApp?.close());

/** Lets a payin's time run out now. */
async function runOut(payin: PresentedPayin): Promise<void> {
  await testApp.database.query('update payins set expires_at = now(), due_at = now() where id = $1', [payin.id]);
}

describe('the sweep', () => {
  it('expires a payin that the provider says is not paid, and tells the merchant', async () => {
    const { api, merchant } = testApp;
    const opened = await api.open({ callbackUrl: merchant.url });
    await runOut(opened);
    expect(await api.reaches(opened.id, 'EXPIRED')).toMatchObject({
      amountReceivedInCents: 0,
      resultAt: expect.any(String),
    });
    await merchant.eventOf(opened.id, 'payin.expired');
    const expired = (await api.events(opened.id)).find(({ to }) => to === 'EXPIRED');
    expect(expired).toMatchObject({ source: 'expiry', from: 'PENDING' });
  });

  it('does not expire a payin that the provider reports as paid, though no webhook ever came', async () => {
    const { api, sandbox } = testApp;
    const opened = await api.open();
    await sandbox.tumipay.pay(ticketOf(opened), { webhook: 'none' });
    await runOut(opened);
    await api.reaches(opened.id, 'APPROVED');
    expect((await api.events(opened.id)).some(({ to }) => to === 'EXPIRED')).toBe(false);
  });

  it('does not expire a payin while the provider cannot say', async () => {
    const { api, sandbox } = testApp;
    const opened = await api.open();
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 503 }, times: 20 });
    await runOut(opened);
    await until('several vain questions', async () => {
      const calls = await sandbox.tumipay.calls('query');
      return (
        calls.filter(({ url, responseStatus }) => url.includes(ticketOf(opened)) && responseStatus === 503).length >= 2
      );
    });
    expect((await api.payin(opened.id)).status).toBe('PENDING');
    await sandbox.tumipay.clearFaults();
    await api.reaches(opened.id, 'EXPIRED');
  });

  it('never leaves a payin expired that is paid in the same instant: late money at most', async () => {
    const { api, sandbox, database } = testApp;
    const opened = await Promise.all(Array.from({ length: 30 }, () => api.open()));
    // Answers of half the questions are old when they arrive: the payment comes after they were given.
    for (let index = 0; index < 15; index += 1) {
      const fault = { kind: 'delay', delayMs: 20 * index, executed: true } as const;
      await sandbox.tumipay.fault({ operation: 'query', fault });
    }
    const webhooks = ['none', 'send', 'twice'] as const;
    await Promise.all([
      database.query('update payins set expires_at = now(), due_at = now() where id = any($1)', [
        opened.map(({ id }) => id),
      ]),
      until('the first questions', async () => (await sandbox.tumipay.calls('query')).length > 0).then(() =>
        Promise.all(
          opened.map((payin, index) => sandbox.tumipay.pay(ticketOf(payin), { webhook: webhooks[index % 3]! })),
        ),
      ),
    ]);
    await until('every payin to be paid', async () => {
      // The next look for late money, which would come in minutes, comes now.
      const left = await database.query(
        `update payins set due_at = case when due_at > now() + interval '1 minute' then now() else due_at end
         where id = any($1) and status <> 'APPROVED' returning 1`,
        [opened.map(({ id }) => id)],
      );
      return left.length === 0;
    });
    for (const { id } of opened) {
      const courses = (await api.events(id)).flatMap(({ to }) => to ?? []);
      const late = courses.includes('EXPIRED');
      expect(courses).toEqual(['CREATED', 'PENDING', ...(late ? ['EXPIRED'] : []), 'APPROVED']);
      expect((await api.payin(id)).receipts).toHaveLength(1);
      expect((await api.discrepancies(id)).map(({ kind }) => kind)).toEqual(late ? ['LATE_PAYMENT'] : []);
    }
  });
});

describe('late money', () => {
  it('moves an expired payin to paid, opens a discrepancy and says that it was late', async () => {
    const { api, sandbox, merchant } = testApp;
    const opened = await api.open({ callbackUrl: merchant.url });
    await runOut(opened);
    await api.reaches(opened.id, 'EXPIRED');
    await sandbox.tumipay.pay(ticketOf(opened));
    await api.reaches(opened.id, 'APPROVED');
    expect((await api.discrepancies(opened.id)).map(({ kind }) => kind)).toEqual(['LATE_PAYMENT']);
    await merchant.eventOf(opened.id, 'payin.approved');
    await merchant.eventOf(opened.id, 'payin.late_payment');
  });

  it('is found without a webhook for as long as the window is open', async () => {
    const { api, sandbox, database } = testApp;
    const opened = await api.open();
    await runOut(opened);
    await api.reaches(opened.id, 'EXPIRED');
    await sandbox.tumipay.pay(ticketOf(opened), { webhook: 'none' });
    const [row] = await database.query<{ due_at: Date | null }>('select due_at from payins where id = $1', [opened.id]);
    expect(row?.due_at).toBeInstanceOf(Date);
    await database.query('update payins set due_at = now() where id = $1', [opened.id]);
    await api.reaches(opened.id, 'APPROVED');
  });

  it('reaches a payin that was rejected', async () => {
    const { api, sandbox } = testApp;
    const opened = await api.open();
    await sandbox.tumipay.reject(ticketOf(opened));
    await api.reaches(opened.id, 'REJECTED');
    await sandbox.tumipay.pay(ticketOf(opened));
    expect(await api.reaches(opened.id, 'APPROVED')).toMatchObject({ errorCode: null });
  });
});

describe('without any webhook', () => {
  it('polling alone brings a payin to its true end', async () => {
    const { api, sandbox } = testApp;
    const [paid, refused] = await Promise.all([api.open(), api.open()]);
    await sandbox.tumipay.pay(ticketOf(paid), { webhook: 'none' });
    await sandbox.tumipay.reject(ticketOf(refused), { webhook: 'none' });
    await api.reaches(paid.id, 'APPROVED');
    await api.reaches(refused.id, 'REJECTED');
  });

  it('a Bre-B payment waits for the webhook that tells its amount before the echo is believed', async () => {
    const { api, sandbox } = testApp;
    const opened = await api.open({ rail: 'BRE_B' });
    await sandbox.tumipay.pay(ticketOf(opened), { amountInCents: 4_000_000, webhook: 'none' });
    await until('the answer to be heard', async () =>
      (await api.events(opened.id)).some(({ data }) => data['status'] === 'APPROVED'),
    );
    expect(await api.payin(opened.id)).toMatchObject({ status: 'PENDING', amountReceivedInCents: 0 });
    await sandbox.tumipay.webhook(ticketOf(opened));
    await api.reaches(opened.id, 'UNDERPAID');
  });
});
