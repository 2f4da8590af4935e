import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { Database } from '../../src/database/database.js';
import { idAt } from '../../src/database/id-at.js';
import type { DailyReportSchema as DailyReport } from '../../src/ledger/daily-report/daily-report.schema.js';
import type { OverviewSchema } from '../../src/ledger/daily-report/overview.schema.js';
import { DailyReports } from '../../src/ledger/daily-report/daily-reports.js';
import type { ReportRow } from '../../src/ledger/daily-report/figures.js';
import { decide } from '../../src/payins/domain/decide.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { PayinStore } from '../../src/payins/store/payin.store.js';
import { PayinRules } from '../../src/payins/use-cases/payin-rules.js';
import type { ApiClient } from '../support/api-client.js';
import { type DatabaseClock, installDatabaseClock } from '../support/database-clock.js';
import { expectProblem } from '../support/expect-problem.js';
import { copyPayins } from '../support/many-rows.js';
import { providerSide } from '../support/provider-side.js';
import { secondOrganization } from '../support/second-organization.js';
import { StatementWatch } from '../support/statement-watch.js';
import { type TestApp, startTestApp } from '../support/test-app.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { processTimePasses } from '../support/time.js';
import { until } from '../support/until.js';

const KEY_KEPT_SECONDS = 5;
const MS_PER_DAY = 86_400_000;

let database: TestDatabase;
let clock: DatabaseClock;
let testApp: TestApp;

beforeAll(async () => {
  database = await createTestDatabase();
  clock = await installDatabaseClock(database);
  testApp = await startTestApp({
    DATABASE_URL: database.url,
    PROVIDERS: 'teemopay',
    RAIL_POLICY_BRE_B: '{"pollSeconds":[3600]}',
  });
});
afterAll(async () => {
  await testApp?.close();
  await database?.drop();
});

const dayOf = (time: Date) => new Date(time.getTime() - 5 * 3_600_000).toISOString().slice(0, 10);
const at = (day: string, time: string) => new Date(`${day}T${time}-05:00`);

async function itIs(instant: Date): Promise<void> {
  await clock.set(instant);
  processTimePasses(KEY_KEPT_SECONDS);
  await nothingIsWritten();
}

/** PostgreSQL says by its own clock since when a connection writes: by the test's, whatever writes began days ago and holds up the end of a day. */
const nothingIsWritten = () =>
  until('nothing to be written', async () => {
    const writing = await database.query<object>(
      'select from pg_stat_activity where datname = current_database() and backend_xid is not null and pid <> pg_backend_pid()',
    );
    return writing.length === 0;
  });

async function report(date: string, api: ApiClient = testApp.api): Promise<DailyReport> {
  const { status, body } = await api.call<DailyReport>('GET', `/reports/daily?date=${date}`);
  expect(status).toBe(200);
  return body;
}

async function pay(payin: PresentedPayin, amountInCents: number, status: string, feeInCents = 0): Promise<void> {
  const { control, order } = await providerSide(testApp, payin, 'teemopay');
  await control.pay(order.id, { amountInCents, feeInCents });
  await testApp.api.reaches(payin.id, status);
}

async function reverse(payin: PresentedPayin): Promise<void> {
  const { control, order } = await providerSide(testApp, payin, 'teemopay');
  await control.reverse(order.id, { webhook: 'none' });
  await testApp.api.call('POST', `/payins/${payin.id}/refresh`);
  await testApp.api.reaches(payin.id, 'REVERSED');
}

const NOTHING = { asked: 0, paid: 0, underpaid: 0, overpaid: 0, late: 0, reversed: 0 };
const NO_MONEY = { grossInCents: 0, feesInCents: 0, netInCents: 0, refundedInCents: 0 };
const ROW = { provider: 'teemopay', rail: 'BRE_B' };

