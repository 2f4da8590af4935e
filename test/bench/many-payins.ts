import pg from 'pg';
import { payinRequest } from '../support/api-client.js';
import type { TestDatabase } from '../support/test-database.js';
import { PROVIDER } from './programs.js';

/** Of so many payins one was paid; the others expired. */
const PAID_ONE_IN = 4;
const PAID = `status = 'APPROVED'`;

interface Sizes {
  payins: number;
  organizations: number;
}

const REQUEST = JSON.stringify(
  payinRequest({ rail: 'BRE_B', reference: 'bench', description: 'Bench: a payin of ordinary size' }),
);
const INSTRUCTIONS = `jsonb_build_object('type', 'breb_key', 'key', '@tumipaybreb',
  'url', 'http://localhost:4000/tumipay/payments/main?s=' || substr(md5(n::text), 1, 15))`;

/** One each second, of each organization in turn. */
const payins = (from: number, to: number, { payins: count, organizations }: Sizes) => `
  insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, instructions, status,
    amount_received_in_cents, sequence, version, checks, expires_at, result_at, created_at, updated_at)
  select o.id, uuidv7(age), 'before-' || n, md5(n::text) || md5(n::text), '${REQUEST}', 5000000, 'COP', 'BRE_B', '${PROVIDER}', ${INSTRUCTIONS},
    case when paid then 'APPROVED' else 'EXPIRED' end, case when paid then 5000000 else 0 end, case when paid then 7 else 4 end, 2, 1,
    now() + age + interval '15 minutes', now() + age + interval '15 minutes', now() + age, now() + age + interval '15 minutes'
  from generate_series(${from}, ${to}) n,
    lateral (select (n - ${count} - 1000) * interval '1 second' as age, n % ${PAID_ONE_IN} = 0 as paid) as facts,
    (select id, row_number() over () - 1 as number from organizations) as o
  where o.number = n % ${organizations}`;

const ATTEMPTS = `
  insert into attempts (organization_id, id, payin_id, provider, provider_reference, external_id, state, started_at)
  select p.organization_id, uuidv7(p.created_at - now()), p.id, p.provider, o.code || substr(md5(p.id::text), 1, 25),
    split_part(p.instructions ->> 'url', '=', 2), 'open', p.created_at
  from payins p join organizations o on o.id = p.organization_id`;

const EVENTS = `
  insert into payin_events (organization_id, payin_id, sequence, type, source, from_status, to_status, data, at)
  select p.organization_id, p.id, e.sequence, e.type, e.source, e."from", e."to", e.data::jsonb, p.created_at
  from payins p, (values
    (null, 1, 'payin.created', 'create', null, 'CREATED', '{}'),
    (null, 2, 'attempt.opened', 'create', null, null, '{"provider":"${PROVIDER}","externalId":"Cfqamr5nWPtqHBb","providerReference":"i99sqju03hbufye2xw9v0bhyyb4ul1pu"}'),
    (null, 3, 'payin.pending', 'create', 'CREATED', 'PENDING', '{}'),
    (false, 4, 'payin.expired', 'poll', 'PENDING', 'EXPIRED', '{}'),
    (true, 4, 'observation', 'webhook', null, null, '{"trust":"hint","status":"APPROVED","rawStatus":"APPROVED","amountInCents":"5000000"}'),
    (true, 5, 'observation', 'webhook', null, null, '{"trust":"answer","status":"APPROVED","rawStatus":"APPROVED","amountInCents":"5000000","amountMayBeEchoed":true}'),
    (true, 6, 'receipt.added', 'webhook', null, null, '{"paymentId":"i99sqju03hbufye2xw9v0bhyyb4ul1pu","amountInCents":"5000000"}'),
    (true, 7, 'payin.approved', 'webhook', 'PENDING', 'APPROVED', '{}')
  ) as e (paid, sequence, type, source, "from", "to", data)
  where e.paid is null or e.paid = (p.${PAID})`;

const OBSERVATIONS = `
  insert into observations (organization_id, id, payin_id, attempt_id, key, source, trust, report, created_at)
  select a.organization_id, uuidv7(), a.payin_id, a.id, a.id || trust || 'APPROVED ' || a.external_id || ' 5000000 COP', 'webhook', trust,
    '{"status":"APPROVED","currency":"COP","rawStatus":"APPROVED","externalId":"Cfqamr5nWPtqHBb","amountInCents":"5000000"}', p.result_at
  from attempts a join payins p on p.organization_id = a.organization_id and p.id = a.payin_id, unnest(array['hint', 'answer']) as trust
  where p.${PAID}`;

const RECEIPTS = `
  insert into receipts (organization_id, id, payin_id, attempt_id, payment_id, amount_in_cents, source, created_at)
  select a.organization_id, uuidv7(), a.payin_id, a.id, a.provider_reference, 5000000, 'webhook', p.result_at
  from attempts a join payins p on p.organization_id = a.organization_id and p.id = a.payin_id
  where p.${PAID}`;

const LEDGER_ENTRIES = `
  insert into ledger_entries (organization_id, payin_id, sequence, debit, credit, amount_in_cents, currency, at)
  select organization_id, id, 6, 'provider:${PROVIDER}', 'merchant', 5000000, 'COP', result_at from payins where ${PAID}`;

/** The merchants want to know of payments only. */
const NOTIFICATIONS = `
  insert into notifications (organization_id, id, payin_id, sequence, type, url, partition, body, attempts, last_result, delivered_at, created_at)
  select organization_id, uuidv7(result_at - now()), id, sequence, 'payin.approved', 'https://merchant.example/hook', 'callback 0a',
    '${JSON.stringify({ type: 'payin.approved', data: { filler: 'x'.repeat(900) } })}', 1, 'HTTP 204', result_at, result_at
  from payins where ${PAID}`;

/** Payins of some time ago with all that belongs to them, as their creation and their decisions left it; and the floor's. */
export async function fillWithPayins(database: TestDatabase, sizes: Sizes): Promise<void> {
  await database.query(
    `insert into organizations (id, name, code, notification_secret)
     select uuidv7(), 'Before ' || n, 'b' || lpad(n::text, 6, '0'), '' from generate_series(2, $1::int) n`,
    [sizes.organizations],
  );
  const half = Math.floor(sizes.payins / 2);
  await Promise.all([
    inOneSession(database, [payins(1, half, sizes)]),
    inOneSession(database, [payins(half + 1, sizes.payins, sizes)]),
  ]);
  await database.query('analyze payins');
  await Promise.all([
    inOneSession(database, [ATTEMPTS, 'analyze attempts', RECEIPTS, OBSERVATIONS, LEDGER_ENTRIES]),
    inOneSession(database, [EVENTS, 'insert into floor.payins select * from payins', NOTIFICATIONS]),
  ]);
  await database.query('vacuum analyze');
}

/** What is written belongs together as it is: foreign keys are not checked row by row. */
async function inOneSession({ url }: TestDatabase, statements: readonly string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    for (const sql of ['set session_replication_role = replica', ...statements]) await client.query(sql);
  } finally {
    await client.end();
  }
}
