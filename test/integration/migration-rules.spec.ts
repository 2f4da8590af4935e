import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { inParts } from '../../src/database/online-migration-generator.js';
import { type MigrationClass, problemsOf, statementsOf } from '../support/migration-rules.js';

/** Those up to here were written before the rule, for databases that are small or new. */
const BEFORE_THE_RULE = 'Migration20261121092717';
const names = readdirSync('src/database/migrations')
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace('.ts', ''));
/** Renamed what the running version reads: it says that the service must be stopped. */
const WITH_THE_SERVICE_STOPPED = ['Migration20261129230000'];
const held = names.filter((name) => name > BEFORE_THE_RULE && !WITH_THE_SERVICE_STOPPED.includes(name));

describe('a migration that runs beside the service', () => {
  it('is every one since the rule', () => {
    expect(names).toContain(BEFORE_THE_RULE);
    expect(held.length).toBeGreaterThan(0);
  });

  it.each(held)('%s', async (name) => {
    const module = (await import(`../../src/database/migrations/${name}.ts`)) as Record<string, MigrationClass>;
    const { statements, transactional } = await statementsOf(module[name]!);
    expect(problemsOf(statements, transactional)).toEqual([]);
  });

  it.each([
    ['adds a column', 'alter table "payins" add "a" timestamptz(6) null, add "b" int not null default 0'],
    ['renames', 'alter table "payins" rename column "a" to "b"'],
    ['renames', 'alter table "checks" rename to "checks"'],
    [
      'makes a table with all that belongs to it',
      'create table "a" ("id" uuid not null, primary key ("id")); create index "i" on "a" ("id"); alter table "a" add constraint "f" foreign key ("id") references "payins" ("id")',
    ],
    ['adds a constraint for what is new', 'alter table "payins" add constraint "c" check (a > 0) not valid'],
    ['takes over a unique index', 'alter table "payins" add constraint "u" unique using index "u"'],
    ['drops', 'alter table "payins" drop column "a"'],
    ['drops', 'drop index "i"'],
  ])('%s: %s', (_what, sql) => {
    expect(problemsOf(sql.split(';'), true)).toEqual([]);
  });

  it.each([
    'create index "i" on "payins" ("a")',
    'create table "a" ("id" uuid not null, primary key ("id")); create index "i" on "payins" ("a")',
    'create index concurrently if not exists "i" on "payins" ("a")',
    'alter table "payins" add constraint "c" check (a > 0)',
    'alter table "payins" add constraint "c" check (a > 0) not valid; alter table "payins" validate constraint "c"',
    'alter table "payins" add constraint "f" foreign key ("a") references "b" ("id")',
    'alter table "payins" add constraint "u" unique ("a")',
    'alter table "payins" add primary key ("a")',
    'alter table "payins" alter column "a" set not null',
    'alter table "payins" alter column "a" type text using ("a"::text)',
    'alter table "payins" add "a" timestamptz not null default clock_timestamp()',
    'alter table "payins" add "a" varchar(16) not null',
    'alter table "payins" add "a" int generated always as (b + 1) stored',
    'update "payins" set "a" = 1',
    'delete from "payins"',
    'truncate "payins"',
    'lock table "payins"',
    'reindex table "payins"',
    'insert into "a" select * from "payins"',
  ])('is not one that does in a transaction: %s', (sql) => {
    expect(problemsOf(sql.split(';'), true)).not.toEqual([]);
  });

  it.each([
    'create index "i" on "payins" ("a")',
    'create index concurrently "i" on "payins" ("a")',
    'alter table "payins" add "a" text null',
    'update "payins" set "a" = 1',
  ])('is not one that does without a transaction: %s', (sql) => {
    expect(problemsOf([sql], false)).not.toEqual([]);
  });

  it('is what npm run migration:create makes of new indexes and constraints', () => {
    const { atOnce, stepByStep, afterwards } = inParts([
      'create unique index "i" on "payins" ("a") where a is not null;',
      'alter table "payins" add constraint "c" check (a > 0);',
      'alter table "payins" add constraint "f" foreign key ("a") references "b" ("id") on update cascade;',
      'alter table "payins" add constraint "u" unique ("a", "b");',
    ]);
    expect(stepByStep).toHaveLength(4);
    expect([...problemsOf(atOnce, true), ...problemsOf(stepByStep, false), ...problemsOf(afterwards, true)]).toEqual(
      [],
    );
  });
});
