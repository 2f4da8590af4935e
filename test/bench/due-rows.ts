import { payinRequest } from '../support/api-client.js';
import type { TestDatabase } from '../support/test-database.js';
import { PROVIDER } from './programs.js';

/** Endpoints that the notifications go to. */
export const ENDPOINTS = 100;

/** Tables of due work. */
export const WORK = ['payins', 'inbound_webhooks', 'notifications'] as const;
export type WorkName = (typeof WORK)[number];

/** As many at once as the workers claim. */
export const BATCH: Readonly<Record<WorkName, number>> = { payins: 16, inbound_webhooks: 16, notifications: 256 };

const REQUEST = JSON.stringify(payinRequest({ rail: 'BRE_B', reference: 'bench' }));

/** Inserts $1 rows numbered from $2. @param dueAt an expression over the number `n` @param prefix makes references differ */
export function insertRows(work: WorkName, dueAt: string, prefix = 'bench'): string {
  const into: Readonly<Record<WorkName, string>> = {
    payins: `
      payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, status, expires_at, sequence, due_at)
      select o.id, uuidv7(), '${prefix}-' || n, '', '${REQUEST}', 5000000, 'COP', 'BRE_B', '${PROVIDER}', 'PENDING', now() + interval '1 day', 1, ${dueAt}`,
    inbound_webhooks: `
      inbound_webhooks (organization_id, id, provider, event_key, provider_reference, raw_body, due_at)
      select o.id, uuidv7(), '${PROVIDER}', n::text, '${prefix}' || n, '{"top_status":"APPROVED"}', ${dueAt}`,
    notifications: `
      notifications (organization_id, id, sequence, type, url, partition, body, due_at)
      select o.id, uuidv7(), 0, 'payin.approved', 'https://merchant.example/hook', 'partition-' || n / 2 % ${ENDPOINTS}, '{"type":"payin.approved"}', ${dueAt}`,
  };
  return `insert into ${into[work]} from organizations o, generate_series($2::int, $2::int + $1::int - 1) n`;
}

/** So many rows in all that are not due: half of them have ended, half are due some time later. */
export async function fillWithNotDue(database: TestDatabase, work: WorkName, count: number): Promise<void> {
  const there = await forgetClaimed(database, work);
  const later = `now() + interval '1 hour' + n * interval '1 millisecond'`;
  await database.query(insertRows(work, `case when n % 2 = 0 then ${later} end`), [count - there, there]);
  await database.query(`vacuum analyze ${work}`);
}

/** So many due rows, besides those that are not. */
export async function addDue(database: TestDatabase, work: WorkName, count: number): Promise<void> {
  const there = await forgetClaimed(database, work);
  await database.query(insertRows(work, `now() - (n % 60) * interval '1 second'`), [count, there]);
  await database.query('checkpoint');
}

/** How often rows were claimed: `{ 1: 500 }` when each of 500 was claimed once. */
export async function countClaims(database: TestDatabase, work: WorkName): Promise<Record<number, number>> {
  const rows = await database.query<{ claims: number; count: number }>(
    `select fencing_token as claims, count(*)::int as count from ${work} where fencing_token > 0 group by fencing_token`,
  );
  return Object.fromEntries(rows.map(({ claims, count }) => [claims, count]));
}

/** @returns how many rows are left */
async function forgetClaimed(database: TestDatabase, work: WorkName): Promise<number> {
  await database.query(`delete from ${work} where fencing_token > 0`);
  await database.query(`vacuum ${work}`);
  return (await database.query<{ left: number }>(`select count(*)::int as left from ${work}`))[0]!.left;
}
