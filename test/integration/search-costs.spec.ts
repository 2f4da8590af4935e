import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { Database } from '../../src/database/database.js';
import { ormOptions } from '../../src/database/orm-options.js';
import { COMMON_MIN } from '../../src/payins/store/find-payins.queries.js';
import { FindPayins, type PayinCriteria } from '../../src/payins/store/find-payins.store.js';
import { StatementWatch } from '../support/statement-watch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const PAYINS = 40_000;
/** As many entries of three terms are counted; of anything else less is read. */
const ROWS_MAX = 3 * (COMMON_MIN + 1);

const organizationId = randomUUID();
let database: TestDatabase;
let orm: MikroORM;
let payins: FindPayins;
let watch: StatementWatch;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await MikroORM.init(ormOptions(database.url, []));
  const connection = new Database(orm);
  payins = new FindPayins(connection);
  await fill();
  for (let left = true; left;) {
    const [batch] = await payins.claimUnindexed(1, []);
    if (batch) await payins.index(batch);
    left = batch !== undefined;
  }
  await database.query('vacuum analyze');
  watch = new StatementWatch(connection, database.url);
});

afterAll(async () => {
  await watch?.end();
  await orm?.close(true);
  await database?.drop();
});

/** One each minute. All are of one name and most of one amount, a third has expired; one is of another name, document and status. */
async function fill(): Promise<void> {
  await database.query(
    `insert into organizations (id, name, code, notification_secret) values ($1, 'Test', 'abcdefg', 'whsec_')`,
    [organizationId],
  );
  await database.query(
    `insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, status, expires_at,
                         sequence, created_at)
     select $1, uuidv7(age), reference, '', jsonb_build_object('reference', reference, 'amountInCents', amount, 'inlineCustomer',
              jsonb_build_object('name', case when n = 7 then 'Zoé Última' else 'María Peña' || case when n % 10 = 0 then ' Centésima' else '' end end, 'idNumber', (1000000 + n)::text)),
            amount, 'COP', case when n in (7, 30500) then 'PSE' else 'NEQUI' end, 'tumipay', case when n = 7 then 'UNDERPAID' when n % 3 = 0 then 'EXPIRED' else 'APPROVED' end, now(), 1,
            now() + age
     from generate_series(1, $2::int) n,
       lateral (select (n - $2::int) * interval '1 minute' as age, 'INV-' || n as reference, case when n % 100 = 0 then 700 else 5000000 end as amount) as facts`,
    [organizationId, PAYINS],
  );
  await database.query(
    `insert into attempts (organization_id, id, payin_id, provider, provider_reference, external_id, state)
     select organization_id, id, id, provider, md5(id::text), 'T' || reference, 'open' from payins`,
  );
  await database.query(
    'insert into unindexed_payins (organization_id, payin_id) select organization_id, id from payins',
  );
}

const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000);

const LIMIT = 20;
const SEARCHES: [string, PayinCriteria, number][] = [
  ['everything', {}, LIMIT],
  ['a reference', { text: 'INV-7' }, LIMIT],
  ['a whole reference', { reference: 'INV-7' }, 1],
  ['a beginning that all have', { text: 'inv-' }, LIMIT],
  ['a name that all have', { text: 'maria' }, LIMIT],
  ['two names that all have', { text: 'pena maria' }, LIMIT],
  ['a name that one has', { text: 'ultima' }, 1],
  ['a document', { text: '1.000.007' }, 1],
  ['the provider’s number', { text: 'TINV-7' }, 1],
  ['the provider’s number, in a list', { externalId: 'TINV-7' }, 1],
  ['an amount that most have', { text: '50.000' }, LIMIT],
  ['an amount', { amountInCents: 700 }, LIMIT],
  ['an amount and a rare status', { amountInCents: 5_000_000, statuses: ['UNDERPAID'] }, 1],
  ['a rare status', { statuses: ['UNDERPAID'] }, 1],
  ['several statuses', { statuses: ['UNDERPAID', 'APPROVED', 'EXPIRED'] }, LIMIT],
  ['a day long ago', { createdFrom: day(20), createdTo: day(19) }, LIMIT],
  ['a name on a day long ago', { text: 'maria', createdFrom: day(20), createdTo: day(19) }, LIMIT],
  ['a name that all have, of a rare status', { text: 'maria', statuses: ['UNDERPAID'] }, 0],
  ['an amount that most have, of a rare status', { text: '50.000', statuses: ['UNDERPAID'] }, 1],
  ['a beginning that all have, of a rare status', { text: 'inv-', statuses: ['UNDERPAID'] }, 1],
  ['three names of which one in ten has one', { text: 'peña maria centésima' }, LIMIT],
  ['what nobody has', { text: 'nobody' }, 0],
];