describe('a day', () => {
  const [today, tomorrow] = [dayOf(new Date(Date.now() + MS_PER_DAY)), dayOf(new Date(Date.now() + 2 * MS_PER_DAY))];
  const open = (amountInCents = 5_000_000) => testApp.api.open({ rail: 'BRE_B', amountInCents });
  let figures: Pick<DailyReport, 'rows' | 'expected'>;
  let kept: PresentedPayin;
  let waiting: PresentedPayin;

  it('has what was asked and what came until its last instant in Colombia', async () => {
    await itIs(at(today, '23:40:00'));
    kept = await open(10_000_000);
    await pay(kept, 10_000_000, 'APPROVED', 300_000);
    await pay(await open(), 3_000_000, 'UNDERPAID');
    await pay(await open(), 6_000_000, 'APPROVED');
    const canceled = await open();
    await testApp.api.call('POST', `/payins/${canceled.id}/cancel`);
    await pay(canceled, 5_000_000, 'APPROVED', 100_000);
    const reversed = await open();
    await pay(reversed, 5_000_000, 'APPROVED');
    await reverse(reversed);
    await itIs(at(today, '23:59:50'));
    waiting = await open();
    figures = {
      rows: [
        {
          ...{ ...ROW, asked: 6, paid: 4, underpaid: 1, overpaid: 1, late: 1, reversed: 1 },
          ...{ grossInCents: 29_000_000, feesInCents: 400_000, netInCents: 23_600_000, refundedInCents: 0 },
        },
      ],
      expected: [{ provider: 'teemopay', balanceInCents: 23_600_000 }],
    };
    expect(await report(today)).toEqual({ date: today, complete: false, ...figures });
    expect(await report(tomorrow)).toEqual({ date: tomorrow, complete: false, rows: [], expected: figures.expected });
  });

  it('gets nothing of the next day, and is complete when nothing can come any more', async () => {
    await itIs(at(tomorrow, '00:00:05'));
    await reverse(kept);
    await pay(waiting, 5_000_000, 'APPROVED');
    expect(await report(today)).toEqual({ date: today, complete: false, ...figures });

    await itIs(at(tomorrow, '00:02:01'));
    const writer = new pg.Client({ connectionString: database.url });
    await writer.connect();
    await writer.query('begin');
    await writer.query('create temporary table begun_before_midnight ()');
    expect(await report(today)).toEqual({ date: today, complete: false, ...figures });
    await writer.query('commit');
    await writer.end();
    expect(await report(today)).toEqual({ date: today, complete: true, ...figures });
  });

  it('that is over gives the same figures for ever, and what comes later is of its own day', async () => {
    const [next, after] = [dayOf(new Date(Date.now() + 3 * MS_PER_DAY)), dayOf(new Date(Date.now() + 4 * MS_PER_DAY))];
    await itIs(at(next, '00:10:00'));
    const ofTomorrow = {
      ...{ ...ROW, ...NOTHING, ...NO_MONEY, paid: 1, reversed: 1 },
      ...{ grossInCents: 5_000_000, netInCents: -5_000_000 },
    };
    const expected = [{ provider: 'teemopay', balanceInCents: 18_600_000 }];
    expect(await report(tomorrow)).toEqual({ date: tomorrow, complete: true, rows: [ofTomorrow], expected });
    await reverse(waiting);
    await open();
    await itIs(at(after, '00:10:00'));
    expect(await report(today)).toEqual({ date: today, complete: true, ...figures });
    expect(await report(tomorrow)).toEqual({ date: tomorrow, complete: true, rows: [ofTomorrow], expected });
    expect((await report(next)).rows).toEqual([
      { ...ROW, ...NOTHING, ...NO_MONEY, asked: 1, reversed: 1, netInCents: -5_000_000 },
    ]);
    for (const statement of ['update daily_reports set rows = expected', 'delete from daily_reports'])
      await expect(database.query(statement)).rejects.toMatchObject({
        message: 'A day that is over keeps its figures',
      });
  });

  it('is CSV for whoever asks for it', async () => {
    const csv = async (accept: string) => {
      const reply = await fetch(`${testApp.url}/reports/daily?date=${tomorrow}`, {
        headers: { ...testApp.api.authorization, accept },
      });
      return [reply.headers.get('content-type'), await reply.text()];
    };
    const header =
      'date,provider,rail,asked,paid,underpaid,overpaid,late,reversed,grossInCents,feesInCents,netInCents,refundedInCents,balanceInCents';
    const lines = [
      header,
      `${tomorrow},teemopay,BRE_B,0,1,0,0,0,1,5000000,0,-5000000,0,`,
      `${tomorrow},teemopay,,,,,,,,,,,,18600000`,
      '',
    ];
    expect(await csv('text/csv')).toEqual(['text/csv; charset=utf-8', lines.join('\r\n')]);
    for (const other of ['application/json', '*/*', 'text/csv;q=0.5, application/json'])
      expect((await csv(other))[0]).toMatch('application/json');
  });

  it('is its organization’s, and is a day', async () => {
    const { api } = await secondOrganization(testApp);
    await nothingIsWritten();
    expect(await report(today, api)).toEqual({ date: today, complete: true, rows: [], expected: [] });
    for (const date of ['', 'today', '2026-02-30', '2026-11-29T00:00:00-05:00', '29/11/2026'])
      expectProblem(
        await api.call('GET', `/reports/daily?date=${encodeURIComponent(date)}`),
        'VALIDATION_FAILED',
        'date',
      );
    expectProblem(await api.call('GET', '/reports/daily'), 'VALIDATION_FAILED', 'date');
    expectProblem(await api.call('GET', '/reports/daily?date=2026-11-29&date=2026-11-29'), 'VALIDATION_FAILED', 'date');
    for (const date of ['0001-01-01', '1969-12-31', '9999-12-31']) expect((await report(date, api)).rows).toEqual([]);
  });
});

