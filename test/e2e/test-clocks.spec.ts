import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FoundPayin } from '../../src/ledger/integrity-check.queries.js';
import { mismatchesOf } from '../../src/ledger/mismatches.js';
import { RETRY_SECONDS } from '../../src/notifications/retry-schedule.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import type { AdvancedTestClockSchema } from '../../src/test-clocks/test-clock.dto.js';
import { TestClockStore } from '../../src/test-clocks/test-clock.store.js';
import { type Answer, type ApiClient, ticketOf } from '../support/api-client.js';
import { type EndpointServer, startEndpointServer } from '../support/endpoint-server.js';
import { expectProblem } from '../support/expect-problem.js';
import { INTEGRITY_CHECK } from '../support/integrity.js';
import { NotificationApi } from '../support/notification-api.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const MANY = 250;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let testApp: TestApp;
let endpointServer: EndpointServer;
/** Another organization, with some of everything. Nothing of it may change. */
let bystander: string;
let rowsOfBystander: string;

beforeAll(async () => {
  endpointServer = await startEndpointServer();
  // As a developer has it: nothing comes by itself for a minute.
  testApp = await startTestApp({
    PROVIDERS: 'tumipay,hellopay,teemopay',
    EXPIRY_SWEEP_SECONDS: '60',
    POLL_TICK_SECONDS: '1',
  });
  const second = await secondOrganization(testApp);
  bystander = second.organizationId;
  await second.api.open({ rail: 'EFECTY' });
  const paid = await second.api.open();
  await testApp.sandbox.tumipay.pay(ticketOf(paid));
  await second.api.reaches(paid.id, 'APPROVED');
  rowsOfBystander = await everythingOf(bystander);
});
afterAll(async () => {
  await testApp?.close();
  await endpointServer?.close();
});

