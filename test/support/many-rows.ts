import type { TestDatabase } from './test-database.js';

/** In an order in which each stands after what it refers to. */
const TABLES = [
  'payins',
  'attempts',
  'observations',
  'receipts',
  'payin_events',
  'ledger_entries',
  'notifications',
  'delivery_attempts',
  'inbound_webhooks',
  'discrepancies',
];
/** Not the payin's own, so its copies share it. */
const SHARED = ['organization_id', 'endpoint_id'];
/** Unique in their organization. */
const NAMES = ['reference', 'provider_reference', 'event_key'];

/**
 * Copies every payin, with all that belongs to it, so many times: what is there afterwards is as if it had all happened that often, except
 * that nothing more is due for a day. PostgreSQL has counted it.
 */
export async function copyPayins(database: TestDatabase, copies: number): Promise<void> {
  const columns = await database.query<{ table: string; column: string; type: string }>(
    `select table_name as "table", column_name as "column", data_type as type from information_schema.columns
     where table_schema = 'public' and table_name = any($1) order by ordinal_position`,
    [TABLES],
  );
  for (const table of TABLES) {
    const own = columns.filter((one) => one.table === table);
    const values = own.map(({ column, type }) => copied(`t.${column}`, column, type));
    await database.query(
      `insert into ${table} (${own.map(({ column }) => column).join(', ')})
       select ${values.join(', ')} from ${table} t, generate_series(1, $1::int) n`,
      [copies],
    );
  }
  await database.query('analyze');
}

function copied(value: string, column: string, type: string): string {
  if (SHARED.includes(column)) return value;
  if (type === 'uuid') return `md5(${value}::text || n)::uuid`;
  if (NAMES.includes(column)) return `md5(${value} || n)`;
  return column === 'due_at' ? `${value} + interval '1 day'` : value;
}
