import { LEASE_END } from '../database/due-work.queries.js';
import { query } from '../database/query.js';
import { CREATE_SETTLES_SECONDS } from '../payins/domain/check-schedule.js';
import { AGED_COLUMNS } from './aged-columns.js';

type Table = keyof typeof AGED_COLUMNS;

interface OfOrganization {
  organizationId: string;
}

export interface ClockRow {
  advancedSeconds: number;
  stepSeconds: number;
  /** Null before the first step. */
  steppedAt: Date | null;
}

const CLOCK = `advanced_seconds::float8 as "advancedSeconds", step_seconds::float8 as "stepSeconds", stepped_at as "steppedAt"`;

export const READ_CLOCK = query<OfOrganization, ClockRow>(
  'test clock',
  `select ${CLOCK} from test_clocks where organization_id = $organizationId`,
);

/** No row while another process, or another request, advances it. */
export const HOLD_CLOCK = query<OfOrganization, ClockRow & { fencingToken: number }>(
  'hold a test clock',
  `insert into test_clocks (organization_id, held_until, fencing_token) values ($organizationId, ${LEASE_END}, 1)
   on conflict (organization_id) do update set held_until = excluded.held_until, fencing_token = test_clocks.fencing_token + 1
   where test_clocks.held_until <= now()
   returning ${CLOCK}, fencing_token as "fencingToken"`,
);

interface Held extends OfOrganization {
  fencingToken: number;
}

const HELD = 'organization_id = $organizationId and fencing_token = $fencingToken';

export const RELEASE_CLOCK = query<Held>(
  'release a test clock',
  `update test_clocks set held_until = now() where ${HELD}`,
);

/** Begins the lease anew. */
export const KEEP_CLOCK = query<Held, { isKept: true }>(
  'keep a test clock',
  `update test_clocks set held_until = ${LEASE_END} where ${HELD} returning true as "isKept"`,
);

export const COUNT_PAYINS = query<OfOrganization & { limit: number }, { payins: number }>(
  'payins to age',
  `select count(*)::int as payins from (select from payins where organization_id = $organizationId limit $limit::int) as counted`,
);

/** Work with a due time. Who is to do it may not be there: it is then nobody's. */
const WORK = {
  payins: 'provider is null or provider = any($providers::text[])',
  notifications: 'true',
  inbound_webhooks: 'provider = any($providers::text[])',
  refunds: 'provider = any($providers::text[])',
  statements: 'true',
} as const satisfies Partial<Record<Table, string>>;

const dueOf = (table: keyof typeof WORK, condition: string): string =>
  `select due_at from ${table} where organization_id = $organizationId and due_at is not null and (${WORK[table]}) and ${condition}`;

/** What waits, or will. Seconds from now. */
export interface Due {
  /** There is something to do now. */
  isDue: boolean;
  /** Until the next status check of a payin. */
  nextCheckSeconds: number | null;
  /** Until anything else is due, or a payin runs out. */
  nextSeconds: number | null;
}

const WITHOUT_CHECKS = (Object.keys(WORK) as (keyof typeof WORK)[]).filter((table) => table !== 'payins');
const secondsUntil = (source: string): string =>
  `extract(epoch from (select min(due_at) from (${source}) as due) - now())::float8`;

export const READ_DUE = query<OfOrganization & { providers: readonly string[] }, Due>(
  'due by a test clock',
  `select ${(Object.keys(WORK) as (keyof typeof WORK)[]).map((table) => `exists (${dueOf(table, 'due_at <= now()')})`).join(' or ')} as "isDue",
     ${secondsUntil(dueOf('payins', 'due_at > now()'))} as "nextCheckSeconds",
     ${secondsUntil(
       [
         ...WITHOUT_CHECKS.map((table) => dueOf(table, 'due_at > now()')),
         `select expires_at from payins where organization_id = $organizationId and due_at is not null and expires_at > now()`,
       ].join(' union all '),
     )} as "nextSeconds"`,
);

/** Both are append-only, and what is in them is of a day. Nobody else writes there meanwhile. */
export const LOCK_LEDGER = query(
  'lock the ledger',
  'lock table ledger_entries, daily_reports, open_days in share row exclusive mode',
);

/** What is written all the time: where others were always faster. */
export const LOCK_WORK = query(
  'lock what is written all the time',
  'lock table payins, notifications, inbound_webhooks, refunds, webhook_endpoints in share row exclusive mode',
);

const PROTECTED = ['ledger_entries', 'daily_reports'];
const triggers = (verb: 'disable' | 'enable') =>
  PROTECTED.map((table) =>
    query(`${verb} the protection of ${table}`, `alter table ${table} ${verb} trigger append_only`),
  );