/** All rows of an organization, of every table that has its id. */
async function everythingOf(organizationId: string): Promise<string> {
  const { database } = testApp;
  const tables = await database.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'organization_id'
       and table_name not in ('api_keys', 'integrity_checks', 'personal_data_sweeps', 'unindexed_payins', 'payin_search_terms') order by 1`,
  );
  const rows = [];
  for (const { name } of tables)
    rows.push(
      await database.query(`select to_jsonb(t) as row from ${name} t where organization_id = $1 order by 1`, [
        organizationId,
      ]),
    );
  return JSON.stringify(rows);
}

async function advance(by: string, api = testApp.api): Promise<AdvancedTestClockSchema> {
  const answer = await api.call<AdvancedTestClockSchema>('POST', '/test-clocks/advance', { by });
  expect(answer).toMatchObject({ status: 200, body: { settled: true } });
  return answer.body;
}

/** What the nightly check finds, of all organizations. */
async function integrityOf(organizationId: string): Promise<unknown[]> {
  const check = INTEGRITY_CHECK.replaceAll('(select id from organizations)', `'${organizationId}'`);
  const rows = await testApp.database.query<{ found: FoundPayin[] }>(check);
  return rows.flatMap(({ found }) => found.flatMap(mismatchesOf));
}

async function expectAllWell({ organizationId }: PresentedPayin): Promise<void> {
  expect(await integrityOf(organizationId)).toEqual([]);
  expect(await everythingOf(bystander)).toBe(rowsOfBystander);
  const triggers = await testApp.database.query(
    `select tgrelid::regclass::text as table, tgenabled as enabled from pg_trigger where tgname = 'append_only' order by 1`,
  );
  expect(triggers).toEqual(
    ['audit_entries', 'daily_reports', 'ledger_entries'].map((table) => ({ table, enabled: 'O' })),
  );
}

const ageOf = ({ createdAt }: PresentedPayin): number => Date.now() - Date.parse(createdAt);

describe('a voucher of three days', () => {
  it('expires when they are over and the provider has said that it is not paid, and not a moment earlier', async () => {
    const { api, merchant } = testApp;
    const voucher = await api.open({ rail: 'EFECTY', callbackUrl: merchant.url });
    expect(Date.parse(voucher.expiresAt) - Date.parse(voucher.createdAt)).toBe(3 * DAY_MS);
    await advance('P2DT23H50M');
    expect((await api.payin(voucher.id)).status).toBe('PENDING');
    const { becameDue } = await advance('PT20M');
    expect(becameDue.statusChecks).toBeGreaterThan(0);
    const expired = await api.payin(voucher.id);
    expect(expired.status).toBe('EXPIRED');
    expect(ageOf(expired)).toBeGreaterThan(3 * DAY_MS);
    expect(Date.parse(expired.expiresAt) - Date.parse(expired.createdAt)).toBe(3 * DAY_MS);
    expect(merchant.received.map(({ message }) => message)).toContainEqual(
      expect.objectContaining({ type: 'payin.expired', data: expect.objectContaining({ id: voucher.id }) }),
    );
    await expectAllWell(voucher);
  });

  it('is paid late within its window, and nobody says so: we ask, and it is late money', async () => {
    const { api, sandbox } = testApp;
    const voucher = await api.open({ rail: 'EFECTY' });
    await advance('P3DT1H');
    expect((await api.payin(voucher.id)).status).toBe('EXPIRED');
    await advance('P2D');
    await sandbox.tumipay.pay(ticketOf(voucher), { webhook: 'none' });
    await advance('P1D');
    const paid = await api.payin(voucher.id);
    expect(paid).toMatchObject({ status: 'APPROVED', amountReceivedInCents: voucher.amountInCents });
    // The money came when it came: two days after the end.
    const lateMs = Date.parse(paid.receipts[0]!.receivedAt) - Date.parse(paid.expiresAt);
    expect(lateMs / HOUR_MS).toBeGreaterThan(48);
    expect(lateMs / HOUR_MS).toBeLessThan(73);
    expect((await api.discrepancies(voucher.id)).map(({ kind }) => kind)).toEqual(['LATE_PAYMENT']);
    await expectAllWell(voucher);
  });
});

describe('the window of 72 hours for late money', () => {
  it('is asked about until its end, and afterwards only a webhook or a merchant brings it', async () => {
    const { api, sandbox } = testApp;
    const opened = () => api.open({ rail: 'BRE_B', provider: 'tumipay' });
    const [within, outside] = [await opened(), await opened()];
    await advance('PT16M');
    expect((await api.payin(within.id)).status).toBe('EXPIRED');
    await advance('PT60H');
    await sandbox.tumipay.pay(ticketOf(within), { webhook: 'none' });
    await advance('PT13H');
    // The payer of a Bre-B key may change the amount: an answer alone proves none.
    expect(await api.payin(within.id)).toMatchObject({ amountStatus: 'UNCONFIRMED' });
    await sandbox.tumipay.pay(ticketOf(outside), { webhook: 'none' });
    await advance('P10D');
    expect(await api.payin(outside.id)).toMatchObject({ status: 'EXPIRED', amountStatus: 'NONE' });
    await sandbox.tumipay.webhook(ticketOf(outside));
    expect(await api.reaches(outside.id, 'APPROVED')).toMatchObject({ amountStatus: 'EXACT' });
    await expectAllWell(within);
  });
});

describe('a chargeback on day 90', () => {
  it('reverses a payin that was paid, though no webhook says so', async () => {
    const { api, sandbox } = testApp;
    const payin = await api.open({ rail: 'NEQUI', provider: 'hellopay' });
    const [order] = await sandbox.hellopay.orders();
    await sandbox.hellopay.pay(order!.id);
    await api.reaches(payin.id, 'APPROVED');
    await advance('P90D');
    await sandbox.hellopay.reverse(order!.id, { webhook: 'none' });
    expect((await api.payin(payin.id)).status).toBe('APPROVED');
    await advance('P1DT1H');
    const reversed = await api.payin(payin.id);
    expect(reversed.status).toBe('REVERSED');
    const after = Date.parse(reversed.chargebackAt!) - Date.parse(reversed.receipts[0]!.receivedAt);
    expect(after / DAY_MS).toBeGreaterThan(90);
    expect(after / DAY_MS).toBeLessThan(91.2);
    await expectAllWell(payin);
  });
});

describe('five days of retries', () => {
  it('are made one by one at a dead endpoint, which is disabled when the next message fails', async () => {
    const { api } = testApp;
    const notifications = new NotificationApi(api);
    endpointServer.answers((response) => void response.writeHead(500).end());
    const { id: endpointId } = await notifications.createEndpoint({ url: endpointServer.url });
    const first = await notifications.sendTest(endpointId);
    await notifications.tried(first);
    await advance('P4D');
    const { attempts, status } = await notifications.notification(first);
    expect(status).toBe('FAILED');
    expect(attempts).toHaveLength(RETRY_SECONDS.length + 1);
    const waits = attempts.slice(1).map(({ at }, index) => (Date.parse(at) - Date.parse(attempts[index]!.at)) / 1000);
    for (const [index, planned] of RETRY_SECONDS.entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(planned - 1);
      // A fifth longer at most, and what the step and the attempt took.
      expect(waits[index]).toBeLessThan(planned * 1.2 + 5);
    }
    expect((await notifications.endpoint(endpointId)).status).toBe('ENABLED');
    await advance('P1DT1H');
    await notifications.tried(await notifications.sendTest(endpointId));
    expect(await notifications.endpoint(endpointId)).toMatchObject({ status: 'DISABLED', disabledReason: 'FAILING' });
    await api.call('DELETE', `/webhook-endpoints/${endpointId}`);
    await expectAllWell(await api.open());
  });
});

describe('what is of a day or a time afterwards', () => {
  const daily = async (api: ApiClient, createdAt: string) => {
    const date = new Date(Date.parse(createdAt) - 5 * HOUR_MS).toISOString().slice(0, 10);
    return api.call<{ rows: { asked: number; paid: number; grossInCents: number }[] }>(
      'GET',
      `/reports/daily?date=${date}`,
    );
  };

  it('is of the day on which it has happened by then: reports add up, and lists find it', async () => {
    const { api } = await secondOrganization(testApp);
    const { sandbox } = testApp;
    const old = await api.open({ reference: 'old' });
    await sandbox.tumipay.pay(ticketOf(old));
    await api.reaches(old.id, 'APPROVED');
    // Kept as it is shown, until time passes.
    expect((await daily(api, old.createdAt)).body.rows).toMatchObject([{ asked: 1, paid: 1 }]);
    await advance('P3D', api);
    const aged = await api.payin(old.id);
    const then = await until('the day to be summed up', async () => {
      const report = await daily(api, aged.createdAt);
      return report.status === 200 && report;
    });
    expect(then.body.rows).toMatchObject([{ asked: 1, paid: 1, grossInCents: old.amountInCents }]);
    await advance('P2D', api);
    const older = await api.payin(old.id);
    expect((await daily(api, older.createdAt)).body.rows).toMatchObject([{ asked: 1, paid: 1 }]);
    expect((await daily(api, aged.createdAt)).body.rows).toEqual([]);
    const created = await api.open({ reference: 'new' });
    const listed = async (query: string) =>
      (await api.call<{ data: PresentedPayin[] }>('GET', `/payins?${query}`)).body.data.map(
        ({ reference }) => reference,
      );
    const middle = new Date(Date.now() - DAY_MS).toISOString();
    expect(await listed('')).toEqual(['new', 'old']);
    expect(await listed(`createdTo=${middle}`)).toEqual(['old']);
    expect(await listed(`createdFrom=${middle}`)).toEqual(['new']);
    await expectAllWell(created);
  });

  it('is found by its time among many payins, whose ids all say otherwise', async () => {
    const { api, organizationId } = await secondOrganization(testApp);
    // More than may be out of order by a little.
    await Promise.all(Array.from({ length: MANY }, () => api.open()));
    const store = testApp.service.app.get(TestClockStore);
    const hold = (await store.hold(organizationId))!;
    expect(await store.age(hold, 3 * 86_400)).toMatchObject({ advancedSeconds: 3 * 86_400 });
    const count = async (query: string) => {
      let found = 0;
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body }: Answer<{ data: unknown[]; pageInfo: { nextCursor: string | null } }> = await api.call(
          'GET',
          `/payins?limit=100&${query}${cursor && `&cursor=${cursor}`}`,
        );
        found += body.data.length;
        cursor = body.pageInfo.nextCursor;
      }
      return found;
    };
    const [from, to] = [-3.1, -2.9].map((days) => new Date(Date.now() + days * DAY_MS).toISOString());
    expect(await count(`createdFrom=${from}&createdTo=${to}`)).toBe(MANY);
    expect(await count(`createdFrom=${to}`)).toBe(0);
    expect(await count(`createdTo=${from}`)).toBe(0);
  });
});

describe('an advance', () => {
  it('says how far the clock is in all, and by a total it is harmless when it is repeated', async () => {
    const { api } = await secondOrganization(testApp);
    const call = (body: object) => api.call<AdvancedTestClockSchema>('POST', '/test-clocks/advance', body);
    expect((await api.call('GET', '/test-clocks')).body).toEqual({ total: 'PT0S', totalSeconds: 0 });
    expect((await call({ by: 'P1D' })).body).toMatchObject({ by: 'P1D', total: 'P1D' });
    expect((await call({ total: 'PT36H' })).body).toMatchObject({ by: 'PT12H', total: 'P1DT12H', settled: true });
    expect((await call({ total: 'PT36H' })).body).toMatchObject({ by: 'PT0S', total: 'P1DT12H', steps: 0 });
    expect((await api.call('GET', '/test-clocks')).body).toEqual({ total: 'P1DT12H', totalSeconds: 129_600 });
    expectProblem(await call({ total: 'P1D' }), 'TEST_CLOCK_LIMIT');
    expectProblem(await call({ by: 'P401D' }), 'TEST_CLOCK_LIMIT');
    for (const wrong of [{}, { by: 'P1D', total: 'P2D' }, { by: '3 days' }, { by: 'P1M' }, { by: 3 }, { days: 3 }])
      expectProblem(await call(wrong), 'VALIDATION_FAILED');
  });

  it('follows another one that was asked for at the same time', async () => {
    const { api } = await secondOrganization(testApp);
    await api.open({ rail: 'EFECTY' });
    await Promise.all([1, 2, 3].map(() => advance('PT1H', api)));
    expect((await api.call('GET', '/test-clocks')).body).toMatchObject({ total: 'PT3H' });
  });

  it('loses nothing of what is created, paid and notified meanwhile', async () => {
    const { api, organizationId } = await secondOrganization(testApp);
    const { sandbox, database } = testApp;
    endpointServer.answers((response) => void response.writeHead(204).end());
    const over = new AbortController();
    const payins: PresentedPayin[] = [];
    const paysAll = async () => {
      while (!over.signal.aborted) {
        const payin = await api.open({ callbackUrl: endpointServer.url });
        payins.push(payin);
        await sandbox.tumipay.pay(ticketOf(payin));
        await wait(Math.random() * 100);
      }
    };
    const paying = Promise.all([paysAll(), paysAll()]);
    for (let round = 0; round < 10; round += 1) {
      const answer = await api.call('POST', '/test-clocks/advance', { by: 'PT3H' });
      expect(answer.status).toBe(200);
    }
    over.abort();
    await paying;
    expect(payins.length).toBeGreaterThan(10);
    for (const { id } of payins) {
      expect(await api.reaches(id, 'APPROVED')).toMatchObject({ amountStatus: 'EXACT' });
      await until('its notification', () =>
        endpointServer.received.some(({ message: { type, data } }) => type === 'payin.approved' && data['id'] === id),
      );
    }
    expect(await integrityOf(organizationId)).toEqual([]);
    // Each is wholly older, or not at all: what happened to it is in its order, and within what it took.
    const torn = await database.query(
      `select p.id from payins p join payin_events e on e.organization_id = p.organization_id and e.payin_id = p.id
       where p.organization_id = $1 and (e.at < p.created_at or e.at > p.created_at + interval '31 hours')
       union all
       select p.id from payins p join ledger_entries e on e.organization_id = p.organization_id and e.payin_id = p.id
       where p.organization_id = $1 and e.at <> p.result_at`,
      [organizationId],
    );
    expect(torn).toEqual([]);
  });
});