describe(`a search among ${PAYINS} payins of an organization`, () => {
  it.each(SEARCHES)('finds %s and reads no more than it needs', async (_what, criteria, found) => {
    const { ids, next } = await payins.find(organizationId, criteria, { limit: LIMIT });
    // One reading has all that there is.
    if (found < LIMIT) expect(next).toBeNull();
    expect(ids).toHaveLength(found);
    expect(await payins.readShown(organizationId, ids)).toHaveLength(found);
    expect(watch.statements.length).toBeGreaterThan(0);
    expect(watch.readings.filter(({ rows }) => rows > ROWS_MAX)).toEqual([]);
  });

  it.each<[string, PayinCriteria]>([
    ['everything', {}],
    ['several statuses', { statuses: ['UNDERPAID', 'APPROVED', 'EXPIRED'] }],
    ['an amount', { amountInCents: 700 }],
    ['a day long ago', { createdFrom: day(20), createdTo: day(19) }],
  ])('finds %s, oldest first, and reads no more than it needs', async (_what, criteria) => {
    const [oldest, newest] = await Promise.all(
      (['asc', 'desc'] as const).map((order) => payins.find(organizationId, criteria, { limit: LIMIT, order })),
    );
    expect(oldest!.ids).toHaveLength(LIMIT);
    expect(oldest!.ids).toEqual(oldest!.ids.toSorted());
    expect(oldest!.ids.at(-1)! < newest!.ids.at(-1)!).toBe(true);
    expect(watch.readings.filter(({ rows }) => rows > ROWS_MAX)).toEqual([]);
  });

  it('finds everything by its cursors, however common and however rare it is, each once and in the order that is asked for', async () => {
    for (const [criteria, count, order] of [
      [{ text: 'maria', amountInCents: 700 }, 400],
      [{ rail: 'PSE' }, 2],
      [{ text: 'maria', rail: 'PSE' }, 1],
      [{ rail: 'PSE', statuses: ['EXPIRED', 'APPROVED'] }, 1],
      [{ rail: 'PSE', statuses: ['EXPIRED', 'APPROVED'] }, 1, 'asc'],
      [{ text: 'maria', amountInCents: 700 }, 400, 'asc'],
      [{ amountInCents: 700, statuses: ['APPROVED', 'EXPIRED'] }, 400, 'asc'],
      [{ rail: 'PSE' }, 2, 'asc'],
    ] as [PayinCriteria, number, 'asc' | undefined][]) {
      const seen: string[] = [];
      let before: string | undefined;
      do {
        const { ids, next } = await payins.find(organizationId, criteria, { behind: before, limit: 100, order });
        seen.push(...ids);
        before = next ?? undefined;
      } while (before !== undefined);
      expect(seen).toHaveLength(count);
      const oldestFirst = [...new Set(seen)].toSorted();
      expect(seen).toEqual(order === 'asc' ? oldestFirst : oldestFirst.toReversed());
    }
    expect(watch.readings.filter(({ rows }) => rows > ROWS_MAX)).toEqual([]);
  });
});
