import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newReference } from '../support/api-client.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { orderReference, organizationOf, writeLedger } from '../support/statement-ledger.js';
import {
  compared,
  csv,
  type LineView,
  linesOf,
  statementReaches,
  type StatementView,
  upload,
} from '../support/statements.js';
import { until } from '../support/until.js';

let testApp: TestApp;
let organization: { id: string; code: string };
let otherCode: string;

beforeAll(async () => {
  // No provider is asked meanwhile: only the statement is compared with our records, and nothing else changes them.
  testApp = await startTestApp({
    PROVIDERS: 'tumipay,hellopay',
    POLL_TICK_SECONDS: '3600',
    EXPIRY_SWEEP_SECONDS: '3600',
  });
  organization = await organizationOf(testApp.database);
  const other = await secondOrganization(testApp);
  const [row] = await testApp.database.query<{ code: string }>('select code from organizations where id = $1', [
    other.organizationId,
  ]);
  otherCode = row!.code;
});

afterAll(async () => {
  await testApp?.close();
});

/** A line as it is written, and its expected result. */
interface PlannedLine {
  status: string;
  amountInCents: number | '';
  currency?: string;
  outcome: string;
  differences: readonly string[];
}
/** A payin in our records, and the lines about it. Independent of the code: each has its expected results beside it. */
interface Scenario {
  here?: {
    status: string;
    booked: readonly number[];
    paidElsewhere?: boolean;
    isUnconfirmed?: boolean;
    paidBefore?: boolean;
    received?: boolean;
    bookedBy?: string;
  };
  lines: readonly PlannedLine[];
  isMissingThere?: boolean;
}

const line = (status: string, amountInCents: number | '', ...differences: string[]): PlannedLine => ({
  status,
  amountInCents,
  outcome: differences.length > 0 ? 'DIFFERENT' : 'MATCHED',
  differences,
});

