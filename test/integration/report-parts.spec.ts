import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import fc from 'fast-check';
import { Database } from '../../src/database/database.js';
import { firstIdAt, idAt, newId } from '../../src/database/id-at.js';
import { ormOptions } from '../../src/database/orm-options.js';
import { COMPUTE_PART, stepOf } from '../../src/ledger/daily-report/daily-report.queries.js';
import { DailyReports } from '../../src/ledger/daily-report/daily-reports.js';
import { addFigures, type Figures, percentileOf } from '../../src/ledger/daily-report/figures.js';
import { presentOverviewDay } from '../../src/ledger/daily-report/present-report.js';
import { type DatabaseClock, installDatabaseClock } from '../support/database-clock.js';
import { StatementWatch } from '../support/statement-watch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const DAY = '2025-06-10';
const FROM = Date.parse(`${DAY}T00:00:00-05:00`);
const MINUTES = 24 * 60;
const NOTHING: Figures = { rows: [], expected: [] };

let database: TestDatabase;
let clock: DatabaseClock;
let orm: MikroORM;
let connection: Database;
let reports: DailyReports;

beforeAll(async () => {
  database = await createTestDatabase();
  clock = await installDatabaseClock(database);
  orm = await MikroORM.init(ormOptions(database.url, []));
  connection = new Database(orm);
  reports = new DailyReports(connection);
});
afterAll(async () => {
  await orm?.close(true);
  await database?.drop();
});

/** Minutes are those of the day. */
const at = (minute: number, seconds = 0) => new Date(FROM + (minute * 60 + seconds) * 1000);

async function newOrganization(): Promise<string> {
  const id = newId();
  await database.query(
    `insert into organizations (id, name, code, notification_secret) values ($1, 'Test', $2, 'whsec_')`,
    [id, id.slice(-7)],
  );
  return id;
}

interface Step {
  minute: number;
  types: readonly string[];
  bookings?: readonly (readonly [debit: string, credit: string, amountInCents: number])[];
}

interface Payin {
  minute: number;
  rail: string;
  /** The last one is where the payin is now. */
  attempts: readonly { minute: number; provider: string }[];
  /** The payer chose the rail of each attempt, some time after the payin was made: these, in turn. */
  chosen?: readonly string[];
  steps: readonly Step[];
}