/** Only this transaction is without it: it ends as it began, or not at all. */
export const UNPROTECT = triggers('disable');
export const PROTECT = triggers('enable');

/** What can only be seen as of the moment of the transaction. */
export interface Situation {
  at: Date;
  /** A call that opens an order may be under way: older than it is, nobody would wait for it any more. */
  opensOrder: boolean;
  hasLedger: boolean;
}

export const READ_SITUATION = query<OfOrganization, Situation>(
  'situation of a test clock',
  `select clock_timestamp() as at,
     exists (select from attempts where organization_id = $organizationId and state in ('opening', 'unknown')
             and started_at > now() - interval '${CREATE_SETTLES_SECONDS} seconds') as "opensOrder",
     exists (select from ledger_entries where organization_id = $organizationId)
       or exists (select from daily_reports where organization_id = $organizationId)
       or exists (select from open_days where organization_id = $organizationId) as "hasLedger"`,
);

const BY = 'make_interval(secs => $bySeconds::float8)';

/** SQL: a time in JSON as JavaScript writes it, made older. */
const olderText = (text: string): string =>
  `to_char((${text})::timestamptz at time zone 'UTC' - ${BY}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const olderIn = (json: string, names: readonly string[]): string =>
  names
    .map(
      (name) =>
        `|| case when ${json} ->> '${name}' is null then '{}' else jsonb_build_object('${name}', ${olderText(`${json} ->> '${name}'`)}) end`,
    )
    .join(' ');

/** The times that the program reads out of JSON. Bodies of messages and webhooks stay as they were sent. */
const AGED_JSON: Partial<Record<Table, string>> = {
  observations: `report = report ${olderIn('report', ['paidAt', 'reversedAt'])}
    || case when jsonb_typeof(report -> 'payments') = 'array' then jsonb_build_object('payments', (
         select coalesce(jsonb_agg(payment ${olderIn('payment', ['paidAt'])} order by place), '[]')
         from jsonb_array_elements(report -> 'payments') with ordinality as one (payment, place))) else '{}' end`,
  discrepancies: `correction = correction ${olderIn('correction', ['at'])}`,
};

/** What was decided by times that were read before is decided anew. */
const MORE: Partial<Record<Table, string>> = { payins: 'version = version + 1' };

function age(table: Table): string {
  const times = AGED_COLUMNS[table].map((column) => `${column} = ${column} - ${BY}`);
  const sets = [...times, ...[AGED_JSON[table], MORE[table]].filter((one) => one !== undefined)];
  const key = table === 'organizations' ? 'id' : 'organization_id';
  return `aged_${table} as (update ${table} set ${sets.join(', ')} where ${key} = $organizationId and exists (select from clock))`;
}

const becameDue = (table: keyof typeof WORK): string =>
  `(select count(*)::int from ${table} where organization_id = $organizationId and due_at > now() and due_at <= now() + ${BY})`;

/** How much of each kind has become due. */
export interface BecameDue {
  statusChecks: number;
  notifications: number;
  inboundWebhooks: number;
  refunds: number;
  statements: number;
}

type Step = Held & { bySeconds: number; at: Date };

/** Everything of an organization, as it was at one moment, in one statement. No row: the clock is held by another. */
function ageAll(name: string, tables: readonly Table[], more: readonly string[] = []) {
  return query<Step, ClockRow & BecameDue>(
    name,
    `with clock as (
       update test_clocks set advanced_seconds = advanced_seconds + $bySeconds::float8::bigint, step_seconds = $bySeconds::float8::bigint,
         stepped_at = $at::timestamptz, held_until = ${LEASE_END}
       where ${HELD} returning ${CLOCK}
     ), ${[...tables.map(age), ...more].join(', ')}
     select clock.*, ${becameDue('payins')} as "statusChecks", ${becameDue('notifications')} as notifications,
       ${becameDue('inbound_webhooks')} as "inboundWebhooks", ${becameDue('refunds')} as refunds, ${becameDue('statements')} as statements
     from clock`,
  );
}

const TABLES = Object.keys(AGED_COLUMNS) as Table[];

export const AGE = {
  withLedger: ageAll('age an organization with its ledger', TABLES, [
    'forgotten_reports as (delete from daily_reports where organization_id = $organizationId and exists (select from clock))',
    'forgotten_days as (delete from open_days where organization_id = $organizationId and exists (select from clock))',
  ]),
  withoutLedger: ageAll(
    'age an organization',
    TABLES.filter((table) => table !== 'ledger_entries'),
  ),
};

/** It never waits so long for a row that PostgreSQL would take it for a deadlock, and end somebody's request. */
export const LIMIT_LOCKS = query('limit the locks of a test clock', `set local lock_timeout = '200ms'`);
