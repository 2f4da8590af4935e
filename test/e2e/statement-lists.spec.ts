import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultRequest } from '@recaudo/sandbox';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { type Service, startService } from '../../src/app/service.js';
import type { Answer } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { freePort } from '../support/free-port.js';
import { providerSide } from '../support/provider-side.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { linesOf, statementReaches, type StatementView } from '../support/statements.js';
import { timePasses } from '../support/time.js';
import { until } from '../support/until.js';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: 'tumipay,hellopay,teemopay' });
});

afterAll(() => testApp?.close());

const AWAY_ONCE: FaultRequest<'list'> = { operation: 'list', fault: { kind: 'status', status: 503 }, times: 1 };

/** Two hours around now, so that no order is near an edge. */
const period = () => ({
  from: new Date(Date.now() - 3_600_000).toISOString(),
  to: new Date(Date.now() + 3_600_000).toISOString(),
});

const fetchList = (provider: string, api = testApp.api): Promise<Answer<StatementView>> =>
  api.call('POST', '/statements/fetch', { provider, ...period() });

async function fetched(provider: string, api = testApp.api): Promise<StatementView> {
  const { status, body } = await fetchList(provider, api);
  expect([status, body.source, body.covers]).toEqual([202, 'PROVIDER_LIST', 'ORDERS']);
  return statementReaches(api, body.id);
}

describe.each(['hellopay', 'teemopay'] as const)('the list of %s', (provider) => {
  const open = (api = testApp.api) => api.open({ provider, rail: 'PSE', pse: { bank: '1007', personType: 'NATURAL' } });

  async function pay(payin: PresentedPayin, options: { amountInCents?: number; webhook?: 'none' } = {}): Promise<void> {
    const { control, order } = await providerSide(testApp, payin, provider);
    await control.pay(order.id, options);
  }

  async function lineOf(id: string, payin: PresentedPayin) {
    return (await linesOf(testApp.api, id)).find(({ payinId }) => payinId === payin.id);
  }

  it('agrees with what is booked, open and ended', async () => {
    const [paid, short, opened, refused] = [await open(), await open(), await open(), await open()];
    await pay(paid);
    await pay(short, { amountInCents: 4_000_000 });
    const { control, order } = await providerSide(testApp, refused, provider);
    await control.reject(order.id);
    await testApp.api.reaches(paid.id, 'APPROVED');
    await testApp.api.reaches(short.id, 'UNDERPAID');
    await testApp.api.call('POST', `/payins/${refused.id}/refresh`);
    await testApp.api.reaches(refused.id, 'REJECTED');
    const { id } = await fetched(provider);
    for (const payin of [paid, short, opened, refused])
      expect(await lineOf(id, payin)).toMatchObject({ outcome: 'MATCHED', differences: [] });
    expect((await testApp.api.discrepancies(short.id)).map(({ kind }) => kind)).toEqual(['UNDERPAID']);
  });

  it('finds a payment that no webhook reported, and a later one finds nothing new', async () => {
    const payin = await open();
    await pay(payin, { webhook: 'none' });
    const first = await fetched(provider);
    expect(await lineOf(first.id, payin)).toMatchObject({ outcome: 'DIFFERENT', differences: ['STATUS_CONFLICT'] });
    await timePasses(testApp.database, 5);
    await testApp.api.reaches(payin.id, 'APPROVED');
    const again = await fetched(provider);
    expect(await lineOf(again.id, payin)).toMatchObject({ outcome: 'MATCHED' });
    const discrepancies = await until('the discrepancy to be settled', async () => {
      const all = await testApp.api.discrepancies(payin.id);
      return all.every(({ status }) => status === 'RESOLVED') && all;
    });
    expect(discrepancies.map(({ kind }) => kind)).toEqual(['STATUS_CONFLICT']);
  });

  it('finds a reversal', async () => {
    const payin = await open();
    await pay(payin);
    await testApp.api.reaches(payin.id, 'APPROVED');
    const { control, order } = await providerSide(testApp, payin, provider);
    await control.reverse(order.id, { webhook: 'none' });
    const { id } = await fetched(provider);
    expect(await lineOf(id, payin)).toMatchObject({ differences: ['CHARGEBACK'] });
    await timePasses(testApp.database, 5);
    await testApp.api.reaches(payin.id, 'REVERSED');
  });

  it('has an order that is not known here, and lacks one that is booked', async () => {
    const payin = await open();
    await pay(payin);
    await testApp.api.reaches(payin.id, 'APPROVED');
    const { order } = await providerSide(testApp, payin, provider);
    // As if the order were another's: its reference is not known.
    await testApp.database.query(
      `update attempts set provider_reference = reverse(provider_reference), external_id = 'another' where payin_id = $1`,
      [payin.id],
    );
    const { id } = await fetched(provider);
    expect(await lineOf(id, payin)).toMatchObject({ outcome: 'MISSING_THERE', line: null, expectedInCents: 5_000_000 });
    expect(await linesOf(testApp.api, id, 'MISSING_HERE')).toEqual([
      expect.objectContaining({ reference: order.reference, amountInCents: 5_000_000 }),
    ]);
    const before = await testApp.database.query('select id from discrepancies');
    await fetched(provider);
    expect(await testApp.database.query('select id from discrepancies')).toHaveLength(before.length);
    await testApp.database.query(`update attempts set external_id = $2, provider_reference = $3 where payin_id = $1`, [
      payin.id,
      order.id,
      order.reference,
    ]);
  });

  it('shows an organization its own orders only', async () => {
    const { api: theirs } = await secondOrganization(testApp);
    const [mine, other] = [await open(), await open(theirs)];
    const ours = await fetched(provider);
    const seen = await linesOf(testApp.api, ours.id);
    expect([seen.some(({ payinId }) => payinId === mine.id), seen.some(({ payinId }) => payinId === other.id)]).toEqual(
      [true, false],
    );
    expect(ours.outcomes).toMatchObject({ NOT_OURS: 0 });
    expect((await linesOf(theirs, (await fetched(provider, theirs)).id)).map(({ payinId }) => payinId)).toEqual([
      other.id,
    ]);
  });

  it('is fetched again from the beginning when its provider was down', async () => {
    const payin = await open();
    await testApp.sandbox[provider].fault(AWAY_ONCE);
    const { body } = await fetchList(provider);
    await until('the attempt to have failed', async () => {
      const [row] = await testApp.database.query<{ attempts: number }>(
        'select attempts from statements where id = $1',
        [body.id],
      );
      return row?.attempts === 1;
    });
    await timePasses(testApp.database, 60);
    const done = await statementReaches(testApp.api, body.id);
    expect((await linesOf(testApp.api, done.id)).filter(({ payinId }) => payinId === payin.id)).toHaveLength(1);
  });
});