describe('the overview', () => {
  const day = dayOf(new Date(Date.now() + 4 * MS_PER_DAY));
  const overview = (from: string, to: string, api: ApiClient = testApp.api) =>
    api.call<OverviewSchema>('GET', `/reports/overview?from=${from}&to=${to}`);

  it('has what has just come and ended', async () => {
    await itIs(at(day, '09:00:00'));
    const { api } = testApp;
    await pay(await api.open({ rail: 'BRE_B', amountInCents: 5_000_000 }), 5_000_000, 'APPROVED', 200_000);
    const canceled = await api.open({ rail: 'BRE_B' });
    await api.call('POST', `/payins/${canceled.id}/cancel`);
    const { status, body } = await overview(day, day);
    // Also one of the days before.
    const expired = body.days[0]!.rows[0]!.expired!;
    expect([status, body]).toEqual([
      200,
      {
        ...{ from: day, to: day },
        days: [
          {
            ...{ date: day, complete: false },
            rows: [
              {
                ...{ ...ROW, asked: 2, paid: 1, rejected: 0, expired, canceled: 1, failed: 0, ended: 2 + expired },
                ...{ grossInCents: 5_000_000, feesInCents: 200_000, netInCents: 4_800_000 },
                ...{ paidWithinSecondsP50: expect.any(Number), paidWithinSecondsP90: expect.any(Number) },
              },
            ],
            ...{ paidWithinSecondsP50: expect.any(Number), paidWithinSecondsP90: expect.any(Number) },
          },
        ],
        ...{ paidWithinSecondsP50: expect.any(Number), paidWithinSecondsP90: expect.any(Number) },
      },
    ]);
    const daily = (await report(day)).rows[0];
    expect(daily).toMatchObject({ asked: 2, paid: 1, grossInCents: 5_000_000, feesInCents: 200_000 });
    expect(Object.keys(daily!).toSorted()).toEqual(Object.keys({ ...ROW, ...NOTHING, ...NO_MONEY }).toSorted());
  });

  it('is its organization’s, and of 31 days at most', async () => {
    const { api } = await secondOrganization(testApp);
    const { body } = await overview('2025-01-01', '2025-01-31', api);
    expect(body.days).toHaveLength(31);
    const none = { paidWithinSecondsP50: null, paidWithinSecondsP90: null };
    expect(body).toMatchObject(none);
    expect(body.days[30]).toEqual({ date: '2025-01-31', complete: true, rows: [], ...none });
    expect((await overview(day, day, api)).body.days).toEqual([{ date: day, complete: false, rows: [], ...none }]);
    expectProblem(await overview('2025-01-01', '2025-02-01', api), 'VALIDATION_FAILED', 'to');
    expectProblem(await overview('2025-01-02', '2025-01-01', api), 'VALIDATION_FAILED', 'to');
    expectProblem(await overview('today', '2025-01-01', api), 'VALIDATION_FAILED', 'from');
    expectProblem(await api.call('GET', '/reports/overview?from=2025-01-01'), 'VALIDATION_FAILED', 'to');
    for (const edge of ['0001-01-01', '9999-12-31']) expect((await overview(edge, edge, api)).status).toBe(200);
  });
});

