import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from '../../src/database/orm-options.js';
import { ENTITIES } from '../../src/app/entities.js';
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

  it('give every table an organization that leads its primary and unique keys and its foreign keys', async () => {
    const keys = await database.query<{ table: string; columns: string[]; unique: boolean; partial: boolean }>(`
      select t.relname as "table", i.indisunique as "unique", i.indpred is not null as partial,
             array(select a.attname::text from unnest(i.indkey) with ordinality k (n, o)
                   join pg_attribute a on a.attrelid = t.oid and a.attnum = k.n order by k.o) as columns
      from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace s on s.oid = t.relnamespace
      where s.nspname = 'public' and i.indisunique and t.relname not in ('organizations', 'mikro_orm_migrations')`);
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.filter(({ columns }) => columns[0] !== 'organization_id')).toEqual([]);
  });
});
