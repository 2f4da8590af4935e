import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ticketOf } from '../support/api-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { timePasses } from '../support/time.js';
import { until } from '../support/until.js';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp();
});

afterAll(async () => {
  await testApp?.close();
});

describe('a payin from the merchant to the payer and back', () => {
  it('becomes APPROVED when it is paid exactly, with one receipt and no discrepancy', async () => {
    const { api, sandbox, merchant } = testApp;
    const opened = await api.open({ rail: 'PSE', callbackUrl: merchant.url });
    expect(opened.instructions).toEqual({
      type: 'redirect',
      url: expect.stringContaining('/tumipay/payments/main?s='),
    });

    await sandbox.tumipay.pay(ticketOf(opened));

    const paid = await api.reaches(opened.id, 'APPROVED');
    expect(paid).toMatchObject({ amountReceivedInCents: 5_000_000, amountStatus: 'EXACT', errorCode: null });
    expect(paid.receipts).toHaveLength(1);
    expect(await api.discrepancies(opened.id)).toEqual([]);
    await merchant.eventOf(opened.id, 'payin.approved');
    const notified = merchant.received
      .filter(({ message }) => message.data.id === opened.id)
      .map(({ message }) => message.type);
    expect(notified.toSorted()).toEqual(['payin.approved', 'payin.created', 'payin.pending']);
    expect(merchant.unverified).toEqual([]);
  });

  it('shows the Bre-B key of the provider, as seed 003 names it', async () => {
    const opened = await testApp.api.open({ rail: 'BRE_B' });
    expect(opened.sourceData).toEqual({ keyString: '@tumipaybreb' });
    expect(opened.instructions).toMatchObject({ type: 'breb_key', key: '@tumipaybreb' });
  });

  it.each([
    ['UNDERPAID', 3_000_000, 'UNDERPAID', 'payin.underpaid'],
    ['OVERPAID', 7_000_000, 'APPROVED', 'payin.approved'],
  ])(
    'says %s when a Bre-B payer changes the amount, by the webhook and not by the echo',
    async (kind, paidInCents, status, event) => {
      const { api, sandbox, merchant } = testApp;
      const opened = await api.open({ rail: 'BRE_B', callbackUrl: merchant.url });

      await sandbox.tumipay.pay(ticketOf(opened), { amountInCents: paidInCents, webhook: 'twice' });

      const paid = await api.reaches(opened.id, status);
      expect(paid).toMatchObject({ amountInCents: 5_000_000, amountReceivedInCents: paidInCents, amountStatus: kind });
      const notified = await merchant.eventOf(opened.id, event);
      expect(notified.message.data).toMatchObject({ status, amountStatus: kind, amountReceivedInCents: paidInCents });
      const discrepancies = await api.discrepancies(opened.id);
      expect(discrepancies.filter((discrepancy) => discrepancy.kind === kind)).toMatchObject([
        { status: 'OPEN', expectedInCents: 5_000_000, actualInCents: paidInCents },
      ]);
      // The provider's answer repeats the amount asked: that contradiction is shown, too.
      expect(discrepancies.map((discrepancy) => discrepancy.kind).toSorted()).toEqual(
        ['AMOUNT_CONFLICT', kind].toSorted(),
      );
    },
  );

  it('opens only the one discrepancy when webhook and answer agree on a short amount', async () => {
    const { api, sandbox } = testApp;
    await sandbox.tumipay.setSwitches({ queryAmount: 'settled' });
    try {
      const opened = await api.open({ rail: 'BRE_B' });
      await sandbox.tumipay.pay(ticketOf(opened), { amountInCents: 100_000 });
      await api.reaches(opened.id, 'UNDERPAID');
      expect((await api.discrepancies(opened.id)).map(({ kind }) => kind)).toEqual(['UNDERPAID']);
    } finally {
      await sandbox.tumipay.setSwitches({ queryAmount: 'requested' });
    }
  });

  it('becomes REJECTED with the provider’s reason when the payer refuses', async () => {
    const { api, sandbox, merchant } = testApp;
    const opened = await api.open({ callbackUrl: merchant.url });
    await sandbox.tumipay.reject(ticketOf(opened));
    expect(await api.reaches(opened.id, 'REJECTED')).toMatchObject({ errorCode: 'REJECTED', amountReceivedInCents: 0 });
    await merchant.eventOf(opened.id, 'payin.rejected');
  });

  it('writes its history with source, in order and without a gap', async () => {
    const { api, sandbox } = testApp;
    const opened = await api.open();
    await sandbox.tumipay.pay(ticketOf(opened));
    await api.reaches(opened.id, 'APPROVED');
    const events = await api.events(opened.id);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ to }) => to).map(({ type, from, to }) => [type, from, to])).toEqual([
      ['payin.created', null, 'CREATED'],
      ['payin.pending', 'CREATED', 'PENDING'],
      ['payin.approved', 'PENDING', 'APPROVED'],
    ]);
  });

  it('tells the merchant again until the merchant takes it, under the same id', async () => {
    const { api, merchant } = testApp;
    merchant.answer(500);
    const opened = await api.open({ callbackUrl: merchant.url });
    await merchant.eventOf(opened.id, 'payin.pending');
    merchant.answer(200);
    await until('a second try to be planned', async () => {
      const planned = await testApp.database.query(
        `select from notifications where payin_id = $1 and type = 'payin.pending' and attempts = 1 and due_at > now()`,
        [opened.id],
      );
      return planned.length === 1;
    });
    await timePasses(testApp.database, 6);
    const attempts = await until('a second try', () => {
      const of = merchant.received.filter(
        ({ message }) => message.data.id === opened.id && message.type === 'payin.pending',
      );
      return of.length >= 2 && of;
    });
    expect(new Set(attempts.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(attempts.map(({ raw }) => raw)).size).toBe(1);
  });
});