async function store(organizationId: string, { minute, attempts, steps, chosen, ...one }: Payin): Promise<void> {
  const railOf = (attempt: number) => chosen?.[attempt % chosen.length] ?? null;
  const rail = chosen ? (railOf(attempts.length - 1) ?? 'ANY') : one.rail;
  const createdAt = at(minute);
  const id = idAt(createdAt);
  await database.query(
    `insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, status, expires_at, sequence, created_at)
     values ($1, $2, $6, '', '{}', 1, 'COP', $3, $4, 'PENDING', $5, 0, $5)`,
    [organizationId, id, rail, attempts.at(-1)?.provider ?? null, createdAt, id],
  );
  for (const [index, one] of attempts.entries())
    await database.query(
      `insert into attempts (organization_id, id, payin_id, provider, provider_reference, state, started_at, rail, choice) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...[organizationId, newId(), id, one.provider, newId().replaceAll('-', '')],
        ...[index === attempts.length - 1 ? 'open' : chosen ? 'ended' : 'not_executed', at(one.minute, index)],
        ...[railOf(index), chosen ? index + 1 : null],
      ],
    );
  let sequence = 0;
  for (const [index, { minute: on, types, bookings = [] }] of steps.entries()) {
    const first = sequence + 1;
    for (const type of types) {
      sequence += 1;
      await database.query(
        `insert into payin_events (organization_id, payin_id, sequence, type, source, data, at) values ($1, $2, $3, $4, 'poll', '{}', $5)`,
        [organizationId, id, sequence, type, at(on, index)],
      );
    }
    for (const [debit, credit, amountInCents] of bookings)
      await database.query(
        `insert into ledger_entries (organization_id, payin_id, sequence, debit, credit, amount_in_cents, currency, at) values ($1, $2, $3, $4, $5, $6, 'COP', $7)`,
        [organizationId, id, first, debit, credit, amountInCents, at(on, index)],
      );
  }
}

/** Added up of the parts between these minutes. */
async function computed(organizationId: string, cuts: readonly number[]): Promise<Figures> {
  const ends = [...cuts, MINUTES].map((minute) => at(minute));
  let [figures, from, since] = [NOTHING, at(0), null as Date | null];
  for (const to of ends) {
    const ids = {
      firstId: firstIdAt(new Date(from.getTime() - 3_600_000)),
      lastId: firstIdAt(new Date(to.getTime() + 3_600_000)),
    };
    const [part] = await connection.query(COMPUTE_PART, {
      organizationId,
      day: DAY,
      dayFrom: at(0),
      from,
      to,
      since,
      ...ids,
    });
    figures = addFigures(figures, part!);
    from = since = to;
  }
  return figures;
}

const provider = fc.constantFrom('one', 'two');
const amount = fc.integer({ min: 1, max: 1_000_000 });
const minute = fc.integer({ min: 0, max: MINUTES - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(
      minute,
      provider,
      amount,
      fc.subarray(['payin.approved', 'payin.underpaid', 'payin.overpaid', 'payin.late_payment']),
    )
    .map(([on, of, cents, types]): Step => ({
      minute: on,
      types: ['receipt.added', ...types],
      bookings: [
        [`provider:${of}`, 'merchant', cents],
        [`fees:${of}`, `provider:${of}`, 1],
      ],
    })),
  fc.tuple(minute, amount).map(([on, cents]): Step => ({
    minute: on,
    types: ['payin.approved'],
    bookings: [['write-offs', 'merchant', cents]],
  })),
  fc.tuple(minute, provider, amount).map(([on, of, cents]): Step => ({
    minute: on,
    types: ['payin.reversed'],
    bookings: [['merchant', `provider:${of}`, cents]],
  })),
  fc
    .tuple(minute, fc.constantFrom('payin.rejected', 'payin.expired', 'payin.canceled', 'payin.failed'))
    .map(([on, type]): Step => ({
      minute: on,
      types: [type],
    })),
);
const payin: fc.Arbitrary<Payin> = fc
  .record({
    minute: fc.integer({ min: -600, max: MINUTES - 1 }),
    rail: fc.constantFrom('PSE', 'BRE_B'),
    attempts: fc.array(fc.record({ minute, provider }), { maxLength: 3 }),
    steps: fc.array(step, { maxLength: 5 }),
    chosen: fc.option(fc.constantFrom(['NEQUI'], ['PSE', 'BRE_B'], ['BRE_B', 'PSE', 'NEQUI']), { nil: undefined }),
  })
  .map((one) => ({
    ...one,
    // The first one is committed with the payin, where the merchant chose the rail.
    attempts: one.attempts
      .map((each, index) => ({
        ...each,
        minute: index === 0 && !one.chosen ? one.minute : Math.max(one.minute, each.minute),
      }))
      .toSorted((a, b) => a.minute - b.minute),
    steps: one.steps
      .map((each) => ({ ...each, minute: Math.max(one.minute, each.minute) }))
      .toSorted((a, b) => a.minute - b.minute),
  }));

describe('the parts of a day', () => {
  it('add up to the whole day, wherever they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(payin, { minLength: 1, maxLength: 10 }),
        fc.uniqueArray(
          minute.filter((cut) => cut > 0),
          { maxLength: 4 },
        ),
        async (payins, cuts) => {
          const organizationId = await newOrganization();
          for (const one of payins) await store(organizationId, one);
          const whole = await computed(organizationId, []);
          expect(
            await computed(
              organizationId,
              cuts.toSorted((a, b) => a - b),
            ),
          ).toEqual(whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('count a payin where its payer has gone: without a rail until one is chosen', async () => {
    const organizationId = await newOrganization();
    await store(organizationId, {
      minute: 10,
      rail: 'ANY',
      chosen: ['PSE', 'NEQUI'],
      attempts: [
        { minute: 400, provider: 'one' },
        { minute: 600, provider: 'two' },
      ],
      steps: [],
    });
    const rowsUntil = async (end: number) =>
      (await computed(organizationId, [300, end])).rows.filter(({ asked }) => asked !== 0);
    expect(await rowsUntil(500)).toMatchObject([{ provider: 'two', rail: 'NEQUI', asked: 1 }]);
    const early = await connection.query(COMPUTE_PART, {
      ...{ organizationId, day: DAY, dayFrom: at(0), from: at(0), to: at(300), since: null },
      ...{ firstId: firstIdAt(at(-60)), lastId: firstIdAt(at(360)) },
    });
    expect(early[0]!.rows).toMatchObject([{ provider: 'none', rail: 'ANY', asked: 1 }]);
  });

  it('count a payin once that became the same twice, and where it is that has gone on to another provider', async () => {
    const organizationId = await newOrganization();
    const approved = (on: number): Step => ({
      minute: on,
      types: ['payin.approved'],
      bookings: [['provider:two', 'merchant', 5]],
    });
    await store(organizationId, {
      minute: 10,
      rail: 'PSE',
      attempts: [
        { minute: 10, provider: 'one' },
        { minute: 600, provider: 'two' },
      ],
      steps: [approved(700), approved(900)],
    });
    const figures = await computed(organizationId, [300, 800]);
    expect(figures.rows).toEqual([expect.objectContaining({ provider: 'two', asked: 1, paid: 1, grossInCents: 10 })]);
  });
});

const paid = (minutes: number, after: number, of = 'one'): Payin => ({
  minute: minutes,
  rail: 'PSE',
  attempts: [{ minute: minutes, provider: of }],
  steps: [
    {
      minute: minutes + after,
      types: ['receipt.added', 'payin.approved'],
      bookings: [[`provider:${of}`, 'merchant', 100]],
    },
  ],
});

describe('a day that is not over', () => {
  it('is computed from where it was saved, and gives what it gives as a whole', async () => {
    const organizationId = await newOrganization();
    for (let hour = 0; hour < 20; hour += 1) await store(organizationId, paid(hour * 60, 5));
    const watch = new StatementWatch(connection, database.url);
    try {
      for (const [hour, count] of [
        [10, 10],
        [10.5, 11],
        [19, 19],
      ] as const) {
        await clock.set(at(hour * 60));
        const { complete, rows, expected } = await reports.of(organizationId, DAY);
        // Of the hour that has just begun the payin is there, and not paid.
        const [row] = rows;
        expect([complete, row!.paid, row!.grossInCents, expected]).toEqual([
          false,
          ...[20, 2_000, [{ provider: 'one', balanceInCents: 2_000 }]],
        ]);
        const [saved] = await database.query<{ until: Date; paid: number }>(
          `select until, (rows -> 0 ->> 'paid')::int as paid from open_days where organization_id = $1`,
          [organizationId],
        );
        expect(saved!.paid).toBe(count);
        expect(saved!.until.getTime()).toBeGreaterThan(at(hour * 60 - 30).getTime());
      }
    } finally {
      await watch.end();
    }
    await clock.set(at(MINUTES + 5));
    expect(await reports.of(organizationId, DAY)).toMatchObject({ complete: true, rows: [{ asked: 20, paid: 20 }] });
    expect(await database.query('select from open_days where organization_id = $1', [organizationId])).toEqual([]);
  });
});

describe('an overview', () => {
  it('has every day with what was asked, came and ended, and after how long it was paid', async () => {
    const organizationId = await newOrganization();
    for (const after of [1, 2, 3, 4, 5, 6, 7, 8, 9, 60]) await store(organizationId, paid(100, after));
    for (const type of ['payin.rejected', 'payin.expired', 'payin.expired', 'payin.canceled', 'payin.failed'])
      await store(organizationId, { ...paid(200, 0), steps: [{ minute: 230, types: [type] }] });
    await store(organizationId, paid(MINUTES + 30, 1, 'two'));
    await clock.set(at(MINUTES + 90));
    const dates = ['2025-06-09', DAY, '2025-06-11', '2025-06-12'];
    const nobody = { paidWithinSecondsP50: null, paidWithinSecondsP90: null };
    const ofDay = { paidWithinSecondsP50: 296, paidWithinSecondsP90: 528 };
    const ofNext = { paidWithinSecondsP50: 60, paidWithinSecondsP90: 60 };
    const row = {
      ...{
        provider: 'one',
        rail: 'PSE',
        asked: 15,
        paid: 10,
        rejected: 1,
        expired: 2,
        canceled: 1,
        failed: 1,
        ended: 15,
      },
      ...{
        grossInCents: 1_000,
        feesInCents: 0,
        netInCents: 1_000,
        ...ofDay,
      },
    };
    const next = {
      ...{ provider: 'two', rail: 'PSE', asked: 1, paid: 1, rejected: 0, expired: 0, canceled: 0, failed: 0, ended: 1 },
      ...{ grossInCents: 100, feesInCents: 0, netInCents: 100, ...ofNext },
    };
    for (let time = 0; time < 2; time += 1)
      expect((await reports.ofDays(organizationId, dates)).map(presentOverviewDay)).toEqual([
        { date: '2025-06-09', complete: true, rows: [], ...nobody },
        { date: DAY, complete: true, rows: [row], ...ofDay },
        { date: '2025-06-11', complete: false, rows: [next], ...ofNext },
        { date: '2025-06-12', complete: false, rows: [], ...nobody },
      ]);
    expect(await database.query('select from daily_reports where organization_id = $1', [organizationId])).toHaveLength(
      1,
    );
  });

  it('says of a day that an old version kept what it kept', () => {
    const old = {
      ...{ provider: 'one', rail: 'PSE', asked: 3, paid: 2, underpaid: 0, overpaid: 0, late: 0, reversed: 0 },
      ...{ grossInCents: 7, feesInCents: 1, netInCents: 6, refundedInCents: 0 },
    };
    const day = presentOverviewDay({ date: DAY, complete: true, rows: [old], expected: [] });
    expect(day.rows[0]).toMatchObject({ asked: 3, paid: 2, rejected: null, ended: null, paidWithinSecondsP50: null });
  });

  it('knows percentiles of whole seconds, and of long times to within a 25th', async () => {
    expect(percentileOf([], 0.5)).toBeNull();
    expect(
      percentileOf(
        [
          [3, 1],
          [7, 1],
        ],
        0.5,
      ),
    ).toBe(3);
    const steps = await database.query<{ seconds: number; step: number }>(
      `select s::int as seconds, (${stepOf('s')})::int as step from (select generate_series(0, 200000, 7)::bigint union select generate_series(0, 200)) as all_of (s)`,
    );
    expect(
      steps.filter(({ seconds, step: of }) => (seconds < 64 ? of !== seconds : of > seconds || of < seconds * 0.96)),
    ).toEqual([]);
    expect(new Set(steps.map(({ step: of }) => of)).size).toBeLessThan(500);
  });
});
