import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProviderName } from '@recaudo/sandbox';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { ticketOf } from '../support/api-client.js';
import { providerSide } from '../support/provider-side.js';
import { type TestApp, startTestApp } from '../support/test-app.js';
import { timePasses } from '../support/time.js';
import { until } from '../support/until.js';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: 'tumipay,hellopay,teemopay' });
  // The providers' orders live as long as the test wants them to, and no webhook ever comes.
  await testApp.sandbox.tumipay.setSwitches({ expires: false });
  await testApp.sandbox.hellopay.setSwitches({ processing: false });
});
afterAll(() => testApp?.close());

/** Lets time pass in steps, as a service that never stops would see it: each look that falls due is taken before the next step. */
async function live(payins: PresentedPayin | readonly PresentedPayin[], seconds: number, stepSeconds: number) {
  for (let lived = 0; lived < seconds; lived += stepSeconds) {
    const before = await rowsOf(payins);
    await timePasses(testApp.database, Math.min(stepSeconds, seconds - lived));
    await until('what is due to be done', async () => {
      const after = await rowsOf(payins);
      return after.every(({ due, fencingToken, checks, version }, index) => {
        const old = before[index]!;
        const isDone = checks !== old.checks || version !== old.version;
        return !due && (isDone || fencingToken === old.fencingToken);
      });
    });
  }
}

function rowsOf(payins: PresentedPayin | readonly PresentedPayin[]) {
  return testApp.database.query<{ due: boolean; fencingToken: number; checks: number; version: number }>(
    `select coalesce(due_at <= now() + interval '1 second', false) as due, fencing_token as "fencingToken", checks, version from payins where id = any($1) order by id`,
    [[payins].flat().map(({ id }) => id)],
  );
}

async function checksOf(payin: PresentedPayin): Promise<number> {
  const calls = await testApp.sandbox.tumipay.calls('query');
  return calls.filter(({ url }) => url.endsWith(ticketOf(payin))).length;
}

describe('with every webhook dropped', () => {
  it('a PSE payment that is approved in minute 34 is found within the next five minutes', async () => {
    const { api, sandbox } = testApp;
    const payin = await api.open({ rail: 'PSE' });
    await live(payin, 34 * MINUTE, 17 * MINUTE);
    expect((await api.payin(payin.id)).status).toBe('PENDING');
    await sandbox.tumipay.pay(ticketOf(payin), { webhook: 'none' });
    await live(payin, 5 * MINUTE, 5 * MINUTE);
    expect((await api.payin(payin.id)).status).toBe('APPROVED');
  });

  it('an Efecty voucher that is paid on day 5 of 7 is found within half an hour, asked about only now and then', async () => {
    const { api, sandbox } = testApp;
    const payin = await api.open({ rail: 'EFECTY', expiresInMinutes: (7 * DAY) / MINUTE });
    await live(payin, 5 * DAY, DAY);
    const checks = await checksOf(payin);
    await sandbox.tumipay.pay(ticketOf(payin), { webhook: 'none' });
    await live(payin, 30 * MINUTE, 30 * MINUTE);
    expect((await api.payin(payin.id)).status).toBe('APPROVED');
    expect(checks).toBeLessThan(30);
  });

  it('an Efecty voucher that is paid on day 5 of 3 is late money, and the merchant learns that it was', async () => {
    const { api, sandbox, merchant } = testApp;
    const payin = await api.open({ rail: 'EFECTY', callbackUrl: merchant.url });
    await live(payin, 3 * DAY, DAY);
    await api.reaches(payin.id, 'EXPIRED');
    await live(payin, 2 * DAY, DAY);
    await sandbox.tumipay.pay(ticketOf(payin), { webhook: 'none' });
    await live(payin, DAY, 12 * 60 * MINUTE);
    expect((await api.payin(payin.id)).status).toBe('APPROVED');
    expect((await api.discrepancies(payin.id)).map(({ kind }) => kind)).toEqual(['LATE_PAYMENT']);
    await merchant.eventOf(payin.id, 'payin.late_payment');
  });

  it('a payin of which its provider cannot say anything until the window closes stays open, and is shown to a person', async () => {
    const { api, sandbox } = testApp;
    const payin = await api.open({ rail: 'PSE' });
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 503 }, times: 1_000 });
    await live(payin, 4 * DAY, 2 * DAY);
    await sandbox.tumipay.clearFaults();
    expect((await api.payin(payin.id)).status).toBe('PENDING');
    expect((await api.discrepancies(payin.id)).map(({ kind }) => kind)).toEqual(['MISSING_AT_PROVIDER']);
    await live(payin, DAY, DAY);
    expect((await api.payin(payin.id)).status).toBe('EXPIRED');
  });

  it('a payin of which nothing can be learnt is asked about no more by itself once a person has been told; a webhook revives it', async () => {
    const { api, sandbox, database } = testApp;
    const payin = await api.open({ rail: 'PSE' });
    const dueAt = async () =>
      (await database.query<{ due_at: Date | null }>('select due_at from payins where id = $1', [payin.id]))[0]?.due_at;
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 503 }, times: 1_000 });
    await live(payin, 4 * DAY, 2 * DAY);
    expect(await dueAt()).not.toBeNull();
    await live(payin, DAY, DAY);
    expect(await dueAt()).toBeNull();
    expect((await api.call('POST', `/payins/${payin.id}/refresh`)).status).toBe(503);
    expect(await dueAt()).toBeNull();
    expect((await api.payin(payin.id)).status).toBe('PENDING');
    expect((await api.discrepancies(payin.id)).map(({ kind }) => kind)).toEqual(['MISSING_AT_PROVIDER']);
    await sandbox.tumipay.clearFaults();
    await sandbox.tumipay.pay(ticketOf(payin));
    await api.reaches(payin.id, 'APPROVED');
  });

  it('a provider that asks to be left alone is left alone for that long', async () => {
    const { api, sandbox, database } = testApp;
    const payin = await api.open({ rail: 'PSE' });
    const fault = { kind: 'status' as const, status: 503, headers: { 'retry-after': '600' } };
    // Payins of other tests are asked about, too.
    await sandbox.tumipay.fault({ operation: 'query', fault, times: 1_000 });
    await live(payin, MINUTE, MINUTE);
    await sandbox.tumipay.webhook(ticketOf(payin));
    // While either is being worked on, its time is the end of a lease.
    await until('a look and a webhook to be put off for that long', async () => {
      const waits = await database.query<{ seconds: number }>(
        `select extract(epoch from due_at - now())::int as seconds from payins where id = $1
         union all select extract(epoch from due_at - now())::int from inbound_webhooks where convert_from(raw_body, 'UTF8') like $2`,
        [payin.id, `%${ticketOf(payin)}%`],
      );
      return waits.length === 2 && waits.every(({ seconds }) => seconds > 500);
    });
    await sandbox.tumipay.clearFaults();
  });

  it('looks end when the window for late money closes, and the payin stays as it ended', async () => {
    const { api } = testApp;
    const payin = await api.open({ rail: 'PSE' });
    await live(payin, DAY, 12 * 60 * MINUTE);
    await api.reaches(payin.id, 'EXPIRED');
    await live(payin, 3 * DAY, DAY);
    const [row] = await testApp.database.query('select due_at, status from payins where id = $1', [payin.id]);
    expect(row).toEqual({ due_at: null, status: 'EXPIRED' });
  });
});