/** `a` is the requested amount, a multiple of 100 cents. */
const SCENARIOS: Record<string, (a: number) => Scenario> = {
  agreed: (a) => ({ here: { status: 'APPROVED', booked: [a] }, lines: [line('APPROVED', a)] }),
  agreedInTwo: (a) => ({
    here: { status: 'APPROVED', booked: [a - 100, 100] },
    lines: [line('APPROVED', 100), line('APPROVED', a - 100)],
  }),
  agreedShort: (a) => ({ here: { status: 'UNDERPAID', booked: [a - 100] }, lines: [line('APPROVED', a - 100)] }),
  agreedOpen: () => ({ here: { status: 'PENDING', booked: [] }, lines: [line('PENDING', '')] }),
  agreedEnded: () => ({ here: { status: 'EXPIRED', booked: [] }, lines: [line('REJECTED', '')] }),
  agreedRunOut: () => ({ here: { status: 'EXPIRED', booked: [] }, lines: [line('PENDING', '')] }),
  agreedReversed: (a) => ({
    here: { status: 'REVERSED', booked: [a] },
    lines: [line('APPROVED', a), line('REVERSED', -a)],
  }),
  agreedElsewhere: () => ({
    here: { status: 'APPROVED', booked: [], paidElsewhere: true },
    lines: [line('REJECTED', '')],
  }),
  amount: (a) => ({ here: { status: 'APPROVED', booked: [a] }, lines: [line('APPROVED', a + 1, 'AMOUNT_CONFLICT')] }),
  unitLarger: (a) => ({
    here: { status: 'APPROVED', booked: [a] },
    lines: [line('APPROVED', a * 100, 'UNIT_MISMATCH')],
  }),
  unitSmaller: (a) => ({
    here: { status: 'APPROVED', booked: [a] },
    lines: [line('APPROVED', a / 100, 'UNIT_MISMATCH')],
  }),
  currency: (a) => ({
    here: { status: 'APPROVED', booked: [a] },
    lines: [{ ...line('APPROVED', a, 'CURRENCY_MISMATCH'), currency: 'USD' }],
  }),
  paidThere: (a) => ({ here: { status: 'PENDING', booked: [] }, lines: [line('APPROVED', a, 'STATUS_CONFLICT')] }),
  shortThere: (a) => ({
    here: { status: 'PENDING', booked: [] },
    lines: [line('APPROVED', a - 1, 'STATUS_CONFLICT', 'UNDERPAID')],
  }),
  overThere: (a) => ({
    here: { status: 'PENDING', booked: [] },
    lines: [line('APPROVED', a + 1, 'STATUS_CONFLICT', 'OVERPAID')],
  }),
  late: (a) => ({ here: { status: 'EXPIRED', booked: [] }, lines: [line('APPROVED', a, 'LATE_PAYMENT')] }),
  notPaidThere: (a) => ({
    here: { status: 'APPROVED', booked: [a] },
    lines: [line('REJECTED', '', 'STATUS_CONFLICT')],
  }),
  chargeback: (a) => ({ here: { status: 'APPROVED', booked: [a] }, lines: [line('REVERSED', a, 'CHARGEBACK')] }),
  paidAndReversed: (a) => ({
    here: { status: 'APPROVED', booked: [a] },
    lines: [line('APPROVED', a), line('REVERSED', a, 'CHARGEBACK')],
  }),
  twice: (a) => ({
    here: { status: 'APPROVED', booked: [a] },
    lines: [line('APPROVED', a), line('APPROVED', a, 'PAID_TWICE')],
  }),
  twiceElsewhere: (a) => ({
    here: { status: 'APPROVED', booked: [], paidElsewhere: true },
    lines: [line('APPROVED', a, 'PAID_TWICE')],
  }),
  word: (a) => ({ here: { status: 'APPROVED', booked: [a] }, lines: [line('CONCILIADA', a, 'UNRECOGNISED_STATUS')] }),
  wordBesidePayment: (a) => ({
    here: { status: 'APPROVED', booked: [a] },
    lines: [line('CONCILIADA', a, 'UNRECOGNISED_STATUS'), line('APPROVED', a)],
  }),
  currencyOfOne: (a) => ({
    here: { status: 'APPROVED', booked: [a] },
    lines: [line('APPROVED', a - 100), { ...line('APPROVED', 100, 'CURRENCY_MISMATCH'), currency: 'USD' }],
  }),
  openBesidePayment: (a) => ({
    here: { status: 'APPROVED', booked: [a] },
    lines: [line('APPROVED', a), line('PENDING', '', 'STATUS_CONFLICT')],
  }),
  refusedUnconfirmed: () => ({
    here: { status: 'EXPIRED', booked: [], isUnconfirmed: true },
    lines: [line('REJECTED', '', 'STATUS_CONFLICT')],
  }),
  missingHere: (a) => ({ lines: [{ ...line('APPROVED', a, 'MISSING_HERE'), outcome: 'MISSING_HERE' }] }),
  missingThere: (a) => ({ here: { status: 'APPROVED', booked: [a - 100, 100] }, lines: [], isMissingThere: true }),
  paidBefore: (a) => ({ here: { status: 'APPROVED', booked: [a], paidBefore: true }, lines: [] }),
  receivedThere: (a) => ({
    here: { status: 'APPROVED', booked: [a], received: true },
    lines: [],
    isMissingThere: true,
  }),
  receivedLate: (a) => ({ here: { status: 'APPROVED', booked: [a], received: true, paidBefore: true }, lines: [] }),
  bookedByHand: (a) => ({ here: { status: 'APPROVED', booked: [a], bookedBy: 'operator' }, lines: [] }),
  neverPaid: () => ({ here: { status: 'EXPIRED', booked: [] }, lines: [] }),
  notOurs: (a) => ({ lines: [{ ...line('APPROVED', a), outcome: 'NOT_OURS' }] }),
};

const KEYS = ['ours', 'theirs', 'merchants'] as const;
const planted = fc.array(
  fc.record({
    name: fc.constantFrom(...Object.keys(SCENARIOS)),
    amount: fc.integer({ min: 100, max: 100_000_000 }).map((pesos) => pesos * 100),
    key: fc.constantFrom(...KEYS),
  }),
  { minLength: 1, maxLength: 40 },
);

