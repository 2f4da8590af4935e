import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { expectProblem } from '../support/expect-problem.js';
import { providerSide } from '../support/provider-side.js';
import { secondOrganization } from '../support/second-organization.js';
import { type TestApp, startTestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

interface Entry {
  sequence: number;
  type: string;
  debit: string;
  credit: string;
  amountInCents: number;
  currency: string;
  at: string;
}
interface Balances {
  from: string | null;
  to: string | null;
  accounts: {
    account: string;
    currency: string;
    debitInCents: number;
    creditInCents: number;
    balanceInCents: number;
  }[];
}

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: 'teemopay', RAIL_POLICY_BRE_B: '{"pollSeconds":[3600]}' });
});
afterAll(() => testApp?.close());

const ledgerEntries = async ({ id }: { id: string }) =>
  (await testApp.api.call<{ data: Entry[] }>('GET', `/payins/${id}/ledger-entries`)).body.data;
const balances = async (query = '', api = testApp.api) =>
  (await api.call<Balances>('GET', `/ledger/balances${query}`)).body.accounts;
const lines = (entries: readonly Entry[]) =>
  entries.map(({ type, debit, credit, amountInCents }) => `${type}: ${debit} > ${credit} ${amountInCents}`);

async function pay(payin: PresentedPayin, amountInCents: number, feeInCents: number): Promise<void> {
  const { control, order } = await providerSide(testApp, payin, 'teemopay');
  await control.pay(order.id, { amountInCents, feeInCents });
}

async function reverse(payin: PresentedPayin): Promise<void> {
  const { control, order } = await providerSide(testApp, payin, 'teemopay');
  await control.reverse(order.id, { webhook: 'none' });
  await testApp.api.call('POST', `/payins/${payin.id}/refresh`);
}

