import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IntegrityCheckStore } from '../../src/ledger/integrity-check.store.js';
import { CheckIntegrity } from '../../src/ledger/check-integrity.worker.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { startService } from '../../src/app/service.js';
import { freePort } from '../support/free-port.js';
import { providerSide } from '../support/provider-side.js';
import { type TestApp, startTestApp } from '../support/test-app.js';
import { lastCheck, nightPasses } from '../support/night.js';
import { until } from '../support/until.js';
import { WorkFolder } from '../support/work-folder.js';

interface Found {
  id: string;
  kind: string;
  status: string;
  resolution: string | null;
  detail: string;
}

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: 'teemopay', RAIL_POLICY_BRE_B: '{"pollSeconds":[3600]}' });
});
afterAll(() => testApp?.close());

const query = (text: string, values?: unknown[]) => testApp.database.query(text, values);

/** The discrepancies that the integrity check found: their details begin alike. */
async function found({ id }: { id: string }): Promise<Found[]> {
  const { body } = await testApp.api.call<{ data: Found[] }>('GET', `/discrepancies?payinId=${id}&limit=100`);
  return body.data.filter(({ detail }) => detail.startsWith('our own records disagree'));
}

const finished = () => lastCheck(testApp);
const aNightPasses = () => nightPasses(testApp);

async function paid(changes: Record<string, unknown> = {}): Promise<PresentedPayin> {
  const payin = await testApp.api.open({ rail: 'BRE_B', callbackUrl: testApp.merchant.url, ...changes });
  await pay(payin, payin.amountInCents);
  return testApp.api.reaches(payin.id, 'APPROVED');
}

async function pay(payin: PresentedPayin, amountInCents: number): Promise<void> {
  const { control, order } = await providerSide(testApp, payin, 'teemopay');
  await control.pay(order.id, { amountInCents, feeInCents: 1_000 });
}

async function reverse(payin: PresentedPayin): Promise<void> {
  const { control, order } = await providerSide(testApp, payin, 'teemopay');
  await control.reverse(order.id, { webhook: 'none' });
  await testApp.api.call('POST', `/payins/${payin.id}/refresh`);
}

/** Changes the ledger, which its triggers otherwise refuse. */
async function tamper(statement: string, values: unknown[]): Promise<void> {
  await query('alter table ledger_entries disable trigger append_only');
  await query(statement, values);
  await query('alter table ledger_entries enable trigger append_only');
}

