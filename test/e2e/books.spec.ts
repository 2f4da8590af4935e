import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { PresentedPayin } from '../../src/payins/payin.presenter.js';
import { expectProblem } from '../support/expect-problem.js';
import { providerSide } from '../support/provider-side.js';
import { secondOrganization } from '../support/second-organization.js';
import { type Stand, startStand } from '../support/stand.js';
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

let stand: Stand;

beforeAll(async () => {
  stand = await startStand({ PROVIDERS: 'teemopay', RAIL_POLICY_BRE_B: '{"pollSeconds":[3600]}' });
});
afterAll(() => stand?.close());

const journal = async ({ id }: { id: string }) =>
  (await stand.api.call<{ data: Entry[] }>('GET', `/payins/${id}/journal`)).body.data;
const balances = async (query = '', api = stand.api) =>
  (await api.call<Balances>('GET', `/books/balances${query}`)).body.accounts;
const lines = (entries: readonly Entry[]) =>
  entries.map(({ type, debit, credit, amountInCents }) => `${type}: ${debit} > ${credit} ${amountInCents}`);

async function pay(payin: PresentedPayin, amountInCents: number, feeInCents: number): Promise<void> {
  const { control, order } = await providerSide(stand, payin, 'teemopay');
  await control.pay(order.id, { amountInCents, feeInCents });
}

async function reverse(payin: PresentedPayin): Promise<void> {
  const { control, order } = await providerSide(stand, payin, 'teemopay');
  await control.reverse(order.id, { webhook: 'none' });
  await stand.api.call('POST', `/payins/${payin.id}/refresh`);
}

describe('the books', () => {
  it('have a payment with its fee, and an account for each of those whose money it is', async () => {
    const { api } = stand;
    const payin = await api.open({ rail: 'BRE_B', amountInCents: 10_000_000 });
    expect(await journal(payin)).toEqual([]);
    await pay(payin, 10_000_000, 300_000);
    await api.reaches(payin.id, 'APPROVED');
    const entries = await journal(payin);
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

  it('have money that is taken back', async () => {
    const payin = await stand.api.open({ rail: 'BRE_B' });
    await pay(payin, 5_000_000, 0);
    await stand.api.reaches(payin.id, 'APPROVED');
    await reverse(payin);
    expect(lines(await journal(payin)).at(-1)).toBe('payin.reversed: merchant > provider:teemopay 5000000');
  });

  it('have what a person lets go, and have it no longer when it comes after all', async () => {
    const { api } = stand;
    const payin = await api.open({ rail: 'BRE_B', amountInCents: 5_000_000 });
    await pay(payin, 3_000_000, 0);
    await api.reaches(payin.id, 'UNDERPAID');
    await api.call('POST', `/payins/${payin.id}/accept`);
    expect(lines(await journal(payin)).at(-1)).toBe('payin.approved: write-offs > merchant 2000000');
    await pay(payin, 2_000_000, 0);
    await api.call('POST', `/payins/${payin.id}/refresh`);
    expect(lines(await journal(payin)).slice(-2)).toEqual([
      'receipt.added: provider:teemopay > merchant 2000000',
      'receipt.added: merchant > write-offs 2000000',
    ]);
    expect((await balances()).find(({ account }) => account === 'write-offs')?.balanceInCents).toBe(0);
  });

  it('balance: all accounts sum up to zero, over all time and over any period', async () => {
    const entries = await stand.database.query<{ at: Date }>('select at from journal_entries order by at');
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

  it('that take too long to sum up are refused with what to ask instead', async () => {
    const other = new pg.Client({ connectionString: stand.environment['DATABASE_URL']! });
    await other.connect();
    try {
      await other.query('begin');
      await other.query('lock table journal_entries in access exclusive mode');
      const answer = stand.api.call('GET', '/books/balances');
      await until('the sum to be ended', async () => {
        const ended = await stand.database.query(
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

  it.each([
    'update journal_entries set amount_in_cents = 1',
    'delete from journal_entries',
    'truncate journal_entries',
  ])('take nothing back: %s', async (statement) => {
    const before = await stand.database.query('select * from journal_entries order by 1, 2, 3, 4, 5');
    await expect(stand.database.query(statement)).rejects.toMatchObject({
      message: 'The journal is append-only: what is wrong is put right by a correction',
    });
    await expect(stand.database.query('truncate payins cascade')).rejects.toMatchObject({
      message: expect.stringContaining('append-only'),
    });
    expect(await stand.database.query('select * from journal_entries order by 1, 2, 3, 4, 5')).toEqual(before);
  });

  it('are seen by their organization only', async () => {
    const { api: stranger } = await secondOrganization(stand);
    const payin = await stand.api.open({ rail: 'BRE_B' });
    expect(await balances('', stranger)).toEqual([]);
    for (const id of [payin.id, '0199a000-0000-7000-8000-000000000000', 'nothing', '%00'])
      expectProblem(await stranger.call('GET', `/payins/${id}/journal`), 'NOT_FOUND');
  });

  it.each(['from=', 'from=yesterday', 'to=2024-02-30', 'to=%00', 'from=2024-01-01&from=2024-01-02', 'limit=1'])(
    'are not shown for %s, which is refused by name',
    async (query) => {
      const answer = await stand.api.call('GET', `/books/balances?${query}`);
      expectProblem(answer, 'VALIDATION_FAILED', query.split('=')[0]!);
    },
  );
});