describe('the ledger', () => {
  it('has a payment with its fee, and an account for each owner of the money', async () => {
    const { api } = testApp;
    const payin = await api.open({ rail: 'BRE_B', amountInCents: 10_000_000 });
    expect(await ledgerEntries(payin)).toEqual([]);
    await pay(payin, 10_000_000, 300_000);
    await api.reaches(payin.id, 'APPROVED');
    const entries = await ledgerEntries(payin);
    expect(lines(entries)).toEqual([
      'receipt.added: provider:teemopay > merchant 10000000',
      'receipt.added: fees:teemopay > provider:teemopay 300000',
    ]);
    const booked = (await api.events(payin.id)).find(({ type }) => type === 'receipt.added');
    expect(entries[0]).toEqual({
      sequence: booked?.sequence,
      type: 'receipt.added',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      debit: 'provider:teemopay',
      credit: 'merchant',
      amountInCents: 10_000_000,
      currency: 'COP',
    });
    expect(await balances()).toEqual([
      { account: 'fees:teemopay', currency: 'COP', debitInCents: 300_000, creditInCents: 0, balanceInCents: 300_000 },
      { account: 'merchant', currency: 'COP', debitInCents: 0, creditInCents: 10_000_000, balanceInCents: -10_000_000 },
      {
        account: 'provider:teemopay',
        currency: 'COP',
        debitInCents: 10_000_000,
        creditInCents: 300_000,
        balanceInCents: 9_700_000,
      },
    ]);
  });

  it('has money that is reversed', async () => {
    const payin = await testApp.api.open({ rail: 'BRE_B' });
    await pay(payin, 5_000_000, 0);
    await testApp.api.reaches(payin.id, 'APPROVED');
    await reverse(payin);
    expect(lines(await ledgerEntries(payin)).at(-1)).toBe('payin.reversed: merchant > provider:teemopay 5000000');
  });

  it('has what a person writes off, and no longer when it arrives after all', async () => {
    const { api } = testApp;
    const payin = await api.open({ rail: 'BRE_B', amountInCents: 5_000_000 });
    await pay(payin, 3_000_000, 0);
    await api.reaches(payin.id, 'UNDERPAID');
    await api.call('POST', `/payins/${payin.id}/accept`);
    expect(lines(await ledgerEntries(payin)).at(-1)).toBe('payin.approved: write-offs > merchant 2000000');
    await pay(payin, 2_000_000, 0);
    await api.call('POST', `/payins/${payin.id}/refresh`);
    expect(lines(await ledgerEntries(payin)).slice(-2)).toEqual([
      'receipt.added: provider:teemopay > merchant 2000000',
      'receipt.added: merchant > write-offs 2000000',
    ]);
    expect((await balances()).find(({ account }) => account === 'write-offs')?.balanceInCents).toBe(0);
  });

  it('balances: all accounts sum up to zero, over all time and over any period', async () => {
    const entries = await testApp.database.query<{ at: Date }>('select at from ledger_entries order by at');
    const middle = entries[Math.floor(entries.length / 2)]!.at.toISOString();
    const zero = (accounts: Balances['accounts']) =>
      accounts.reduce((total, { balanceInCents }) => total + balanceInCents, 0);
    const [all, before, after] = [await balances(), await balances(`?to=${middle}`), await balances(`?from=${middle}`)];
    for (const accounts of [all, before, after]) {
      expect(accounts.length).toBeGreaterThan(1);
      expect(zero(accounts)).toBe(0);
    }
    const merchant = (accounts: Balances['accounts']) =>
      accounts.find(({ account }) => account === 'merchant')!.balanceInCents;
    expect(merchant(before) + merchant(after)).toBe(merchant(all));
    expect(await balances('?from=2020-01-01&to=2020-01-02')).toEqual([]);
  });

  it('answers that it takes too long to sum up, and how to request less', async () => {
    const other = new pg.Client({ connectionString: testApp.environment['DATABASE_URL']! });
    await other.connect();
    try {
      await other.query('begin');
      await other.query('lock table ledger_entries in access exclusive mode');
      const answer = testApp.api.call('GET', '/ledger/balances');
      await until('the sum to be ended', async () => {
        const ended = await testApp.database.query(
          `select pg_cancel_backend(pid) from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock' and query like '%with sums as%' and pid <> pg_backend_pid()`,
        );
        return ended.length > 0;
      });
      expect(expectProblem(await answer, 'UNAVAILABLE').detail).toMatch(/with from and to/);
    } finally {
      await other.end();
    }
  });

  it.each(['update ledger_entries set amount_in_cents = 1', 'delete from ledger_entries', 'truncate ledger_entries'])(
    'take nothing back: %s',
    async (statement) => {
      const before = await testApp.database.query('select * from ledger_entries order by 1, 2, 3, 4, 5');
      await expect(testApp.database.query(statement)).rejects.toMatchObject({
        message: 'The ledger is append-only: an error is put right by a correction',
      });
      await expect(testApp.database.query('truncate payins cascade')).rejects.toMatchObject({
        message: expect.stringContaining('append-only'),
      });
      expect(await testApp.database.query('select * from ledger_entries order by 1, 2, 3, 4, 5')).toEqual(before);
    },
  );

  it('is seen by its organization only', async () => {
    const { api: stranger } = await secondOrganization(testApp);
    const payin = await testApp.api.open({ rail: 'BRE_B' });
    expect(await balances('', stranger)).toEqual([]);
    for (const id of [payin.id, '0199a000-0000-7000-8000-000000000000', 'nothing', '%00'])
      expectProblem(await stranger.call('GET', `/payins/${id}/ledger-entries`), 'NOT_FOUND');
  });

  it.each(['from=', 'from=yesterday', 'to=2024-02-30', 'to=%00', 'from=2024-01-01&from=2024-01-02', 'limit=1'])(
    'are not shown for %s, which is refused by name',
    async (query) => {
      const answer = await testApp.api.call('GET', `/ledger/balances?${query}`);
      expectProblem(answer, 'VALIDATION_FAILED', query.split('=')[0]!);
    },
  );
});
