import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { RAILS, REPORTED_STATUSES } from '@recaudo/payment-provider';
import { ENTITIES } from '../../src/app/entities.js';
import { ormOptions } from '../../src/database/orm-options.js';
import { KINDS_OF_WORK } from '../../src/metrics/backlog.queries.js';
import { EVENT_TYPES, HISTORY_TYPES } from '../../src/payins/domain/history.js';
import { DISCREPANCY_KINDS } from '../../src/payins/domain/discrepancy.js';
import { PAYIN_STATUSES } from '../../src/payins/domain/status.js';
import { UPDATE_SOURCES } from '../../src/payins/domain/update-source.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let database: TestDatabase;
let orm: MikroORM;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await MikroORM.init(ormOptions(database.url, ENTITIES));
});

afterAll(async () => {
  await orm?.close(true);
  await database?.drop();
});

describe('migrations', () => {
  it('give exactly the schema that the entities ask for', async () => {
    expect(await orm.schema.getUpdateSchemaSQL({ wrap: false })).toBe('');
    expect(await orm.migrator.checkSchema()).toBe(false);
  });

  it('are all applied to a migrated database', async () => {
    expect(await orm.migrator.getPending()).toEqual([]);
  });

  it('give columns that are wide enough for every status, rail, kind, source and event', async () => {
    const columns = await database.query<{ name: string; width: number }>(`
      select table_name || '.' || column_name as name, character_maximum_length as width
      from information_schema.columns where table_schema = 'public' and character_maximum_length is not null`);
    const widthOf = (name: string) => columns.find((column) => column.name === name)?.width ?? 0;
    const words: Readonly<Record<string, readonly string[]>> = {
      'payins.status': PAYIN_STATUSES,
      'payin_events.to_status': PAYIN_STATUSES,
      'payins.rail': RAILS,
      'discrepancies.kind': DISCREPANCY_KINDS,
      'statement_lines.status': REPORTED_STATUSES,
      'observations.source': UPDATE_SOURCES,
      'payin_events.type': HISTORY_TYPES,
      'notifications.type': EVENT_TYPES,
    };
    const tooLong = Object.entries(words).flatMap(([column, all]) =>
      all.filter((word) => word.length > widthOf(column)).map((word) => `${column} ${word}`),
    );
    expect(tooLong).toEqual([]);
  });

  it('count the due work of every table that has any, for the metrics and the alarm', async () => {
    const tables = await database.query<{ name: string }>(`
      select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'due_at'`);
    expect(tables.map(({ name }) => name).toSorted()).toEqual([...KINDS_OF_WORK].toSorted());
  });

  it('give every table an organization that leads its primary and unique keys and its foreign keys', async () => {
    const keys = await database.query<{ table: string; columns: string[]; unique: boolean; partial: boolean }>(`
      select t.relname as "table", i.indisunique as "unique", i.indpred is not null as partial,
             array(select a.attname::text from unnest(i.indkey) with ordinality k (n, o)
                   join pg_attribute a on a.attrelid = t.oid and a.attnum = k.n order by k.o) as columns
      from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace s on s.oid = t.relnamespace
      where s.nspname = 'public' and i.indisunique and t.relname not in ('organizations', 'people', 'sessions', 'sign_in_throttles', 'installation_keys', 'mikro_orm_migrations')`);
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.filter(({ columns }) => columns[0] !== 'organization_id')).toEqual([]);
  });
});
