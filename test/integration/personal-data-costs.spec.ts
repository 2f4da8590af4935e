import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { commandLine } from '../../src/audit/audit-entry.js';
import { Database } from '../../src/database/database.js';
import { newId } from '../../src/database/id-at.js';
import { ormOptions } from '../../src/database/orm-options.js';
import { FindPayins } from '../../src/payins/store/find-payins.store.js';
import type { ClaimedSweep } from '../../src/personal-data/personal-data.queries.js';
import { PersonalDataStore } from '../../src/personal-data/personal-data.store.js';
import { StatementWatch } from '../support/statement-watch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const DAYS = 30;
/** Of each kind: long forgotten, and not to be forgotten yet. */
const OTHERS = 6_000;
const DUE = 3;
/** What a batch of a few payins reads in one place. */
const ROWS_MAX = 50;
/** Tables that grow with the payins. */
const LARGE = /^(?:payins|payin_search_terms|inbound_webhooks|attempts)/;

let database: TestDatabase;
let orm: MikroORM;
let store: PersonalDataStore;
let watch: StatementWatch;
const organizationId = newId();

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await MikroORM.init(ormOptions(database.url, []));
  const connection = new Database(orm);
  store = new PersonalDataStore(connection);
  await database.query(
    `insert into organizations (id, name, code, notification_secret) values ($1, 'Test', 'abcdefg', 'whsec_')`,
    [organizationId],
  );
  await fill('forgotten', OTHERS, 90, `'{"forgottenAt":"2025-01-01T00:00:00.000Z"}'::jsonb`);
  await fill('due', DUE, 60, requestOf(`'7000'`));
  await fill('recent', OTHERS, 10, requestOf(`'8' || n`));
  // All of one instant, as after a bulk load: some are still needed.
  await fill('needed', 20, 50, requestOf(`'9' || n`));
  await database.query(
    `insert into discrepancies (organization_id, id, payin_id, reference, kind, currency, detail)
     select organization_id, gen_random_uuid(), id, reference, 'OVERPAID', 'COP', '' from payins where reference like 'needed%'`,
  );
  const finder = new FindPayins(connection);
  for (let left = true; left;) {
    const [batch] = await finder.claimUnindexed(1, []);
    if (batch) await finder.index(batch);
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

const requestOf = (idNumber: string) =>
  `jsonb_build_object('reference', reference, 'amountInCents', 100, 'inlineCustomer', jsonb_build_object('name', 'Ana', 'idType', 'CC', 'idNumber', ${idNumber}))`;

async function fill(name: string, count: number, daysAgo: number, request: string): Promise<void> {
  await database.query(
    `insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, status, expires_at,
                         sequence, created_at, updated_at, result_at)
     select $1, uuidv7(age), reference, '', ${request}, 100, 'COP', 'PSE', 'tumipay', 'APPROVED', now(), 1, now() + age, now() + age, now() + age
     from generate_series(1, $2::int) n, lateral (select $3::int * interval '-1 day' as age, $4::text || n as reference offset 0) as facts`,
    [organizationId, count, daysAgo, name],
  );
  await database.query(
    `insert into inbound_webhooks (organization_id, id, provider, event_key, provider_reference, raw_body, outcome, due_at)
     select $1, uuidv7(make_interval(days => -($3::int))), 'tumipay', $4::text || n, 'x' || n, case when $4::text = 'forgotten' then ''::bytea else 'x'::bytea end, 'orphan', null
     from generate_series(1, $2::int) n`,
    [organizationId, count, daysAgo, name],
  );
  if (name !== 'forgotten')
    await database.query(
      `insert into unindexed_payins (organization_id, payin_id) select organization_id, id from payins where reference like $1`,
      [`${name}%`],
    );
}

async function claimed(): Promise<ClaimedSweep> {
  const [sweep] = await database.query<ClaimedSweep>(
    `select organization_id as "organizationId", id, fencing_token as "fencingToken", phase, after, after_updated_at::text as "afterUpdatedAt", now() as "claimedAt"
     from personal_data_sweeps where organization_id = $1`,
    [organizationId],
  );
  return sweep!;
}

const remembered = async (name: string): Promise<number> => {
  const rows = await database.query(`select from payins where reference like $1 and request -> 'forgottenAt' is null`, [
    `${name}%`,
  ]);
  return rows.length;
};

function expectCheap(statements: readonly string[]): void {
  expect(watch.statements).toEqual(expect.arrayContaining([...statements]));
  const readings = watch.readings.filter(({ statement }) => statements.includes(statement));
  expect(readings.filter(({ rows }) => rows > ROWS_MAX)).toEqual([]);
  expect(readings.filter(({ place, scan, rows }) => scan === 'Seq Scan' && rows > 0 && LARGE.test(place))).toEqual([]);
}

describe(`among ${2 * OTHERS} payins that are forgotten or not old enough`, () => {
  it('one payer is found by the document, and nothing else is read', async () => {
    const by = commandLine(organizationId);
    const [one] = await database.query<{ id: string }>(`select id from payins where reference = 'due1'`);
    // One that is not indexed yet is found, too.
    await database.query(`delete from payin_search_terms where payin_id = $1`, [one!.id]);
    await database.query('insert into unindexed_payins (organization_id, payin_id) values ($1, $2)', [
      organizationId,
      one!.id,
    ]);
    expect(await store.forgetPayer(by, 'CE', ['7000'])).toEqual({ forgotten: 0, kept: 0 });
    expect(await store.forgetPayer(by, 'CC', ['91'])).toEqual({ forgotten: 0, kept: 1 });
    expect(await store.forgetPayer(by, 'CC', ['7000'])).toEqual({ forgotten: DUE, kept: 0 });
    expect([await remembered('due'), await remembered('recent')]).toEqual([0, OTHERS]);
    expectCheap([
      'choose the unindexed payins of a payer to forget',
      'choose the payins of a payer to forget',
      'forget payers',
    ]);
  });

  it('a sweep finds what is due by an index, forgets it and comes to its end', async () => {
    await fill('late', DUE, 40, requestOf(`'7001'`));
    await database.query(
      `insert into discrepancies (organization_id, id, reference, kind, currency, detail, status, note, resolved_at)
       values ($1, gen_random_uuid(), '1', 'ORPHAN', 'COP', '', 'RESOLVED', 'old', now() - interval '40 days'),
              ($1, gen_random_uuid(), '2', 'ORPHAN', 'COP', '', 'RESOLVED', 'recent', now())`,
      [organizationId],
    );
    await store.claim(0);
    let batches = 0;
    for (let isOver = false; !isOver; batches += 1) {
      await store.sweep(await claimed(), DAYS);
      const [{ finished }] = (await database.query<{ finished: boolean }>(
        'select finished_at is not null as finished from personal_data_sweeps where organization_id = $1',
        [organizationId],
      )) as [{ finished: boolean }];
      isOver = finished;
      expect(batches).toBeLessThan(10);
    }
    expect([await remembered('late'), await remembered('needed'), await remembered('recent')]).toEqual([0, 20, OTHERS]);
    const [webhooks] = await database.query<{ left: number }>(
      `select count(*)::int as left from inbound_webhooks where raw_body <> ''`,
    );
    expect(webhooks!.left).toBe(OTHERS);
    const notes = await database.query('select note from discrepancies where payin_id is null order by reference');
    expectCheap(['choose old payins to forget', 'forget old webhooks', 'forget old notes']);
    expect(notes).toEqual([{ note: null }, { note: 'recent' }]);
  });
});