const PSE = { bank: '1007', personType: 'NATURAL' };
const OFFERS: readonly [ProviderName, string, Record<string, unknown>?][] = [
  ['tumipay', 'PSE'],
  ['tumipay', 'BRE_B'],
  ['tumipay', 'EFECTY'],
  ['tumipay', 'CARD'],
  ['tumipay', 'ANY'],
  ['hellopay', 'PSE', { pse: PSE }],
  ['hellopay', 'BRE_B'],
  ['hellopay', 'NEQUI'],
  ['teemopay', 'PSE', { pse: PSE }],
  ['teemopay', 'BRE_B'],
  ['teemopay', 'NEQUI'],
  ['teemopay', 'EFECTY'],
  ['teemopay', 'ANY'],
];

describe('with every webhook of every provider dropped', () => {
  it('payins of every rail that are paid, refused, or forgotten by their payer reach their true ends, or a person’s list where only a webhook could tell the amount', async () => {
    const { api } = testApp;
    const stories = await Promise.all(
      OFFERS.map(async ([provider, rail, details]) => {
        const open = () => api.open({ provider, rail, ...details });
        const [paid, refused, forgotten] = await Promise.all([open(), open(), open()]);
        const { control, order } = await providerSide(testApp, paid, provider);
        await control.pay(order.id, { webhook: 'none' });
        await control.reject((await providerSide(testApp, refused, provider)).order.id, { webhook: 'none' });
        return { name: `${provider} ${rail}`, payins: [paid, refused, forgotten] };
      }),
    );
    // The longest life is three days.
    await live(
      stories.flatMap(({ payins }) => payins),
      4 * DAY,
      DAY,
    );
    const ends = await Promise.all(
      stories.map(async ({ name, payins }) => {
        const shown = await Promise.all(payins.map(({ id }) => api.payin(id)));
        return [name, ...shown.map(({ status, amountStatus }) => `${status} ${amountStatus}`)];
      }),
    );
    const echoed = ['tumipay BRE_B', 'tumipay ANY'];
    const paidEnd = (name: string) => (echoed.includes(name) ? 'PENDING UNCONFIRMED' : 'APPROVED EXACT');
    expect(ends).toEqual(stories.map(({ name }) => [name, paidEnd(name), 'REJECTED NONE', 'EXPIRED NONE']));
    for (const { name, payins } of stories) {
      const kinds = (await api.discrepancies(payins[0]!.id)).map(({ kind }) => kind);
      expect([name, kinds]).toEqual([name, echoed.includes(name) ? ['AMOUNT_UNCONFIRMED'] : []]);
    }
  });
});
