import { claimQuery, LEASE_END, releaseQuery } from '../../database/due-work.queries.js';
import { idNow } from '../../database/id-at.js';
import { query, type Query, sqlList } from '../../database/query.js';
import type { ClaimedStatement, StatementHold } from './claimed-statement.js';
import {
  type BadLine,
  type StatementCovers,
  type StatementSource,
  STATEMENTS_UNDER_WAY,
  type StatementStatus,
} from './statement.entity.js';

/** The statement, while it is held. */
export const HELD = 'organization_id = $organizationId and id = $id and fencing_token = $fencingToken';

/** Lines deleted in one commit. */
export const SWEEP_LINES = 20_000;

/** The days of a statement are those of this zone. */
const ZONE = 'America/Bogota';

/** Changes a statement that is held; no row where it is not. */
export function changeStatement<Values extends object = object>(
  name: string,
  changes: string,
): Query<StatementHold & Values, { id: string }> {
  return query(name, `update statements set ${changes} where ${HELD} returning id`);
}

export const CLAIM_STATEMENTS = claimQuery<ClaimedStatement>({
  label: 'statements',
  table: 'statements',
  columns: [
    'claimed.provider',
    'claimed.source',
    'claimed.status',
    'claimed.period_from as "from"',
    'claimed.period_to as "to"',
    'claimed.covers',
    'claimed.phase',
    'claimed.position',
    'claimed.attempts',
  ],
});

export const RELEASE_STATEMENT = releaseQuery('statements');

export interface NewStatement {
  organizationId: string;
  provider: string;
  source: StatementSource;
  from: Date;
  to: Date;
  covers: StatementCovers | null;
  fingerprint: string | null;
}

export const CREATE_STATEMENT = query<NewStatement & { id: string; isHeld: boolean }, { id: string }>(
  'create statement',
  `insert into statements (organization_id, id, provider, source, period_from, period_to, covers, fingerprint, due_at)
   values ($organizationId, ${idNow('$id')}, $provider, $source, $from, $to, $covers, $fingerprint,
           case when $isHeld then ${LEASE_END} else now() end)
   on conflict (organization_id, fingerprint) do nothing
   returning id`,
);

export const FIND_BY_FINGERPRINT = query<{ organizationId: string; fingerprint: string }, { id: string }>(
  'find statement by fingerprint',
  'select id from statements where organization_id = $organizationId and fingerprint = $fingerprint',
);

export const COUNT_UNDER_WAY = query<{ organizationId: string }, { count: number }>(
  'count statements under way',
  `select count(*)::int as count from statements
   where organization_id = $organizationId and status in (${sqlList(STATEMENTS_UNDER_WAY)})`,
);

/** A day's list of a provider's orders. */
export type PlannedList = Pick<NewStatement, 'organizationId' | 'from' | 'to' | 'fingerprint'>;

export const LISTS_TO_PLAN = query<{ provider: string; hour: number; days: number }, PlannedList>(
  'lists to fetch',
  `with today as (
     select date_trunc('day', now() at time zone '${ZONE}') as day
   ), period as (
     select (day - $days * interval '1 day') at time zone '${ZONE}' as "from", day at time zone '${ZONE}' as "to",
            'daily ' || $provider || ' ' || to_char(day, 'YYYY-MM-DD') as fingerprint
     from today where now() >= (day + $hour * interval '1 hour') at time zone '${ZONE}'
   )
   select o.id as "organizationId", period.*
   from period, organizations o
   where not exists (
       select 1 from statements s where s.organization_id = o.id and s.fingerprint = period.fingerprint)
     and exists (
       select 1 from attempts a
       where a.organization_id = o.id and a.provider = $provider and a.started_at >= period."from" and a.started_at < period."to")
   limit 1000`,
);

export const READ_ORGANIZATION = query<{ organizationId: string }, { code: string; isAlone: boolean }>(
  'organization of a statement',
  `select code, not exists (select 1 from organizations o where o.id <> $organizationId) as "isAlone"
   from organizations where id = $organizationId`,
);

export const KEEP_STATEMENT = changeStatement('keep statement', `due_at = ${LEASE_END}`);

/**
 * SQL: the order of a line, in `found.id` and `found.payin_id`, by the reference that we sent, else by the provider's own id, else by the
 * merchant's reference. Each is searched for only where the one before finds nothing.
 */
