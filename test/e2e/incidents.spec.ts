import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ControlClient, OrderView, ProviderName } from '@recaudo/sandbox';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { anotherKey } from '../support/another-key.js';
import { payinRequest, ticketOf } from '../support/api-client.js';
import { providerSide } from '../support/provider-side.js';
import { type TestApp, startTestApp } from '../support/test-app.js';
import { timePasses } from '../support/time.js';
import { until } from '../support/until.js';

/** What went wrong elsewhere, in public, is told above each test; docs/incidents.md has the whole list. */
const PROVIDERS = ['tumipay', 'hellopay', 'teemopay'] as const;
/** A retry schedule's first waits, and more. */
const NEXT_ATTEMPTS_SECONDS = 600;

const NOT_FOUND_AT_PROVIDER = {
  kind: 'status',
  status: 404,
  body: '{"code":"00","status":"ERROR","error":"TRANSACTION_NOT_FOUND"}',
} as const;

let testApp: TestApp;

beforeAll(async () => {
  // Nothing is asked about by itself while a test lasts.
  const never = '{"pollSeconds":[3600]}';
  testApp = await startTestApp({
    PROVIDERS: PROVIDERS.join(),
    RAIL_POLICY_PSE: never,
    RAIL_POLICY_BRE_B: never,
    RAIL_POLICY_EFECTY: never,
  });
});
afterEach(async () => {
  for (const name of PROVIDERS) await testApp.sandbox.provider(name).clearFaults();
  testApp.merchant.answer(200);
});
afterAll(() => testApp?.close());

const refresh = ({ id }: { id: string }) => testApp.api.call<PresentedPayin>('POST', `/payins/${id}/refresh`);

/** The statuses that a payin has had, in their order. */
async function course({ id }: { id: string }): Promise<unknown[]> {
  return (await testApp.api.events(id)).flatMap(({ to }) => (to === null ? [] : [to]));
}

async function inboxIsDone(): Promise<void> {
  await until('all webhooks to be worked on', async () => {
    const [row] = await testApp.database.query<{ left: number }>(
      `select count(*)::int as left from inbound_webhooks where outcome is null or due_at <= now()`,
    );
    return row?.left === 0;
  });
}

describe('a create that is sent again', () => {
  // akash-network/console #3449: a retry of a slow charge that had gone through charged two and three times.
  it('because its answer was slow opens no second order', async () => {
    const { api, sandbox } = testApp;
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'delay', delayMs: 1_000, executed: true } });
    const before = (await sandbox.tumipay.orders()).length;
    const body = JSON.stringify(payinRequest({ provider: 'tumipay' }));
    const impatient = fetch(`${api.url}/payins`, {
      method: 'POST',
      headers: { ...api.authorization, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(300),
    });
    await expect(impatient).rejects.toMatchObject({ name: 'TimeoutError' });
    const again = await api.call<PresentedPayin>('POST', '/payins', body);
    expect(again.body.status).toBe('PENDING');
    expect(await sandbox.tumipay.orders()).toHaveLength(before + 1);
  });

  // tempoxyz/pympp #155: the key held a token that changed. square/square-mcp-server #31: it was to be new for every request.
  it('with new headers, and another key of the same organization, is the same: only the reference counts', async () => {
    const { api, database, sandbox } = testApp;
    const request = payinRequest({ provider: 'tumipay' });
    const first = await api.call<PresentedPayin>('POST', '/payins', request, { 'idempotency-key': 'one' });
    const { organizationId, id } = first.body;
    const before = (await sandbox.tumipay.orders()).length;
    const { api: other } = await anotherKey(testApp, organizationId);
    for (const client of [api, other]) {
      const headers = { 'idempotency-key': crypto.randomUUID(), 'x-request-id': crypto.randomUUID() };
      const again = await client.call<PresentedPayin>('POST', '/payins', request, headers);
      expect(again).toMatchObject({ status: 200, body: { id } });
    }
    expect(await database.query('select 1 from payins where reference = $1', [request['reference']])).toHaveLength(1);
    expect(await sandbox.tumipay.orders()).toHaveLength(before);
  });

  // saleor/saleor #19220: a webhook and a checkout at once made two payment intents.
  it('while a webhook reports its order before the first answer does is one payin and one order', async () => {
    const { api, sandbox } = testApp;
    const known = new Set((await sandbox.tumipay.orders()).map(({ id }) => id));
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'delay', delayMs: 700, executed: true } });
    const request = payinRequest({ provider: 'tumipay' });
    const first = api.call<PresentedPayin>('POST', '/payins', request);
    const order = await until('the order to be taken', async () =>
      (await sandbox.tumipay.orders()).find(({ id }) => !known.has(id)),
    );
    const [again] = await Promise.all([
      api.call<PresentedPayin>('POST', '/payins', request),
      sandbox.tumipay.webhook(order.id, { copies: 3 }),
    ]);
    expect([(await first).status, again.status]).toEqual([201, 200]);
    // The webhook, too, may have been noted in the history between the two.
    expect({ ...again.body, updatedAt: '' }).toEqual({ ...(await first).body, updatedAt: '' });
    expect(await course(again.body)).toEqual(['CREATED', 'PENDING']);
    expect((await sandbox.tumipay.orders()).filter(({ id }) => !known.has(id))).toHaveLength(1);
  });
});

