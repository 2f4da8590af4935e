import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { ENTITIES } from '../../src/app/entities.js';
import { ormOptions } from '../../src/database/orm-options.js';
import { migrate } from '../../src/database/schema.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const BEFORE = 'Migration20261129200029';

/** Tables as they were called, with what a row of each has in the columns that get another name or another value. */
const OLD_ROWS: Readonly<Record<string, Record<string, unknown>>> = {
  payins: {
    status: 'APPROVED',
    rail: 'PSE',
    amount_in_cents: 5000,
    fence: 3,
    looks: 7,
    paid_answer_since: new Date(0),
  },
  payin_events: {
    sequence: 1,
    type: 'money.taken_back',
    source: 'books',
    data: { resolution: 'THE_REST_WAS_TAKEN_BACK', amountInCents: '5' },
  },
  attempts: { state: 'open' },
  observations: { source: 'books' },
  receipts: { source: 'books', amount_in_cents: 5000 },
  discrepancies: { source: 'books', status: 'RESOLVED', resolution: 'THE_BOOKS_AGREE', kind: 'AMOUNT_CONFLICT' },
  journal_entries: { sequence: 1, debit: 'provider:one', credit: 'merchant', amount_in_cents: 5000 },
  notifications: { fence: 4, tries: 2, lane: 'callback a0', due_at: new Date(0) },
  notification_tries: { number: 1, result: 'DELIVERED' },
  inbound_webhooks: { fence: 5, tries: 3, due_at: new Date(0) },
  statements: { fence: 6, tries: 4, phase: 'look_for_missing' },
  book_checks: { fence: 8, payins: 9 },
};

const NEW_ROWS: typeof OLD_ROWS = {
  payins: { fencing_token: 3, checks: 7, unconfirmed_paid_since: new Date(0) },
  payin_events: {
    type: 'money.reversed',
    source: 'integrity_check',
    data: { resolution: 'THE_REST_WAS_REVERSED', amountInCents: '5' },
  },
  observations: { source: 'integrity_check' },
  receipts: { source: 'integrity_check', amount_in_cents: '5000' },
  discrepancies: { source: 'integrity_check', resolution: 'THE_LEDGER_AGREES' },
  ledger_entries: { debit: 'provider:one', credit: 'merchant', amount_in_cents: '5000' },
  notifications: { fencing_token: 4, attempts: 2, partition: 'callback a0' },
  delivery_attempts: { number: 1, result: 'DELIVERED' },
  inbound_webhooks: { fencing_token: 5, attempts: 3 },
  statements: { fencing_token: 6, attempts: 4, phase: 'find_missing' },
  integrity_checks: { fencing_token: 8, payins: '9' },
};

/** Going back writes no picture of the schema. */
function optionsOf({ url }: TestDatabase): Options {
  const options = ormOptions(url, ENTITIES);
  return { ...options, migrations: { ...options.migrations, snapshot: false } };
}

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase('empty');
  await migrate(database.url, { to: BEFORE });
});
afterAll(async () => {
  await database?.drop();
});

/** One organization, one payin, one message: rows of different tables that belong together have the same id. */
const ID = randomUUID();

/** Inserts a row; a column that must have a value and is given none gets one that says nothing. */
async function insert(table: string, row: Record<string, unknown>): Promise<void> {
  const required = await database.query<{ name: string; type: string }>(
    `select column_name as name, data_type as type from information_schema.columns
     where table_name = $1 and table_schema = 'public' and is_nullable = 'NO' and column_default is null`,
    [table],
  );
  const filled = { ...Object.fromEntries(required.map(({ name, type }) => [name, valueOf(type)])), ...row };
  const names = Object.keys(filled);
  await database.query(
    `insert into ${table} (${names.join()}) values (${names.map((_, index) => `$${index + 1}`).join()})`,
    names.map((name) => filled[name]),
  );
}

function valueOf(type: string): unknown {
  if (type === 'uuid') return ID;
  if (type === 'jsonb') return '{}';
  if (type.startsWith('timestamp') || type === 'date') return new Date(0);
  return ['integer', 'bigint', 'smallint'].includes(type) ? 1 : type === 'bytea' ? Buffer.from('x') : 'x';
}

const namesLike = (pattern: string) =>
  database.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname ~ $1
     union all select conname from pg_constraint where connamespace = 'public'::regnamespace and conname ~ $1
     union all select proname from pg_proc where pronamespace = 'public'::regnamespace and proname ~ $1
     union all select column_name from information_schema.columns where table_schema = 'public' and column_name ~ $1`,
    [pattern],
  );

describe('a database of the version before the words of the field', () => {
  it('keeps all that is in it', async () => {
    await insert('organizations', { id: ID });
    for (const [table, row] of Object.entries(OLD_ROWS)) await insert(table, row);
    await database.query(`update notifications set payin_id = organization_id`);
    await migrate(database.url);
    for (const [table, row] of Object.entries(NEW_ROWS))
      expect(await database.query(`select * from ${table}`)).toMatchObject([row]);
  });

  it('has the schema that the entities ask for, and no old name', async () => {
    const orm = await MikroORM.init(optionsOf(database));
    try {
      expect(await orm.schema.getUpdateSchemaSQL({ wrap: false })).toBe('');
    } finally {
      await orm.close(true);
    }
    expect(await namesLike('(journal|book|fence|lane|looks|tries$|tries_|paid_answer)')).toEqual(
      // "entries" ends like an old word.
      (await namesLike('entries')).filter(({ name }) => /ledger_entries|audit_entries/.test(name)),
    );
  });

  it('still keeps the ledger from being changed', async () => {
    await expect(database.query('delete from ledger_entries')).rejects.toThrow('append-only');
    await expect(database.query('truncate ledger_entries')).rejects.toThrow('append-only');
  });

  it('can go back', async () => {
    const orm = await MikroORM.init(optionsOf(database));
    try {
      await orm.migrator.down({ to: BEFORE });
      for (const [table, row] of Object.entries(OLD_ROWS).filter(([name]) => name !== 'payins'))
        expect(await database.query(`select ${Object.keys(row).join()} from ${table}`)).toHaveLength(1);
      await migrate(database.url);
      expect(await database.query('select * from payin_events')).toMatchObject([NEW_ROWS['payin_events']]);
    } finally {
      await orm.close(true);
    }
  });
});
