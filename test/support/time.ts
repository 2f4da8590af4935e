import type { TestDatabase } from './test-database.js';

/**
 * Without the history and the journal, on whose times nothing waits (the journal is append-only), and so without the nightly check, which
 * compares the history's times with those of others.
 */
const TABLES = [
  'organizations',
  'payins',
  'attempts',
  'observations',
  'receipts',
  'discrepancies',
  'refunds',
  'inbound_webhooks',
  'notifications',
  'delivery_attempts',
  'webhook_endpoints',
  'statements',
  'statement_lines',
];

/**
 * For the database this is what the passing of that time is: everything happened, was planned and runs out that much earlier. Not to be
 * used while a live process has a create call under way: that would be older than it is.
 */
export async function timePasses(database: TestDatabase, seconds: number): Promise<void> {
  const columns = await database.query<{ table: string; column: string }>(
    `select table_name as "table", column_name as "column" from information_schema.columns
     where table_name = any($1) and data_type = 'timestamp with time zone'`,
    [TABLES],
  );
  for (const table of TABLES) {
    const own = columns.filter((one) => one.table === table).map(({ column }) => column);
    const shifts = own.map((column) => `${column} = ${column} - $1 * interval '1 second'`);
    await database.query(`update ${table} set ${shifts.join(', ')}`, [seconds]);
  }
}

/** For this process’s clock it is the passing of that time: what is kept in memory for a while has become old. Timers are as they were. */
export function processTimePasses(seconds: number): void {
  const now = performance.now.bind(performance);
  performance.now = () => now() + seconds * 1000;
}

const [wallNow, monotonicNow] = [Date.now.bind(Date), performance.now.bind(performance)];

/** As `processTimePasses`, for both clocks of this process: what is kept with a time of the database goes on to be kept for as long as it may. */
export function clocksPass(seconds: number): void {
  processTimePasses(seconds);
  const now = Date.now.bind(Date);
  Date.now = () => now() + seconds * 1000;
}

/** Both clocks say again what they would have said: Jest goes by them, too. */
export function clocksReturn(): void {
  Date.now = wallNow;
  performance.now = monotonicNow;
}

/** What other machines' clocks say. */
export function wallTime(): number {
  return wallNow();
}