describe('what was decided before midnight', () => {
  it('is decided anew when it could not be written for a minute', async () => {
    const { app } = testApp.service;
    const [store, rules] = [app.get(PayinStore), app.get(PayinRules)];
    const { id, organizationId } = await testApp.api.open({ rail: 'BRE_B' });
    const write = async (afterSeconds: number) => {
      const snapshot = (await store.read(organizationId, id))!;
      const { known, now } = snapshot;
      const decision = decide(
        known,
        [{ source: 'request', kind: 'cancel', by: organizationId }],
        rules.rulesOf(snapshot),
        now,
      );
      await clock.set(new Date(now.getTime() + afterSeconds * 1000));
      return store.write(snapshot, decision, () => [], undefined);
    };
    expect(await write(61)).toBeUndefined();
    expect((await testApp.api.payin(id)).status).toBe('PENDING');
    expect(await write(50)).toBeDefined();
  });

  it('is refused as a create, which takes no reference', async () => {
    const { api } = testApp;
    const request = { rail: 'BRE_B', reference: 'BEFORE-MIDNIGHT' };
    await api.call('GET', '/payins?limit=1');
    const [{ now }] = (await database.query<{ now: Date }>('select clock.now() as now')) as [{ now: Date }];
    await clock.set(new Date(now.getTime() + 62_000));
    expectProblem(await api.create(request), 'UNAVAILABLE');
    processTimePasses(KEY_KEPT_SECONDS);
    expect((await api.create(request)).status).toBe(201);
  });
});

interface Booking {
  debit: string;
  credit: string;
  amountInCents: number;
}
interface Decision {
  day: number;
  types: string[];
  bookings: Booking[];
}
interface Payin {
  day: number;
  rail: string;
  provider: string;
  decisions: Decision[];
}

