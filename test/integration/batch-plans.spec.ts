import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { batchPool } from '../../src/database/batch-pool.js';
import { Database } from '../../src/database/database.js';
import { newId } from '../../src/database/id-at.js';
import { ormOptions } from '../../src/database/orm-options.js';
import { PayinStore } from '../../src/payins/store/payin.store.js';
import type { PayinRecord } from '../../src/payins/store/payin-record.js';
import { createTestDatabase } from '../support/test-database.js';

const PAYINS = 3_000;
/** Of a batch: so that there are many, as with many callers. */
const AT_ONCE = 20;

it('a new installation reads a payin by its key, though PostgreSQL has not counted its tables yet', async () => {
  const database = await createTestDatabase();
  const orm = await MikroORM.init(ormOptions(database.url, []));
  const organizationId = randomUUID();
  await database.query(
    `insert into organizations (id, name, code, notification_secret) values ($1, 'Test', 'abcdefg', 'whsec_')`,
    [organizationId],
  );
  const store = new PayinStore(new Database(orm));
  const create = async () => {
    const id = newId();
    const attempt = { id, provider: 'tumipay', providerReference: id.replaceAll('-', '') };
    await store.insert({ ...PAYIN, organizationId, id, reference: id }, attempt, () => []);
    await store.read(organizationId, id);
  };
  for (let created = 0; created < PAYINS; created += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, create));
  // A connection says what it has read at its end.
  await orm.close(true);
  const [counted] = await database.query<{ read: number; analyzed: Date | null }>(
    `select (select sum(idx_tup_read)::int from pg_stat_user_indexes where relname = 'payins') as read,
            (select coalesce(last_analyze, last_autoanalyze) from pg_stat_user_tables where relname = 'payins') as analyzed`,
  );
  expect(counted!.analyzed).toBeNull();
  // By the organization alone they would be half of all for each: 4.5 million.
  expect(counted!.read).toBeLessThan(PAYINS * 200);
  await database.drop();
});

const NOW = new Date();
const PAYIN: Omit<PayinRecord, 'organizationId' | 'id' | 'reference'> = {
  fingerprint: 'f'.repeat(64),
  request: { amountInCents: 9_000, currency: 'COP', rail: 'PSE', reference: 'order' },
  amountInCents: 9_000n,
  currency: 'COP',
  rail: 'PSE',
  status: 'CREATED',
  amountReceivedInCents: 0n,
  amountRefundedInCents: null,
  provider: 'tumipay',
  errorCode: null,
  instructions: null,
  expiresAt: new Date(NOW.getTime() + 3_600_000),
  resultAt: null,
  chargebackAt: null,
  unconfirmedPaidSince: null,
  paymentLinkId: null,
  createdAt: NOW,
  updatedAt: NOW,
};

it('a batch waits for little: for a lock, for itself and for a connection that has gone silent', async () => {
  const database = await createTestDatabase();
  const orm = await MikroORM.init(ormOptions(database.url, []));
  const pool = batchPool(await orm.em.getConnection().getNativeClient());
  const shown = async (name: string) =>
    (await pool.query<{ value: string }>('select current_setting($1) as value', [name])).rows[0]!.value;
  expect(await Promise.all(['lock_timeout', 'statement_timeout', 'plan_cache_mode'].map(shown))).toEqual([
    '250ms',
    '5s',
    'force_generic_plan',
  ]);
  expect((pool.options as { query_timeout?: number }).query_timeout).toBe(6_000);
  await orm.close(true);
  await database.drop();
});
