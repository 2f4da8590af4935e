import { describe, expect, it } from '@jest/globals';
import { inParts } from './online-migration-generator.js';

const nothing = { atOnce: [], stepByStep: [], afterwards: [] };

describe('a change of the schema', () => {
  it('is done at once on tables that it makes itself', () => {
    const change = [
      'create table "a" ("id" uuid not null, primary key ("id"));',
      'create index "a_i" on "a" ("id");',
      'alter table "a" add constraint "a_u" unique ("id");',
      'alter table "a" add constraint "a_f" foreign key ("id") references "payins" ("id");',
    ];
    expect(inParts(change)).toEqual({ ...nothing, atOnce: change });
  });

  it('is done at once where it is metadata only', () => {
    const change = [
      'alter table "payins" add "a" text null;',
      'alter table "payins" rename column "a" to "b";',
      'drop index "x";',
    ];
    expect(inParts(change)).toEqual({ ...nothing, atOnce: change });
  });

  it('builds indexes concurrently', () => {
    expect(
      inParts([
        'create index "i" on "payins" ("a") where a is not null;',
        'create unique index "u" on "payins" ("a");',
      ]),
    ).toEqual({
      ...nothing,
      stepByStep: [
        'create index concurrently if not exists "i" on "payins" ("a") where a is not null;',
        'create unique index concurrently if not exists "u" on "payins" ("a");',
      ],
    });
  });

  it('lets a unique constraint take over an index that was built concurrently', () => {
    expect(inParts(['alter table "payins" add constraint "u" unique ("a", "b");'])).toEqual({
      ...nothing,
      stepByStep: ['create unique index concurrently if not exists "u" on "payins" ("a", "b");'],
      afterwards: ['alter table "payins" add constraint "u" unique using index "u";'],
    });
  });

  it('validates constraints after they hold for what is new', () => {
    expect(inParts(['alter table "payins" add constraint "c" check (a > 0);'])).toEqual({
      ...nothing,
      atOnce: ['alter table "payins" add constraint "c" check (a > 0) not valid;'],
      stepByStep: ['alter table "payins" validate constraint "c";'],
    });
  });
});