describe('the reports of many days', () => {
  const FIRST = Date.parse('2025-03-01T05:00:00Z');
  const DAYS = 8;
  const amount = fc.integer({ min: 1, max: 10_000_000 });
  const bookingsOf = (provider: string) =>
    fc.oneof(
      fc.tuple(amount, amount).map(([gross, fee]) => ({
        types: ['receipt.added', 'payin.approved'],
        bookings: [
          { debit: `provider:${provider}`, credit: 'merchant', amountInCents: gross },
          { debit: `fees:${provider}`, credit: `provider:${provider}`, amountInCents: fee },
        ],
      })),
      amount.map((gross) => ({
        types: ['receipt.added', 'payin.underpaid'],
        bookings: [{ debit: `provider:${provider}`, credit: 'merchant', amountInCents: gross }],
      })),
      amount.map((back) => ({
        types: ['payin.reversed'],
        bookings: [{ debit: 'merchant', credit: `provider:${provider}`, amountInCents: back }],
      })),
      amount.map((less) => ({
        types: ['receipt.corrected', 'payin.underpaid'],
        bookings: [{ debit: 'merchant', credit: `provider:${provider}`, amountInCents: less }],
      })),
      amount.map((owed) => ({
        types: ['refund.approved'],
        bookings: [{ debit: 'merchant', credit: 'payer-refunds', amountInCents: owed }],
      })),
      amount.map((refunded) => ({
        types: ['refund.paid'],
        bookings: [{ debit: 'payer-refunds', credit: 'own-funds', amountInCents: refunded }],
      })),
      amount.map((loss) => ({
        types: ['payin.approved'],
        bookings: [{ debit: 'write-offs', credit: 'merchant', amountInCents: loss }],
      })),
    );
  const payin: fc.Arbitrary<Payin> = fc
    .record({
      day: fc.integer({ min: 0, max: DAYS - 1 }),
      rail: fc.constantFrom('PSE', 'BRE_B'),
      provider: fc.constantFrom('one', 'two'),
    })
    .chain((of) =>
      fc
        .array(fc.tuple(fc.integer({ min: of.day, max: DAYS - 1 }), bookingsOf(of.provider)), { maxLength: 4 })
        .map((decisions) => ({
          ...of,
          decisions: decisions
            .map(([day, decided]) => ({ day, ...decided }))
            .toSorted((one, other) => one.day - other.day),
        })),
    );
  /** Of the day's beginning, its end and between. */
  const moment = (day: number, index: number) =>
    new Date(FIRST + day * MS_PER_DAY + [0, MS_PER_DAY - 1, 40_000_000][index % 3]!);

  async function store(organizationId: string, payins: readonly Payin[]): Promise<void> {
    for (const [index, { day, rail, provider, decisions }] of payins.entries()) {
      const createdAt = moment(day, index);
      const id = idAt(createdAt);
      await database.query(
        `insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, status, expires_at, sequence, created_at)
         values ($1, $2, $6, '', '{}', 1, 'COP', $3, $4, 'APPROVED', $5, 0, $5)`,
        [organizationId, id, rail, provider, createdAt, id],
      );
      let sequence = 0;
      for (const [number, { day: on, types, bookings }] of decisions.entries()) {
        // Two of the same instant would be one.
        const decidedAt = new Date(moment(on, index).getTime() - (index % 3 === 0 ? 0 : number));
        const first = sequence + 1;
        for (const type of types) {
          sequence += 1;
          await database.query(
            `insert into payin_events (organization_id, payin_id, sequence, type, source, data, at) values ($1, $2, $3, $4, 'poll', '{}', $5)`,
            [organizationId, id, sequence, type, decidedAt],
          );
        }
        for (const { debit, credit, amountInCents } of bookings)
          await database.query(
            `insert into ledger_entries (organization_id, payin_id, sequence, debit, credit, amount_in_cents, currency, at)
             values ($1, $2, $3, $4, $5, $6, 'COP', $7)`,
            [organizationId, id, first, debit, credit, amountInCents, decidedAt],
          );
      }
    }
  }

  const refundsOf = (payins: readonly Payin[], provider: string, day: number): number =>
    payins
      .filter((one) => one.provider === provider)
      .flatMap(({ decisions }) => decisions.filter((one) => one.day === day && one.types.includes('refund.paid')))
      .reduce((sum, { bookings }) => sum + bookings[0]!.amountInCents, 0);

  it('add up to the ledger, in whatever order they are asked for, and say what is expected at the end of each', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(payin, { minLength: 1, maxLength: 8 }),
        fc.shuffledSubarray(
          Array.from({ length: DAYS }, (_, day) => day),
          { minLength: DAYS },
        ),
        async (payins, order) => {
          const { api, organizationId } = await secondOrganization(testApp);
          await store(organizationId, payins);
          const balances = async (query: string) => {
            const answer = await api.call<{ accounts: { account: string; balanceInCents: number }[] }>(
              'GET',
              `/ledger/balances?${query}`,
            );
            return new Map(answer.body.accounts.map(({ account, balanceInCents }) => [account, balanceInCents]));
          };
          for (const day of order) {
            const date = dayOf(new Date(FIRST + day * MS_PER_DAY));
            const { rows, expected, complete } = await report(date, api);
            const total = (column: keyof ReportRow, provider?: string) =>
              rows
                .filter((row) => provider === undefined || row.provider === provider)
                .reduce((sum, row) => sum + Number(row[column]), 0);
            const [ofDay, untilThen] = [await balances(`from=${date}&to=${date}`), await balances(`to=${date}`)];
            for (const provider of ['one', 'two']) {
              expect(total('netInCents', provider)).toBe(ofDay.get(`provider:${provider}`) ?? 0);
              expect(total('refundedInCents', provider)).toBe(refundsOf(payins, provider, day));
              expect(total('feesInCents', provider)).toBe(ofDay.get(`fees:${provider}`) ?? 0);
              expect(expected.find((one) => one.provider === provider)?.balanceInCents).toBe(
                untilThen.get(`provider:${provider}`),
              );
            }
            expect(total('refundedInCents')).toBe(0 - (ofDay.get('own-funds') ?? 0));
            const onDay = payins.map(({ decisions }) => decisions.filter((decision) => decision.day === day));
            const having = (type: string) =>
              onDay.filter((decisions) => decisions.some(({ types }) => types.includes(type))).length;
            expect([complete, total('asked'), total('paid'), total('underpaid'), total('reversed')]).toEqual([
              true,
              payins.filter((one) => one.day === day).length,
              having('payin.approved'),
              having('payin.underpaid'),
              having('payin.reversed'),
            ]);
          }
          // As kept.
          for (const day of order) await report(dayOf(new Date(FIRST + day * MS_PER_DAY)), api);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('are kept in the night', async () => {
    const { organizationId } = await secondOrganization(testApp);
    const decision = {
      types: ['receipt.added', 'payin.approved'],
      bookings: [{ debit: 'provider:one', credit: 'merchant', amountInCents: 7 }],
    };
    await store(
      organizationId,
      [1, 2, 5].map((day) => ({ day, rail: 'PSE', provider: 'one', decisions: [{ day, ...decision }] })),
    );
    expect(await testApp.service.app.get(DailyReports).keepAll(organizationId)).toBe(true);
    expect(
      await database.query(
        `select to_char(day, 'YYYY-MM-DD') as day, expected -> 0 ->> 'balanceInCents' as balance from daily_reports where organization_id = $1 order by 1`,
        [organizationId],
      ),
    ).toEqual([
      { day: '2025-03-02', balance: '7' },
      { day: '2025-03-03', balance: '14' },
      { day: '2025-03-06', balance: '21' },
    ]);
  });

  it('have no row of zeros for a refund that was only approved, or a payin that was accepted, and go on behind that day', async () => {
    const { organizationId, api } = await secondOrganization(testApp);
    const of = { rail: 'PSE', provider: 'one' };
    const paidOn1 = {
      ...{ day: 1, types: ['receipt.added', 'payin.approved'] },
      bookings: [{ debit: 'provider:one', credit: 'merchant', amountInCents: 7 }],
    };
    const approvedOn2 = {
      ...{ day: 2, types: ['refund.approved'] },
      bookings: [{ debit: 'merchant', credit: 'payer-refunds', amountInCents: 5 }],
    };
    const paidOn3 = {
      ...{ day: 3, types: ['refund.paid'] },
      bookings: [{ debit: 'payer-refunds', credit: 'own-funds', amountInCents: 5 }],
    };
    await store(organizationId, [{ day: 1, ...of, decisions: [paidOn1, approvedOn2, paidOn3] }]);
    const expected = [{ provider: 'one', balanceInCents: 7 }];
    const approvalOnly = { date: '2025-03-03', complete: true, rows: [], expected };
    const dayOfPayment = await report('2025-03-04', api);
    expect(dayOfPayment.rows).toEqual([{ ...NOTHING, ...NO_MONEY, ...of, refundedInCents: 5 }]);
    expect(await report('2025-03-03', api)).toEqual(approvalOnly);
    expect(await testApp.service.app.get(DailyReports).keepAll(organizationId)).toBe(true);
    expect(await report('2025-03-03', api)).toEqual(approvalOnly);
  });

  it('read their own day, and not what else the organization has', async () => {
    const { api } = testApp;
    await pay(await api.open({ rail: 'BRE_B' }), 5_000_000, 'APPROVED');
    await copyPayins(database, 300);
    const [{ day }] = (await database.query<{ day: string }>(
      `select to_char(max(at) at time zone 'America/Bogota', 'YYYY-MM-DD') as day from ledger_entries`,
    )) as [{ day: string }];
    const next = dayOf(new Date(at(day, '12:00:00').getTime() + MS_PER_DAY));
    await itIs(at(next, '08:00:00'));
    expect((await report(day)).rows[0]!.asked).toBeGreaterThan(300);
    await pay(await api.open({ rail: 'BRE_B' }), 5_000_000, 'APPROVED');
    const watch = new StatementWatch(testApp.service.app.get(Database), database.url);
    try {
      for (const date of [next, '2020-01-01', dayOf(new Date(at(next, '12:00:00').getTime() + MS_PER_DAY))])
        await report(date);
      const own = ['compute a part of a day', 'next day to keep', 'safe until', 'kept report of a day'];
      expect(watch.statements).toEqual(expect.arrayContaining(own));
      expect(watch.readings.filter(({ statement, rows }) => own.includes(statement) && rows > 100)).toEqual([]);
    } finally {
      await watch.end();
    }
  });
});