interface Names {
  reference: string;
  providerReference: string;
  externalId: string;
}
interface Period {
  from: Date;
  to: Date;
}
type Planted = typeof planted extends fc.Arbitrary<infer T> ? T : never;

/** Stores the payins. @returns the lines of the file, each with its expected result, and what the file must lack */
async function plant(items: Planted, { from }: Period) {
  const hoursLater = (hours: number) => new Date(from.getTime() + hours * 3_600_000);
  const orders = items.map(({ name, amount, key }) => {
    const scenario = SCENARIOS[name]!(amount);
    const code = name === 'notOurs' ? otherCode : organization.code;
    const names = {
      reference: newReference(),
      providerReference: orderReference(code),
      externalId: `X-${newReference()}`,
    };
    // An order that is not known here is identified by a reference of its own.
    const cells = scenario.here && key !== 'ours' ? CELLS[key](names) : CELLS.ours(names);
    return { scenario, amount, names, cells };
  });
  const known = orders.filter(({ scenario }) => scenario.here);
  const ids = await writeLedger(
    testApp.database,
    organization.id,
    known.map(({ scenario: { here }, amount, names }) => ({
      ...names,
      ...here!,
      requestedInCents: amount,
      paidAt: hoursLater(here!.paidBefore ? -1 : 1),
      ...(here!.received && { receivedAt: hoursLater(2) }),
    })),
  );
  const idOf = new Map(known.map((order, index) => [order, ids[index]!]));
  return orders.map((order) => ({ ...order, payinId: idOf.get(order) ?? null }));
}

const CELLS = {
  ours: ({ providerReference }: Names) => `${providerReference},`,
  theirs: ({ externalId }: Names) => `,${externalId}`,
  merchants: ({ reference }: Names) => `${reference},`,
};

let runs = 0;

const DAY_MS = 86_400_000;
const now = Date.now();

/** Each run has a day of its own, with one day between it and the next, so that none lacks the payments of another. */
function nextDay(): Period {
  runs += 1;
  const from = new Date(now - 2 * runs * DAY_MS);
  return { from, to: new Date(from.getTime() + DAY_MS) };
}

const essence = ({ outcome, differences, payinId }: Pick<LineView, 'outcome' | 'differences' | 'payinId'>) =>
  `${payinId ?? '-'} ${outcome} ${differences.toSorted().join('+')}`;

const found = (names: readonly (string | null)[]) =>
  testApp.database.query<{ payin: string; kind: string; status: string; count: number }>(
    `select coalesce(payin_id::text, reference) as payin, kind, status, count(*)::int as count from discrepancies
     where source = 'statement' and coalesce(payin_id::text, reference) = any($1) group by 1, 2, 3 order by 1, 2, 3`,
    [names],
  );

describe('the days of a statement', () => {
  it('are Colombian: a payment of the evening is missing on its own day, and on no other', async () => {
    const day = new Date(now - 250 * DAY_MS).toISOString().slice(0, 10);
    const next = new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
    const times = [`${day}T18:59:00`, `${day}T19:00:00`, `${day}T23:59:59.999`, `${next}T00:00:00`];
    const payins = times.map((time) => ({
      reference: newReference(),
      providerReference: orderReference(organization.code),
      externalId: `X-${newReference()}`,
      status: 'APPROVED',
      requestedInCents: 100_000,
      booked: [100_000],
      paidAt: new Date(`${time}-05:00`),
    }));
    const ids = await writeLedger(testApp.database, organization.id, payins);
    const missedBy = async (query: Record<string, string>, ...notified: typeof payins) => {
      const file = csv(...notified.map(({ reference }) => `${reference},,100000,COP,APPROVED,,`));
      const { id } = await compared(testApp.api, file, { covers: 'PAYMENTS', ...query });
      return (await linesOf(testApp.api, id, 'MISSING_THERE')).map(({ payinId }) => ids.indexOf(payinId!));
    };
    const whole = { from: day, to: day };
    expect(await missedBy(whole, ...payins.slice(0, 3))).toEqual([]);
    expect(await missedBy(whole, payins[0]!)).toEqual([1, 2]);
    expect(await missedBy({ from: next, to: next }, payins[0]!)).toEqual([3]);
    expect(await missedBy({ from: day, to: `${next}T00:00:00-05:00` }, payins[1]!)).toEqual([0, 2]);
  });
});