describe('a payment', () => {
  // medusajs/medusa #13301: the shop's own confirmation and the webhook raced, and the order was lost one time in twenty.
  it('that webhook, poll and the merchant’s own question find in the same moment is booked once and notified once', async () => {
    const { api, sandbox, merchant, database } = testApp;
    const payin = await api.open({ provider: 'tumipay', callbackUrl: merchant.url });
    await sandbox.tumipay.pay(ticketOf(payin), { webhook: 'none' });
    const [, , ...answers] = await Promise.all([
      sandbox.tumipay.webhook(ticketOf(payin), { copies: 5 }),
      database.query('update payins set due_at = now() where id = $1', [payin.id]),
      ...Array.from({ length: 5 }, () => refresh(payin)),
    ]);
    expect(new Set(answers.map(({ body }) => body.status))).toEqual(new Set(['APPROVED']));
    await inboxIsDone();
    expect((await api.payin(payin.id)).receipts).toHaveLength(1);
    expect(await course(payin)).toEqual(['CREATED', 'PENDING', 'APPROVED']);
    await merchant.eventOf(payin.id, 'payin.approved');
    const notified = merchant.received.filter(({ message }) => message.data.id === payin.id);
    const approved = notified.filter(({ message }) => message.type === 'payin.approved');
    expect(new Set(approved.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  // Pinelab-studio/pinelab-vendure-plugins #620: the same webhook three times at once settled three times.
  it.each(PROVIDERS)('that %s reports three times at once is booked once', async (name) => {
    const payin = await testApp.api.open({ provider: name, rail: 'BRE_B' });
    const { control, order } = await sideOf(payin, name);
    await control.pay(order.id, { webhook: 'none' });
    const sent = await control.webhook(order.id, { copies: 3 });
    expect(sent.map((one) => 'httpStatus' in one && one.httpStatus)).toEqual([200, 200, 200]);
    await testApp.api.reaches(payin.id, 'APPROVED');
    await inboxIsDone();
    expect((await testApp.api.payin(payin.id)).receipts).toHaveLength(1);
    expect(await course(payin)).toEqual(['CREATED', 'PENDING', 'APPROVED']);
  });

  // getlago/lago-api #3228: two kinds of event about one success raced on the same row.
  it('that two kinds of webhook report at once is booked once, and the older kind does not win', async () => {
    const payin = await testApp.api.open({ provider: 'hellopay', rail: 'BRE_B' });
    const { control, order } = await sideOf(payin, 'hellopay');
    await control.pay(order.id, { webhook: 'none' });
    await Promise.all([
      control.webhook(order.id, { copies: 3 }),
      control.webhook(order.id, { status: 'PROCESSING' as never, copies: 3 }),
    ]);
    await testApp.api.reaches(payin.id, 'APPROVED');
    await inboxIsDone();
    expect(await course(payin)).toEqual(['CREATED', 'PENDING', 'APPROVED']);
  });

  // polarsource/polar #13315: the webhook of the intent took settled payments back to pending.
  it.each(PROVIDERS)('is not reversed by an older webhook of %s that says that the order waits', async (name) => {
    const waits = { tumipay: 'PENDING', hellopay: 'PENDING', teemopay: '1' }[name];
    const payin = await testApp.api.open({ provider: name, rail: 'BRE_B' });
    const { control, order } = await sideOf(payin, name);
    await control.pay(order.id);
    await testApp.api.reaches(payin.id, 'APPROVED');
    await control.webhook(order.id, { status: waits as never });
    await inboxIsDone();
    expect(await course(payin)).toEqual(['CREATED', 'PENDING', 'APPROVED']);
  });

  // 202-ecommerce/stripe_official #78: the second method was paid, then the first one's failure set the order to error.
  it('of the order that replaced a lost one is not undone when the lost one fails', async () => {
    const { api, sandbox, database } = testApp;
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'lose_reply' } });
    await sandbox.tumipay.fault({ operation: 'query', fault: NOT_FOUND_AT_PROVIDER, times: 1_000 });
    const { body: payin } = await api.create({ provider: 'tumipay' });
    await timePasses(database, 60);
    const attempts = await until('the lost order to be replaced', async () => {
      const rows = await database.query<{ reference: string }>(
        'select provider_reference as reference from attempts where payin_id = $1 order by started_at',
        [payin.id],
      );
      return rows.length === 2 && rows.map(({ reference }) => reference);
    });
    await sandbox.tumipay.clearFaults();
    await api.reaches(payin.id, 'PENDING');
    const [lost = '', replacement = ''] = attempts;
    await sandbox.tumipay.pay(replacement);
    await api.reaches(payin.id, 'APPROVED');
    await sandbox.tumipay.reject(lost);
    await inboxIsDone();
    expect(await course(payin)).toEqual(['CREATED', 'PENDING', 'APPROVED']);
  });

  // mercadopago/cart-woocommerce #73, #190, #196: orders were canceled while a payment in cash was pending, and it was approved.
  it('in cash for a payin that was canceled meanwhile is booked as late, and the merchant is notified', async () => {
    const { api, merchant } = testApp;
    const payin = await api.open({ provider: 'teemopay', rail: 'EFECTY', callbackUrl: merchant.url });
    await api.call('POST', `/payins/${payin.id}/cancel`);
    const { control, order } = await sideOf(payin, 'teemopay');
    await control.pay(order.id);
    await api.reaches(payin.id, 'APPROVED');
    expect(await course(payin)).toEqual(['CREATED', 'PENDING', 'CANCELED', 'APPROVED']);
    expect((await api.discrepancies(payin.id)).map(({ kind }) => kind)).toEqual(['LATE_PAYMENT']);
    await merchant.eventOf(payin.id, 'payin.late_payment');
  });
});

describe('a webhook', () => {
  // medusajs/medusa #14205: one that said "processing" completed the cart.
  it('that says that a payment is under way pays nothing', async () => {
    const payin = await testApp.api.open({ provider: 'hellopay', rail: 'BRE_B', callbackUrl: testApp.merchant.url });
    await until('it to be heard', async () =>
      (await testApp.api.events(payin.id)).some(({ data }) => data['rawStatus'] === 'PROCESSING'),
    );
    await inboxIsDone();
    expect(await testApp.api.payin(payin.id)).toMatchObject({ status: 'PENDING', amountReceivedInCents: 0 });
    expect(await course(payin)).toEqual(['CREATED', 'PENDING']);
  });

  // vendurehq/vendure #2657: one that came after the order was shipped got a 500, and was sent again for ever.
  it('is acknowledged and done with, whatever has become of its payin', async () => {
    const { api, sandbox, database } = testApp;
    const payins = await Promise.all([1, 2, 3, 4].map(() => api.open({ provider: 'tumipay' })));
    const [paid, rejected, canceled, expired] = payins as [
      PresentedPayin,
      PresentedPayin,
      PresentedPayin,
      PresentedPayin,
    ];
    await sandbox.tumipay.pay(ticketOf(paid));
    await sandbox.tumipay.reject(ticketOf(rejected));
    await api.call('POST', `/payins/${canceled.id}/cancel`);
    await database.query('update payins set expires_at = now(), due_at = now() where id = $1', [expired.id]);
    const ends = {
      [paid.id]: 'APPROVED',
      [rejected.id]: 'REJECTED',
      [canceled.id]: 'CANCELED',
      [expired.id]: 'EXPIRED',
    };
    for (const [id, status] of Object.entries(ends)) await api.reaches(id, status);
    for (const payin of payins) {
      for (const status of ['PENDING', 'REJECTED'] as const)
        expect(await sandbox.tumipay.webhook(ticketOf(payin), { status })).toMatchObject([{ httpStatus: 200 }]);
    }
    await inboxIsDone();
    for (const [id, status] of Object.entries(ends)) expect((await api.payin(id)).status).toBe(status);
  });
});

describe('a question that the provider answers with an error', () => {
  // juspay/hyperswitch #1475, #3675, #2380: paid payments stayed "processing" on a 4xx, or were made "failed" by a clean-up.
  it.each([400, 401, 403, 404, 409, 422, 429, 500])(
    'HTTP %i neither ends the payin nor keeps it from being found paid',
    async (status) => {
      const { api, sandbox } = testApp;
      const payin = await api.open({ provider: 'tumipay' });
      await sandbox.tumipay.pay(ticketOf(payin), { webhook: 'none' });
      await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status, body: '<html>no</html>' } });
      expect((await refresh(payin)).status).toBe(503);
      expect((await api.payin(payin.id)).status).toBe('PENDING');
      expect((await refresh(payin)).body).toMatchObject({ status: 'APPROVED' });
    },
  );
});