describe('the integrity check', () => {
  it('finds nothing wrong in any legal history', async () => {
    const { api } = testApp;
    await paid();
    await reverse(await paid());
    const short = await api.open({ rail: 'BRE_B', callbackUrl: testApp.merchant.url });
    await pay(short, 3_000_000);
    await api.reaches(short.id, 'UNDERPAID');
    const accepted = await api.open({ rail: 'BRE_B' });
    await pay(accepted, 3_000_000);
    await api.reaches(accepted.id, 'UNDERPAID');
    await api.call('POST', `/payins/${accepted.id}/accept`);
    await pay(accepted, 4_000_000);
    await api.call('POST', `/payins/${accepted.id}/refresh`);
    const late = await api.open({ rail: 'BRE_B', callbackUrl: testApp.merchant.url });
    await api.call('POST', `/payins/${late.id}/cancel`);
    await pay(late, 5_000_000);
    await api.reaches(late.id, 'APPROVED');
    await api.open({ rail: 'BRE_B', callbackUrl: testApp.merchant.url });
    for (const correction of [
      { type: 'BOOK_RECEIPT', amountInCents: 2_000_000, paymentId: 'bank-1' },
      { type: 'MARK_REVERSED', amountInCents: 1_000_000 },
      { type: 'ACCEPT_AS_PAID' },
    ]) {
      const corrected = await api.open({ rail: 'BRE_B', callbackUrl: testApp.merchant.url });
      await pay(corrected, 3_000_000);
      await api.reaches(corrected.id, 'UNDERPAID');
      const [open] = await api.discrepancies(corrected.id);
      const act = { reason: 'CORRECTED', note: 'seen at the bank', correction };
      expect((await api.call('POST', `/discrepancies/${open!.id}/resolve`, act)).status).toBe(200);
    }
    expect(await aNightPasses()).toMatchObject({ payins: 9, mismatches: 0 });
    const { body } = await api.call('GET', '/ledger/balances');
    expect(body['lastCheck']).toEqual({ finishedAt: expect.any(String), payins: 9, mismatches: 0 });
    expect(await query(`select id from discrepancies where source = 'integrity_check'`)).toEqual([]);
  });

  it('goes on in another process where it was when its worker died', async () => {
    const { app } = testApp.service;
    const [check, store] = [app.get(CheckIntegrity), app.get(IntegrityCheckStore)];
    const claimed = () => until('the check to be claimed', async () => (await check.claim(1))[0]);
    const payins = await testApp.database.query<{ id: string }>('select id from payins order by id');
    const last = payins[3]!.id;
    await query('update integrity_checks set due_at = now()');
    const before = await finished();
    await store.save(await claimed(), { payins: 4, found: [], last }, 0);
    const second = await claimed();
    expect(second.after).toBe(last);
    // It dies here: its lease is over now.
    await query('update integrity_checks set due_at = now()');
    const other = await startService({ ...testApp.environment, PORT: String(await freePort()) });
    try {
      const now = await until('the check to be finished', async () => {
        const latest = await finished();
        return latest.at > before.at && latest;
      });
      expect(now).toMatchObject({ payins: payins.length, mismatches: 0 });
      // A worker that wakes up too late changes nothing.
      await store.save(second, { payins: 1000, found: [], last: null }, 1000);
      expect(await finished()).toEqual(now);
    } finally {
      await other.close();
    }
  });

  const WRONG: [what: string, kind: string, says: RegExp, corrupt: (id: string) => Promise<unknown>][] = [
    [
      'another amount received',
      'AMOUNT_CONFLICT',
      /the payin has 4999900 cents received, its receipts have 5000000/,
      (id) => query('update payins set amount_received_in_cents = 4999900 where id = $1', [id]),
    ],
    [
      'a receipt with another amount',
      'AMOUNT_CONFLICT',
      /the history has 5000000 cents received, the receipts have 6000000; the ledger has 5000000 cents received/,
      (id) => query('update receipts set amount_in_cents = 6000000 where payin_id = $1', [id]),
    ],
    [
      'a lost receipt',
      'AMOUNT_CONFLICT',
      /its receipts have 0;.*the ledger has 1000 cents of fees, the receipts have 0/,
      (id) => query('delete from receipts where payin_id = $1', [id]),
    ],
    [
      'a changed ledger entry',
      'AMOUNT_CONFLICT',
      /the ledger has 5000001 cents received, the receipts have 5000000/,
      (id) =>
        tamper(`update ledger_entries set amount_in_cents = 5000001 where payin_id = $1 and credit = 'merchant'`, [id]),
    ],
    [
      'a lost fee in the ledger',
      'AMOUNT_CONFLICT',
      /the ledger has 0 cents of fees, the receipts have 1000/,
      (id) => tamper(`delete from ledger_entries where payin_id = $1 and debit like 'fees:%'`, [id]),
    ],
    [
      'money reversed that the status does not know of',
      'AMOUNT_CONFLICT',
      /the payin is APPROVED, and the ledger has 100 of 5000000 cents reversed/,
      (id) => book(id, 'merchant', 'provider:teemopay'),
    ],
    [
      'a loss that nobody accepted',
      'AMOUNT_CONFLICT',
      /the ledger has 100 written off/,
      (id) => book(id, 'write-offs', 'merchant'),
    ],
    [
      'another currency',
      'AMOUNT_CONFLICT',
      /another currency/,
      (id) => tamper(`update ledger_entries set currency = 'USD' where payin_id = $1`, [id]),
    ],
    [
      'paid with nothing to show for it',
      'STATUS_CONFLICT',
      /the payin is APPROVED, and its receipts have 5000000 of 9000000 cents/,
      (id) => query('update payins set amount_in_cents = 9000000 where id = $1', [id]),
    ],
    [
      'unpaid with money',
      'STATUS_CONFLICT',
      /the payin is EXPIRED, and its receipts have 5000000 of 5000000 cents; the payin is EXPIRED, its history ends with APPROVED/,
      (id) => query(`update payins set status = 'EXPIRED' where id = $1`, [id]),
    ],
    [
      'short with all of the money',
      'STATUS_CONFLICT',
      /the payin is UNDERPAID, and its receipts have 5000000 of 5000000/,
      (id) => query(`update payins set status = 'UNDERPAID' where id = $1`, [id]),
    ],
    [
      'reversed, though nothing came',
      'STATUS_CONFLICT',
      /the payin is REVERSED, and its receipts have 0 of 5000000/,
      async (id) => {
        await query('delete from receipts where payin_id = $1', [id]);
        await query(`update payins set status = 'REVERSED' where id = $1`, [id]);
      },
    ],
    [
      'a move out of nowhere',
      'STATUS_CONFLICT',
      /does not begin with the status before it/,
      (id) =>
        query(`update payin_events set from_status = 'EXPIRED' where payin_id = $1 and to_status = 'APPROVED'`, [id]),
    ],
    [
      'a gap in the history',
      'STATUS_CONFLICT',
      /the history has \d+ lines up to number \d+, and should have \d+/,
      (id) => query(`delete from payin_events where payin_id = $1 and type = 'observation'`, [id]),
    ],
    [
      'an event that the merchant was not told of',
      'STATUS_CONFLICT',
      /1 events of the history have no notification/,
      (id) => query(`update notifications set sequence = 1000 where payin_id = $1 and type = 'payin.approved'`, [id]),
    ],
  ];

  /** One more entry, caused by the last line of the history. */
  const book = (id: string, debit: string, credit: string) =>
    query(
      `insert into ledger_entries (organization_id, payin_id, sequence, debit, credit, amount_in_cents, currency)
       select organization_id, id, sequence, $2, $3, 100, 'COP' from payins where id = $1`,
      [id, debit, credit],
    );

  it('finds each breach with its detail, and only once, however many nights pass', async () => {
    const payins = new Map<string, PresentedPayin>();
    for (const [what, , , corrupt] of WRONG) {
      const payin = await paid();
      payins.set(what, payin);
      await corrupt(payin.id);
    }
    await aNightPasses();
    const first = new Map<string, Found[]>();
    for (const [what, kind, says] of WRONG) {
      const own = await found(payins.get(what)!);
      expect([what, own.filter((one) => one.kind === kind)]).toEqual([
        what,
        [expect.objectContaining({ kind, status: 'OPEN', detail: expect.stringMatching(says) })],
      ]);
      first.set(what, own);
    }
    await aNightPasses();
    for (const [what] of WRONG) {
      const again = await found(payins.get(what)!);
      expect([what, again.map(({ id }) => id)]).toEqual([what, first.get(what)!.map(({ id }) => id)]);
      // Every decision computes the sum of a payin from its receipts again, and this finding was one.
      const isHealed = what === 'another amount received';
      for (const { status } of again) expect([what, status]).toEqual([what, isHealed ? 'RESOLVED' : 'OPEN']);
    }
  });

  it('finds no breach in discrepancies from before they had events', async () => {
    const payin = await paid();
    await query(
      `insert into payin_events (organization_id, payin_id, sequence, type, source, data)
       select organization_id, id, sequence + 1, 'discrepancy.opened', 'poll', '{"kind": "OVERPAID"}' from payins where id = $1`,
      [payin.id],
    );
    await query('update payins set sequence = sequence + 1 where id = $1', [payin.id]);
    await aNightPasses();
    expect(await found(payin)).toEqual([]);
  });

  it('keeps its lease while it reports, and gives the check back when its process ends', async () => {
    const [check, store] = [testApp.service.app.get(CheckIntegrity), testApp.service.app.get(IntegrityCheckStore)];
    const claimed = async () => {
      await query('update integrity_checks set due_at = now()');
      return until('the check to be claimed', async () => (await check.claim(1))[0]);
    };
    const lease = () =>
      query(`select due_at > now() + interval '25 seconds' as long, due_at <= now() as due from integrity_checks`);
    const job = await claimed();
    await query(`update integrity_checks set due_at = now() + interval '1 second'`);
    expect(await store.keep(job)).toBe(true);
    expect(await lease()).toEqual([{ long: true, due: false }]);
    expect(await store.keep({ ...job, fencingToken: job.fencingToken - 1 })).toBe(false);
    const before = await finished();
    await check.work(job, AbortSignal.abort());
    expect(await finished()).toEqual(before);
  });

  it('closes its own findings once they are in order, and no others', async () => {
    const payin = await paid();
    await query(`update payins set status = 'PENDING' where id = $1`, [payin.id]);
    await aNightPasses();
    expect((await found(payin)).map(({ status }) => status)).toEqual(['OPEN']);
    await query(`update payins set status = 'APPROVED' where id = $1`, [payin.id]);
    await aNightPasses();
    expect(await found(payin)).toMatchObject([{ status: 'RESOLVED', resolution: 'THE_LEDGER_AGREES' }]);
    await query(`update payins set status = 'PENDING' where id = $1`, [payin.id]);
    await aNightPasses();
    const all = (await found(payin)).map(({ status }) => status);
    expect(all.toSorted()).toEqual(['OPEN', 'RESOLVED']);
  });

  it('reports a payin so broken that no update of it can be written', async () => {
    const payin = await paid();
    await query('update payins set sequence = 1 where id = $1', [payin.id]);
    for (let night = 0; night < 2; night += 1) await aNightPasses();
    const rows = await query('select kind, payin_id, status from discrepancies where reference = $1', [
      payin.reference,
    ]);
    expect(rows).toEqual([{ kind: 'STATUS_CONFLICT', payin_id: null, status: 'OPEN' }]);
  });

  it.each([
    ['before all payins', '00000000-0000-7000-8000-000000000001'],
    ['after all payins', 'fffffff0-0000-7000-8000-000000000001'],
  ])('reports what names a payin that is not there, %s', async (_where, id) => {
    const { organizationId } = await paid();
    await query(
      `insert into attempts (organization_id, id, payin_id, provider, provider_reference, state)
       values ($1, gen_random_uuid(), $2, 'teemopay', gen_random_uuid()::text::varchar(32), 'not_executed')`,
      [organizationId, id],
    );
    await query(
      `insert into payin_events (organization_id, payin_id, sequence, type, source, data)
       values ($1, $2, 1, 'payin.created', 'create', '{}')`,
      [organizationId, id],
    );
    for (let night = 0; night < 2; night += 1) await aNightPasses();
    const rows = await query('select kind, payin_id, status, detail from discrepancies where reference = $1', [id]);
    expect(rows).toEqual([
      {
        kind: 'STATUS_CONFLICT',
        payin_id: null,
        status: 'OPEN',
        detail: `our own records disagree: there is no payin ${id}, but rows that name it in attempts, payin_events`,
      },
    ]);
    for (const table of ['attempts', 'payin_events']) await query(`delete from ${table} where payin_id = $1`, [id]);
  });

  it('reports an event without a notification for a standing endpoint, unless the endpoint is newer than the event', async () => {
    const { api, merchant } = testApp;
    const before = await paid();
    const { status } = await api.call('POST', '/webhook-endpoints', {
      url: merchant.url,
      eventTypes: ['payin.approved'],
    });
    expect(status).toBe(201);
    const soon = await paid();
    await query(
      `update webhook_endpoints set updated_at = now() - interval '1 hour', created_at = now() - interval '1 hour'`,
    );
    await query(`update payin_events set at = at - interval '2 hours' where payin_id = $1`, [before.id]);
    const after = await paid();
    await aNightPasses();
    for (const payin of [before, soon, after]) expect(await found(payin)).toEqual([]);
    await query('update notifications set sequence = 1000 where payin_id = $1 and endpoint_id is not null', [after.id]);
    await query(`update payin_events set at = at - interval '2 hours' where payin_id <> $1`, [after.id]);
    await aNightPasses();
    expect(await found(after)).toMatchObject([{ detail: expect.stringContaining('1 events of the history') }]);
    for (const payin of [before, soon]) expect(await found(payin)).toEqual([]);
  });

  it('is made at once by the command line, which prints every mismatch and exits with a status', async () => {
    const folder = await WorkFolder.create();
    try {
      const program = folder.run('cli', ['ledger', 'check'], testApp.environment);
      expect(await program.ended).toBe(1);
      expect(program.stderr()).toMatch(/mismatches in/);
      const lines = program.stdout().trim().split('\n');
      const [{ wrong, payins } = { wrong: 0, payins: 0 }] = await testApp.database.query<{
        wrong: number;
        payins: number;
      }>(
        `select (select count(distinct payin_id)::int from discrepancies where source = 'integrity_check' and status = 'OPEN') as wrong,
                (select count(*)::int from payins) as payins`,
      );
      expect(new Set(lines.map((line) => line.split('  ')[1])).size).toBeGreaterThanOrEqual(wrong);
      expect(
        lines.every((line) => /^\S+ {2}\S+ {2}(AMOUNT|STATUS)_CONFLICT {2}our own records disagree: /.test(line)),
      ).toBe(true);
      expect(program.stderr()).toBe(`${lines.length} mismatches in ${payins} payins.\n`);
    } finally {
      await folder.remove();
    }
  });

  it('finds the same in batches of any size', async () => {
    const store = testApp.service.app.get(IntegrityCheckStore);
    const [{ id } = { id: '' }] = await testApp.database.query<{ id: string }>('select id from organizations');
    const all = await store.checkBatch(id, null, 10_000);
    expect(all.found.length).toBeGreaterThan(10);
    for (const size of [1, 7]) {
      const found = [];
      let after: string | null = null;
      do {
        const batch = await store.checkBatch(id, after, size);
        expect(batch.payins).toBeLessThanOrEqual(size);
        found.push(...batch.found);
        after = batch.last;
      } while (after !== null);
      expect(found).toEqual(all.found);
    }
  });
});