export function findOrder(line: string, provider: string): string {
  const columns = 'a.id, a.payin_id';
  return `
     left join lateral (
       select ${columns} from attempts a
       where a.organization_id = $organizationId and a.provider_reference = ${line}.reference and a.provider = ${provider}
     ) by_ours on true
     left join lateral (
       select ${columns} from attempts a
       where by_ours.id is null and a.organization_id = $organizationId and a.provider = ${provider} and a.external_id = ${line}.external_id
       order by a.id desc limit 1
     ) by_theirs on true
     left join lateral (
       select ${columns} from payins p join attempts a on a.organization_id = p.organization_id and a.payin_id = p.id
       where by_ours.id is null and by_theirs.id is null
         and p.organization_id = $organizationId and p.reference = ${line}.reference and a.provider = ${provider}
       order by a.state = 'not_executed', a.id desc limit 1
     ) by_merchants on true
     cross join lateral (
       select coalesce(by_ours.id, by_theirs.id, by_merchants.id) as id,
              coalesce(by_ours.payin_id, by_theirs.payin_id, by_merchants.payin_id) as payin_id
     ) found`;
}

/** SQL: the outcome of a line whose order was searched for. */
export function outcomeOf(line: string): string {
  return `case when found.payin_id is not null then 'MATCHED'
               when exists (select 1 from organizations o
                            where o.code = left(${line}.reference, 7) and length(${line}.reference) = 32 and o.id <> $organizationId) then 'NOT_OURS'
               else 'MISSING_HERE' end`;
}

/** A column of the lines to store. */
export interface LineColumns {
  lines: number[];
  references: (string | null)[];
  externalIds: (string | null)[];
  amountsInCents: (bigint | null)[];
  currencies: string[];
  statuses: string[];
  rawStatuses: (string | null)[];
  paidAts: (string | null)[];
  feesInCents: (bigint | null)[];
}

/** Stores lines with their orders: written once, they need no change unless they differ. */
export const APPEND_LINES = query<StatementHold & LineColumns, { id: string }>(
  'append statement lines',
  `with statement as (
     update statements set lines = lines + cardinality($lines::int[]), due_at = ${LEASE_END}
     where ${HELD} and status = 'RECEIVING'
     returning organization_id, id, provider
   ), stored as (
     insert into statement_lines (organization_id, statement_id, line, reference, external_id, amount_in_cents, currency, status,
                                  raw_status, paid_at, fee_in_cents, attempt_id, payin_id, outcome)
     select s.organization_id, s.id, l.*, found.id, found.payin_id, ${outcomeOf('l')}
     from statement s cross join unnest($lines::int[], $references::text[], $externalIds::text[], $amountsInCents::bigint[], $currencies::text[],
                                        $statuses::text[], $rawStatuses::text[], $paidAts::timestamptz[], $feesInCents::bigint[])
       as l(line, reference, external_id, amount_in_cents, currency, status, raw_status, paid_at, fee_in_cents)
     ${findOrder('l', 's.provider')}
   )
   select id from statement`,
);

export const START_MATCHING = changeStatement<{ fingerprint: string | null }>(
  'statement received',
  `status = 'MATCHING', phase = 'compare', position = null, attempts = 0, fingerprint = coalesce($fingerprint, fingerprint), due_at = now()`,
);

export const END_STATEMENT = changeStatement<{
  status: StatementStatus;
  reason: string;
  badLines: number;
  firstBadLines: readonly BadLine[];
}>(
  'end statement',
  'status = $status, reason = $reason, bad_lines = $badLines, first_bad_lines = $firstBadLines::jsonb, done_at = now(), due_at = now()',
);

export const FAIL_STATEMENT = changeStatement<{ reason: string }>(
  'fail statement',
  `status = 'FAILED', reason = $reason, done_at = now(), due_at = null, fingerprint = case when source <> 'UPLOAD' then fingerprint end`,
);

export const READ_ATTEMPTS = query<StatementHold, { attempts: number }>(
  'attempts of statement',
  `select attempts from statements where ${HELD}`,
);

export const RETRY_LATER = changeStatement<{ delaySeconds: number }>(
  'try statement later',
  `attempts = attempts + 1, due_at = now() + $delaySeconds * interval '1 second'`,
);

export const REST_STATEMENT = changeStatement('rest statement', 'due_at = null');

/** Deletes some of the lines of a statement: all that it has, or those that matched. */
export const SWEEP = { all: sweep('all', 'lines = 0, ', ''), matched: sweep('matched', '', "and outcome = 'MATCHED'") };

function sweep(which: string, changes: string, condition: string): Query<StatementHold, { lines: number }> {
  return query(
    `sweep ${which} statement lines`,
    `with statement as (
       update statements set ${changes}due_at = ${LEASE_END} where ${HELD} returning organization_id, id
     ), swept as (
       delete from statement_lines l using statement s
       where l.organization_id = s.organization_id and l.statement_id = s.id and l.line in (
         select line from statement_lines
         where organization_id = $organizationId and statement_id = $id ${condition}
         order by line limit ${SWEEP_LINES})
       returning l.line
     )
     select (select count(*) from swept)::int as lines from statement`,
  );
}