describe('the merchant’s endpoint', () => {
  // juspay/hyperswitch #3408: an event was never sent again because its row was there already; #9278: it was sent with a later status.
  it('that failed receives all that it missed, each message as it was at its time and place', async () => {
    const { api, sandbox, merchant } = testApp;
    merchant.answer(503);
    const payin = await api.open({ provider: 'tumipay', callbackUrl: merchant.url });
    await sandbox.tumipay.pay(ticketOf(payin));
    await api.reaches(payin.id, 'APPROVED');
    await until('all messages to have been tried in vain', () => notifiedOf(payin).length >= 3);
    merchant.received.length = 0;
    merchant.answer(200);
    await timePasses(testApp.database, NEXT_ATTEMPTS_SECONDS);
    await until('all messages to arrive', () => new Set(notifiedOf(payin).map(({ type }) => type)).size === 3);
    const notified = new Map(notifiedOf(payin).map(({ type, data }) => [data.sequence, `${type}: ${data.status}`]));
    expect([...notified].toSorted(([one], [other]) => one - other).map(([, text]) => text)).toEqual([
      'payin.created: CREATED',
      'payin.pending: PENDING',
      'payin.approved: APPROVED',
    ]);
  });

  // btcpayserver/btcpayserver #3146, #2173: after an endpoint had failed for a while, new invoices fired nothing.
  it('that failed for a while is notified of new payins', async () => {
    const { api, merchant } = testApp;
    merchant.answer(500);
    for (let payins = 0; payins < 10; payins += 1) await api.open({ provider: 'tumipay', callbackUrl: merchant.url });
    await until('many vain tries', () => merchant.received.length >= 10);
    merchant.answer(200);
    const payin = await api.open({ provider: 'tumipay', callbackUrl: merchant.url });
    await until('the new payin to be told of', async () => {
      await timePasses(testApp.database, 60);
      return notifiedOf(payin).some(({ type }) => type === 'payin.pending');
    });
  });
});

function notifiedOf({ id }: { id: string }) {
  return testApp.merchant.received.map(({ message }) => message).filter(({ data }) => data.id === id);
}

/** As `providerSide`, for any of them. */
async function sideOf(payin: PresentedPayin, name: ProviderName) {
  const side = await providerSide(testApp, payin, name);
  return side as unknown as { control: ControlClient<never>; order: OrderView<never> };
}
