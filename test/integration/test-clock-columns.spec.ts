import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AGED_COLUMNS, PRESENT_COLUMNS } from '../../src/test-clocks/aged-columns.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Column {
  table: string;
  column: string;
}

let database: TestDatabase;
let columns: Column[];

beforeAll(async () => {
  database = await createTestDatabase();
  columns = await database.query<Column>(
    `select table_name as "table", column_name as "column" from information_schema.columns
     where table_schema = 'public' and (data_type like 'timestamp%' or data_type = 'date') and table_name <> 'mikro_orm_migrations' order by 1, 2`,
  );
});
afterAll(() => database?.drop());

const aged = Object.entries(AGED_COLUMNS).flatMap(([table, names]) => names.map((column) => ({ table, column })));

describe('a time in the database', () => {
  it('becomes older with a test clock, or it is said why it does not', () => {
    expect(columns.length).toBeGreaterThan(60);
    const stays = ({ table, column }: Column) =>
      PRESENT_COLUMNS[table]?.columns.some((one) => one === '*' || one === column) ?? false;
    const isAged = (one: Column) => aged.some(({ table, column }) => table === one.table && column === one.column);
    expect(columns.filter((one) => stays(one) === isAged(one))).toEqual([]);
  });

  it('is in neither list where it is not in the database', () => {
    const has = (table: string, column: string) =>
      columns.some((one) => one.table === table && (column === '*' || one.column === column));
    const present = Object.entries(PRESENT_COLUMNS).flatMap(([table, { columns: names }]) =>
      names.map((column) => ({ table, column })),
    );
    expect([...aged, ...present].filter(({ table, column }) => !has(table, column))).toEqual([]);
  });

  it('stands in a table of an organization', async () => {
    const owned = await database.query<{ name: string }>(
      `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'organization_id'`,
    );
    const names = [...owned.map(({ name }) => name), 'organizations'];
    expect(Object.keys(AGED_COLUMNS).filter((table) => !names.includes(table))).toEqual([]);
  });
});
