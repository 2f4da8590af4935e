import { describe, expect, it } from '@jest/globals';
import { jsonColumns, jsonObject, query, selected, sqlList, valuesOf } from './query.js';

const one = query<{ id: string; organizationId: string; fee: bigint | null }>(
  'one',
  'update t set fee = $fee::bigint where organization_id = $organizationId and (id = $id or other = $id)',
);

describe('a query', () => {
  it('has its parameters by name, each once, however often it is used', () => {
    expect(one.text).toBe('update t set fee = $1::bigint where organization_id = $2 and (id = $3 or other = $3)');
    expect(valuesOf(one, { id: 'i', organizationId: 'o', fee: null })).toEqual([null, 'o', 'i']);
  });

  it('without a value for one of them is an error, and not null', () => {
    expect(() => valuesOf(one as never, { id: 'i', organizationId: 'o' })).toThrow(
      'the query "one" has no value for $fee',
    );
  });

  it('sends what is cast to jsonb as JSON, and amounts in it as texts', () => {
    const list = query<{ rows: object[] | null }>('list', 'select jsonb_to_recordset($rows::jsonb)');
    expect(list.text).toBe('select jsonb_to_recordset($1::jsonb)');
    expect(valuesOf(list, { rows: [{ id: 'i', amountInCents: 9_007_199_254_740_993n }] })).toEqual([
      '[{"id":"i","amountInCents":"9007199254740993"}]',
    ]);
    expect(valuesOf(list, { rows: null })).toEqual([null]);
    const column = query<{ column: string[] }>('column', 'select unnest($column::jsonb[])');
    expect(valuesOf(column, { column: ['[1]'] })).toEqual([['[1]']]);
  });

  it('may have none', () => {
    expect(valuesOf(query('none', 'select 1'), {})).toEqual([]);
  });
});

it('fields have their columns and their SQL by name, whatever letters they have', () => {
  interface Line {
    from: string;
    amountInCents?: bigint;
  }
  expect(jsonColumns<Line>({ from: 'text', amountInCents: 'bigint' })).toBe('"from" text, "amountInCents" bigint');
  const sql = { from: 'l.begins_at', amountInCents: 'l.amount_in_cents::text' };
  expect(jsonObject<Line>(sql)).toBe(
    "jsonb_build_object('from', l.begins_at, 'amountInCents', l.amount_in_cents::text)",
  );
  expect(selected<Line>(sql)).toBe('l.begins_at as "from", l.amount_in_cents::text as "amountInCents"');
});

it('a list of words is written as SQL has it', () => {
  expect(`status in (${sqlList(['CREATED', 'PENDING'])})`).toBe("status in ('CREATED', 'PENDING')");
});

it('a name that is longer than PostgreSQL keeps is another one for each that begins alike', () => {
  const long = 'x'.repeat(70);
  const names = [query(`${long} one`, 'select 1').name, query(`${long} two`, 'select 1').name];
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(name).toHaveLength(63);
  expect(query('short', 'select 1').name).toBe('short');
});