describe('any payins, with any differences', () => {
  it('are found exactly, open each discrepancy once, and nothing new is found when they are reported again', async () => {
    await fc.assert(
      fc.asyncProperty(planted, fc.nat(), fc.constantFrom('PAYMENTS', 'ORDERS'), async (items, seed, covers) => {
        const period = nextDay();
        const query = { from: period.from.toISOString(), to: period.to.toISOString(), covers };
        const orders = await plant(items, period);
        const ours = orders.map(({ payinId, names }) => payinId ?? names.providerReference);
        const notified = orders.flatMap(({ scenario, cells, payinId }) =>
          scenario.lines.map((planned) => ({ planned, cells, payinId })),
        );
        const inOrder = (shift: number) => [
          ...notified.slice(shift % (notified.length || 1)),
          ...notified.slice(0, shift % (notified.length || 1)),
        ];
        const fileOf = (lines: typeof notified) =>
          csv(
            ...lines.map(
              ({ planned: { amountInCents, currency = 'COP', status }, cells }) =>
                `${cells},${amountInCents},${currency},${status},,`,
            ),
          );
        const expected = [
          ...notified.map(({ planned, payinId }) =>
            essence({ ...planned, differences: [...planned.differences], payinId }),
          ),
          ...orders.flatMap(({ scenario, payinId }) =>
            scenario.isMissingThere
              ? [essence({ outcome: 'MISSING_THERE', differences: ['MISSING_AT_PROVIDER'], payinId })]
              : [],
          ),
        ].toSorted();

        const first = await compared(testApp.api, fileOf(notified), query);
        expect((await linesOf(testApp.api, first.id)).map(essence).toSorted()).toEqual(expected);
        expect(first.outcomes).toEqual(countsOf(expected));
        const discrepancies = await found(ours);
        const kinds = expected.flatMap((text) => text.split(' ')[2]!.split('+').filter(Boolean)).length;
        expect([
          discrepancies.length,
          discrepancies.every(({ count, status }) => count === 1 && status === 'OPEN'),
        ]).toEqual([kinds, true]);

        // The same lines in another order and without one, so that it is another file.
        const again = await compared(testApp.api, `${fileOf(inOrder(seed))}\n`, query);
        expect(again.id).not.toBe(first.id);
        expect(await found(ours)).toEqual(discrepancies);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  }, 180_000);
});

function countsOf(essences: readonly string[]): Record<string, number> {
  const outcomes = ['MATCHED', 'DIFFERENT', 'MISSING_HERE', 'MISSING_THERE', 'NOT_OURS'];
  return Object.fromEntries(
    outcomes.map((outcome) => [outcome, essences.filter((text) => text.split(' ')[1] === outcome).length]),
  );
}

/** A trigger that refuses every update of the payin, until it is dropped. */
async function poison<T>(table: string, when: string, work: () => Promise<T>): Promise<T> {
  await testApp.database.query(`
    create or replace function refuse_statement() returns trigger language plpgsql as $$ begin raise exception 'poison'; end $$;
    create trigger poison before insert or update on ${table} for each row when (${when}) execute function refuse_statement()`);
  try {
    return await work();
  } finally {
    await testApp.database.query(`drop trigger poison on ${table}`);
  }
}

describe('a payin whose updates cannot be written', () => {
  it('gets a discrepancy without a payin, and does not hold up other lines of the statement', async () => {
    const [broken, whole] = await plant(
      [
        { name: 'amount', amount: 10_000, key: 'ours' },
        { name: 'amount', amount: 10_000, key: 'ours' },
      ],
      nextDay(),
    );
    const file = csv(...[broken!, whole!].map(({ cells }) => `${cells},10001,COP,APPROVED,,`));
    const done = await poison('discrepancies', `new.payin_id = '${broken!.payinId}'`, () =>
      compared(testApp.api, file),
    );
    expect(done.differences).toEqual({ AMOUNT_CONFLICT: 2 });
    for (const payin of [broken!.names.providerReference, whole!.payinId])
      expect(await found([payin])).toEqual([{ payin, kind: 'AMOUNT_CONFLICT', status: 'OPEN', count: 1 }]);
  });
});

describe('a statement whose comparison cannot be finished', () => {
  it('fails with a reason, keeps what it has found, and may be sent again', async () => {
    const [order] = await plant([{ name: 'amount', amount: 10_000, key: 'ours' }], nextDay());
    const file = csv(`${order!.cells},10001,COP,APPROVED,,`);
    const failed = await poison('statement_lines', "new.outcome = 'DIFFERENT'", async () => {
      const { body } = await upload(testApp.api, file);
      return until('it to have failed', async () => {
        // As if it had failed as often as it may; any progress resets the count.
        await testApp.database.query(
          "update statements set attempts = 10, due_at = now() where id = $1 and phase = 'compare' and due_at > now() and attempts > 0",
          [body.id],
        );
        const statement = await testApp.api.call<StatementView>('GET', `/statements/${body.id}`);
        return statement.body.status === 'FAILED' && statement.body;
      });
    });
    expect(failed).toMatchObject({ lines: 1, outcomes: null, reason: expect.stringMatching(/again and again/) });
    expect(await found([order!.payinId])).toMatchObject([{ kind: 'AMOUNT_CONFLICT', status: 'OPEN' }]);
    const again = await compared(testApp.api, file);
    expect([again.id === failed.id, again.differences]).toEqual([false, { AMOUNT_CONFLICT: 1 }]);
  });
});

describe('a file that names one order only', () => {
  it('is compared as fast as any other: the order’s lines are summed up once', async () => {
    const [order] = await plant([{ name: 'agreed', amount: 10_000_00, key: 'ours' }], nextDay());
    const lines = Array.from({ length: 10_000 }, () => `${order!.cells},100,COP,APPROVED,,`);
    const done = await compared(testApp.api, csv(...lines));
    expect(done.outcomes).toMatchObject({ MATCHED: 10_000, DIFFERENT: 0 });
  });
});

describe('a statement that an earlier version received', () => {
  it('is compared like any other, although its lines were stored without their orders', async () => {
    const [ours, theirs, merchants, unknown] = await plant(
      [
        { name: 'agreed', amount: 10_000, key: 'ours' },
        { name: 'amount', amount: 10_000, key: 'theirs' },
        { name: 'agreed', amount: 10_000, key: 'merchants' },
        { name: 'missingHere', amount: 10_000, key: 'ours' },
      ],
      nextDay(),
    );
    const lines = [ours!, theirs!, merchants!, unknown!];
    const [statement] = await testApp.database.query<{ id: string }>(
      `insert into statements (organization_id, id, provider, source, status, phase, period_from, period_to, lines, due_at)
       values ($1, gen_random_uuid(), 'tumipay', 'UPLOAD', 'MATCHING', 'find', now() - interval '1 day', now(), $2, now()) returning id`,
      [organization.id, lines.length],
    );
    await testApp.database.query(
      `insert into statement_lines (organization_id, statement_id, line, reference, external_id, amount_in_cents, currency, status)
       select $1, $2, n + 1, nullif(split_part(cells, ',', 1), ''), nullif(split_part(cells, ',', 2), ''), amount, 'COP', 'APPROVED'
       from unnest($3::text[], $4::bigint[]) with ordinality as l (cells, amount, n)`,
      [
        organization.id,
        statement!.id,
        lines.map(({ cells }) => cells),
        lines.map(({ scenario }) => scenario.lines[0]!.amountInCents),
      ],
    );
    // An upload wakes the worker.
    await compared(testApp.api, csv('nobody-at-all,,100,COP,APPROVED,,'));
    const done = await statementReaches(testApp.api, statement!.id);
    expect(done).toMatchObject({ compared: 4, outcomes: { MATCHED: 2, DIFFERENT: 1, MISSING_HERE: 1 } });
    expect((await linesOf(testApp.api, done.id)).map(({ payinId }) => payinId)).toEqual(
      lines.map(({ payinId }) => payinId),
    );
  });
});