describe('a list', () => {
  it('needs an enabled provider that lists its orders', async () => {
    expectProblem(await fetchList('tumipay'), 'LIST_NOT_AVAILABLE');
    expectProblem(await fetchList('nobody'), 'VALIDATION_FAILED', 'provider');
    expectProblem(
      await testApp.api.call('POST', '/statements/fetch', {}),
      'VALIDATION_FAILED',
      'from',
      'provider',
      'to',
    );
  });

  it('of a period that its provider does not list is rejected without retries', async () => {
    const from = new Date(Date.now() - 60 * 86_400_000).toISOString();
    const { to } = period();
    const { body } = await testApp.api.call<StatementView>('POST', '/statements/fetch', {
      provider: 'teemopay',
      from,
      to,
    });
    expect((await statementReaches(testApp.api, body.id, 'REJECTED')).reason).toMatch(/lists at most/);
  });

  it('is refused while twenty statements are under way', async () => {
    const { api } = await secondOrganization(testApp);
    await testApp.database.query(
      `insert into statements (organization_id, id, provider, source, period_from, period_to, due_at)
       select o.id, gen_random_uuid(), 'hellopay', 'PROVIDER_LIST', now(), now(), now() + interval '1 day'
       from generate_series(1, 20), (select id from organizations order by created_at desc limit 1) o`,
    );
    expectProblem(await fetchList('hellopay', api), 'STATEMENTS_UNDER_WAY');
  });
});

describe('every day', () => {
  it('each provider’s list of the last days is requested once, by any number of replicas', async () => {
    const { api } = testApp;
    await api.open({ provider: 'hellopay', rail: 'PSE', pse: { bank: '1007', personType: 'NATURAL' } });
    await timePasses(testApp.database, 86_400);
    const replica = async (): Promise<Service> => {
      const settings = { PORT: String(await freePort()), RECONCILIATION_HOUR: '0', RECONCILIATION_DAYS: '2' };
      return startService({ ...testApp.environment, ...settings });
    };
    const daily = async () =>
      (
        await api.call<{ data: (StatementView & { from: string; to: string })[] }>('GET', '/statements?limit=100')
      ).body.data.filter(({ from, to }) => Date.parse(to) - Date.parse(from) === 2 * 86_400_000);
    const replicas = await Promise.all([replica(), replica()]);
    await until('the lists to be done', async () => {
      const all = await daily();
      return all.length >= 2 && all.every(({ status }) => status === 'DONE');
    });
    replicas.push(await replica());
    const statements = await daily();
    expect(statements.map(({ provider }) => provider).toSorted()).toEqual(['hellopay', 'teemopay']);
    // Days of Bogotá.
    for (const { to } of statements) expect(to).toMatch(/T05:00:00.000Z$/);
    for (const one of replicas) await one.close();
  });
});
