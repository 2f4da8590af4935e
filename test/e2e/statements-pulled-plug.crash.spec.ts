import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { API_KEY } from '../support/test-app.js';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { orderReference, organizationOf, writeLedger } from '../support/statement-ledger.js';
import { csv, statementReaches, type StatementView, THIS_YEAR, upload } from '../support/statements.js';
import { until } from '../support/until.js';

// kill -9 while a statement arrives and while it is compared. Payins are written down directly: thousands of them.

const PAYINS = 30_000;
/** One line in a hundred. */
const DIFFERENT = PAYINS / 100;
const LEASE_SECONDS = 31;

let replicas: Replicas;
let organizationId: string;

beforeEach(async () => {
  replicas = await startReplicas(2);
  organizationId = (await organizationOf(replicas.database)).id;
});
afterEach(() => replicas?.close());

/** A ledger, and a file about it in which one line in a hundred differs, one order is not told and one is told that is not ours. */
async function ledgerAndFile(): Promise<string> {
  const { code } = await organizationOf(replicas.database);
  const payins = Array.from({ length: PAYINS }, (_, index) => ({
    reference: `plug-${index}`,
    providerReference: orderReference(code),
    externalId: `X-${index}`,
    status: 'APPROVED',
    requestedInCents: 5_000_000,
    booked: [5_000_000],
    paidAt: new Date(),
  }));
  await writeLedger(replicas.database, organizationId, payins);
  const lines = payins
    .slice(1)
    .map(
      ({ providerReference }, index) =>
        `${providerReference},,${index % 100 === 0 ? 4_900_000 : 5_000_000},COP,APPROVED,,`,
    );
  return csv(...lines, 'nobody,,100,COP,APPROVED,,');
}

const FOUND = {
  outcomes: { MATCHED: PAYINS - 1 - DIFFERENT, DIFFERENT, MISSING_HERE: 1, MISSING_THERE: 1, NOT_OURS: 0 },
  differences: { AMOUNT_CONFLICT: DIFFERENT, MISSING_HERE: 1, MISSING_AT_PROVIDER: 1 },
};

/** The provider may have been asked about the payin that the statement lacks (the first one): its own answer is then the source. */
async function expectAllFoundOnce(): Promise<void> {
  const found = await replicas.database.query<{ kind: string; count: number; apart: number }>(
    `select kind, count(*)::int as count, count(distinct coalesce(payin_id::text, reference))::int as apart
     from discrepancies
     where source = 'statement' or payin_id = (select id from payins where reference = 'plug-0')
     group by kind order by kind`,
  );
  expect(found).toEqual(
    Object.entries(FOUND.differences)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([kind, count]) => ({ kind, count, apart: count })),
  );
}

describe('kill -9', () => {
  it('of whoever compares a statement, again and again, changes nothing of what is found', async () => {
    const [first, second] = replicas.all;
    const file = await ledgerAndFile();
    const { body } = await upload(first!.api, file, { covers: 'PAYMENTS' });
    const places = new Set<string>();
    for (const [index, victim] of [first!, second!, first!].entries()) {
      const place = await until('the comparison to get on', async () => {
        const [row] = await replicas.database.query<{ status: string; phase: string; position: string | null }>(
          'select status, phase, position from statements where id = $1',
          [body.id],
        );
        if (row!.status === 'DONE') return 'the end';
        const here = `${row!.phase} ${row!.position}`;
        return row!.position !== null && !places.has(here) && here;
      });
      places.add(place);
      // Both: which of them is at it is not known from outside.
      for (const one of replicas.all) await one.pullPlug();
      await replicas.timePasses(LEASE_SECONDS);
      await victim.start();
      if (index === 2) await second!.start();
    }
    const done = await statementReaches(first!.api, body.id, 'DONE', 120_000);
    // It was cut off three times, in the middle.
    expect([places.size, places.has('the end')]).toEqual([3, false]);
    expect(done).toMatchObject({ lines: PAYINS, compared: PAYINS, ...FOUND });
    await expectAllFoundOnce();
  }, 300_000);

  it('of whoever receives a statement leaves nothing but an abandoned one, and it can be sent again', async () => {
    const [first, second] = replicas.all;
    const file = await ledgerAndFile();
    const query = new URLSearchParams({ provider: 'tumipay', ...THIS_YEAR, covers: 'PAYMENTS' });
    const sending = request(`${first!.api.url}/statements?${query.toString()}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'text/csv' },
    });
    sending.on('error', () => undefined);
    sending.write(file.slice(0, Math.floor(file.length * 0.8)));
    const id = await until('some lines to be stored', async () => {
      const list = await second!.api.call<{ data: StatementView[] }>('GET', '/statements');
      return list.body.data.find(({ lines }) => lines > 0)?.id;
    });
    await first!.pullPlug();
    await replicas.timePasses(LEASE_SECONDS);
    expect(await statementReaches(second!.api, id, 'ABANDONED')).toMatchObject({ outcomes: null, compared: 0 });
    await until('its lines to be swept away', async () => {
      const left = await replicas.database.query('select 1 from statement_lines where statement_id = $1', [id]);
      return left.length === 0;
    });
    expect(await replicas.database.query('select 1 from discrepancies')).toEqual([]);
    const again = await upload(second!.api, file, { covers: 'PAYMENTS' });
    expect([again.status, again.body.id === id]).toEqual([202, false]);
    expect(await statementReaches(second!.api, again.body.id, 'DONE', 120_000)).toMatchObject(FOUND);
    await expectAllFoundOnce();
  }, 300_000);
});

describe('two replicas at once', () => {
  it('take the same file as one statement, and compare it once', async () => {
    const file = await ledgerAndFile();
    const answers = await Promise.all(replicas.all.map(({ api }) => upload(api, file, { covers: 'PAYMENTS' })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 202]);
    expect(answers[0]!.body.id).toBe(answers[1]!.body.id);
    expect(await statementReaches(replicas.all[1]!.api, answers[0]!.body.id, 'DONE', 120_000)).toMatchObject(FOUND);
    await expectAllFoundOnce();
  }, 300_000);
});
