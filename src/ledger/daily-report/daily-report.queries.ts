import { query, sqlList } from '../../database/query.js';
import { COLOMBIAN_OFFSET } from '../../http/period.js';
import { RECEIPT_CORRECTED, REFUND_EVENTS } from '../../payins/domain/history.js';
import { ENDED_UNPAID_STATUSES, STATUSES } from '../../payins/domain/status.js';
import { OFF_ITS_ID } from '../../payins/store/payin.entity.js';
import { IS_CHOSEN, NOT_EXECUTED } from '../../payins/store/attempt.entity.js';
import { ENDED_UNPAID } from '../../payins/store/payin-event.entity.js';
import { DECIDED_WITHIN_SECONDS } from '../../payins/store/written.queries.js';

import type { Figures } from './figures.js';

/** The line of a payin's history that each of these counts, where a ledger entry is of the same decision. */
const COUNTED = {
  paid: STATUSES.APPROVED.event,
  underpaid: STATUSES.UNDERPAID.event,
  overpaid: 'payin.overpaid',
  late: 'payin.late_payment',
  reversed: STATUSES.REVERSED.event,
} as const;

/** The same where there is none. */
const ENDED = {
  rejected: STATUSES.REJECTED.event,
  expired: STATUSES.EXPIRED.event,
  canceled: STATUSES.CANCELED.event,
  failed: STATUSES.FAILED.event,
} as const satisfies Record<Lowercase<(typeof ENDED_UNPAID_STATUSES)[number]>, string>;

const PROVIDER = 'provider:';
const providerOf = (account: string): string =>
  `case when ${account} like '${PROVIDER}%' then substr(${account}, ${PROVIDER.length + 1}) end`;

/** SQL: when a day of Colombia ends. */
const endOf = (day: string): string => `(((${day} + 1)::text || 'T00:00:00${COLOMBIAN_OFFSET}')::timestamptz)`;

/** The last one that is kept before this day: what is expected is summed up from its end on. */
const LAST_KEPT = `
  select day, expected, ${endOf('day')} as ends_at from daily_reports
  where organization_id = $organizationId and day < $day::date order by day desc limit 1`;

const counts = Object.entries({ ...COUNTED, ...ENDED })
  .map(([name, type]) => `'${name}', count(*) filter (where kind = '${type}')`)
  .join(', ');
const sums = ['gross', 'fees', 'net', 'refunded']
  .map((name) => `'${name}InCents', coalesce(sum(amount) filter (where kind = '${name}'), 0)`)
  .join(', ');

/**
 * SQL: seconds in steps of 1 up to 63, and then of at most a 32nd: counts of steps can be added up, and a percentile of them is less than 4 % below
 * the true one.
 */
export const stepOf = (seconds: string): string => `
  case when ${seconds} < 64 then ${seconds}
  else (${seconds} >> (floor(log(2.0, ${seconds}))::int - 5)) << (floor(log(2.0, ${seconds}))::int - 5) end`;

export interface PartValues {
  organizationId: string;
  day: string;
  dayFrom: Date;
  from: Date;
  to: Date;
  /** Of the ids that `from` and `to` have, with room for those that are not exact. */
  firstId: string;
  lastId: string;
  /** From when on balances have moved; null: they are those of the last kept day, and what has moved since. */
  since: Date | null;
}

/** SQL: the provider of what was decided at an instant about a payin, by its entries. No row: it has none. */
const providerAt = (payinId: string, at: string): string => `
  select min(coalesce(${providerOf('j.debit')}, ${providerOf('j.credit')})) as provider from ledger_entries j
  where j.organization_id = $organizationId and j.payin_id = ${payinId} and j.at = ${at} having count(*) > 0`;

/**
 * Computes a part of a day, from its beginning or from where another part ends: all parts added up are the day. Money is of the day of its entry;
 * what a payin's history says of the same decision is of that day, too. Tables are reached from the part's entries, events and payins, each by an
 * index.
 */
export const COMPUTE_PART = query<PartValues, Figures>(
  'compute a part of a day',
  `
    with last_kept as materialized (${LAST_KEPT}
    ), entries as materialized (
      select j.payin_id, j.debit, j.credit, j.amount_in_cents, coalesce(${providerOf('j.debit')}, ${providerOf('j.credit')}) as provider,
             line.type, line.at as decided_at, p.rail, p.provider as provider_of_payin, p.created_at
      from ledger_entries j
      cross join lateral (
        select e.type, e.at from payin_events e
        where e.organization_id = $organizationId and e.payin_id = j.payin_id and e.sequence = j.sequence limit 1
      ) line
      cross join lateral (
        select p.rail, p.provider, p.created_at from payins p where p.organization_id = $organizationId and p.id = j.payin_id limit 1
      ) p
      where j.organization_id = $organizationId and j.at >= $from and j.at < $to
    ), decisions as materialized (
      select payin_id, decided_at, rail, created_at, min(provider_of_payin) as provider_of_payin,
             coalesce(min(provider), min(provider_of_payin), 'none') as provider
      from entries group by payin_id, decided_at, rail, created_at
    ), happened as materialized (
      select d.payin_id, d.provider, d.rail, e.type,
             greatest(0, min(floor(extract(epoch from d.decided_at - d.created_at))))::bigint as seconds
      from decisions d
      cross join lateral (
        select e.type from payin_events e
        where e.organization_id = $organizationId and e.payin_id = d.payin_id and e.at = d.decided_at
          and e.type in (${sqlList(Object.values(COUNTED))}) offset 0
      ) e
      -- A payin counts once in a day.
      where $from = $dayFrom::timestamptz or not exists (
        select from payin_events e0 cross join lateral (${providerAt('d.payin_id', 'e0.at')}) as earlier
        where e0.organization_id = $organizationId and e0.payin_id = d.payin_id and e0.type = e.type and e0.at >= $dayFrom::timestamptz and e0.at < $from
          and coalesce(earlier.provider, d.provider_of_payin, 'none') = d.provider)
      group by d.payin_id, d.provider, d.rail, e.type
    ), ended as (
      select coalesce(p.provider, 'none') as provider, p.rail, e.type
      from payin_events e cross join lateral (
        select p.rail, p.provider from payins p where p.organization_id = $organizationId and p.id = e.payin_id limit 1
      ) p
      where e.organization_id = $organizationId and e.at >= $from and e.at < $to and ${ENDED_UNPAID}
    ), payins_of_part as (
      select id, rail, provider from payins
      where organization_id = $organizationId and id >= $firstId::uuid and id < $lastId::uuid and created_at >= $from and created_at < $to
      union
      select id, rail, provider from payins
      where organization_id = $organizationId and ${OFF_ITS_ID} and created_at >= $from and created_at < $to
    ), asked as (
      select case when went.is_chosen_later then 'ANY' else coalesce(went.rail, p.rail) end as rail,
             coalesce(went.provider, case when not went.is_chosen_later then p.provider end, 'none') as provider, 1 as payins
      from payins_of_part p cross join lateral (
        -- As it was at the end of the part: a payer may choose later.
        select (array_agg(a.provider order by a.started_at desc, a.id desc) filter (where a.started_at < $to))[1] as provider,
               (array_agg(a.rail order by a.started_at desc, a.id desc) filter (where a.started_at < $to))[1] as rail,
               coalesce(bool_and(a.started_at >= $to and a.choice is not null), false) as is_chosen_later
        from attempts a where a.organization_id = $organizationId and a.payin_id = p.id
      ) went
      union all
      -- Those of an earlier part that have gone on to another provider, or another rail.
      select side.rail, side.provider, side.payins
      from (
        select distinct a.payin_id from attempts gone join attempts a on a.organization_id = $organizationId and a.payin_id = gone.payin_id
        where $from > $dayFrom::timestamptz and gone.organization_id = $organizationId and gone.${NOT_EXECUTED}
          and gone.started_at >= $dayFrom::timestamptz and gone.started_at < $to and a.started_at >= $from and a.started_at < $to
        union
        select a.payin_id from attempts a
        where $from > $dayFrom::timestamptz and a.organization_id = $organizationId and a.${IS_CHOSEN}
          and a.started_at >= $from and a.started_at < $to
      ) as moved
      cross join lateral (
        select p.rail from payins p
        where p.organization_id = $organizationId and p.id = moved.payin_id and p.created_at >= $dayFrom::timestamptz and p.created_at < $from limit 1
      ) p
      cross join lateral (
        select (array_agg(a.provider order by a.started_at desc, a.id desc) filter (where a.started_at < $from))[1] as before,
               (array_agg(a.provider order by a.started_at desc, a.id desc))[1] as by_now,
               (array_agg(coalesce(a.rail, p.rail) order by a.started_at desc, a.id desc) filter (where a.started_at < $from))[1] as rail_before,
               (array_agg(coalesce(a.rail, p.rail) order by a.started_at desc, a.id desc))[1] as rail_by_now,
               case when bool_or(a.choice is not null) then 'ANY' else p.rail end as rail_at_first
        from attempts a where a.organization_id = $organizationId and a.payin_id = moved.payin_id and a.started_at < $to
      ) as went
      cross join lateral (values
        (coalesce(went.rail_before, went.rail_at_first), coalesce(went.before, 'none'), -1), (went.rail_by_now, went.by_now, 1)
      ) as side (rail, provider, payins)
    ), facts as (
      select provider, rail, 'asked' as kind, payins::numeric as amount from asked
      union all select provider, rail, type, 0 from happened
      union all select provider, rail, type, 0 from ended
      union all
      select coalesce(e.provider, e.provider_of_payin, 'none'), e.rail, fact.kind, fact.amount
      from entries e cross join lateral (values
        ('gross', case when e.debit like '${PROVIDER}%' and e.credit = 'merchant' then e.amount_in_cents
                       when e.type = '${RECEIPT_CORRECTED}' and e.credit like '${PROVIDER}%' then -e.amount_in_cents end),
        ('fees', case when e.debit like 'fees:%' then e.amount_in_cents end),
        ('net', case when e.debit like '${PROVIDER}%' then e.amount_in_cents when e.credit like '${PROVIDER}%' then -e.amount_in_cents end),
        ('refunded', case when e.type = '${REFUND_EVENTS.PAID}' then e.amount_in_cents end)
      ) as fact (kind, amount)
      -- An entry that is none of these, as the approval of a refund, makes no row.
      where fact.amount is not null
    ), paid_after as (
      select provider, rail, jsonb_agg(jsonb_build_array(step, payins) order by step) as steps
      from (select provider, rail, ${stepOf('seconds')} as step, count(*) as payins from happened where type = '${COUNTED.paid}' group by 1, 2, 3) as counted
      group by provider, rail
    ), of_rail as (
      select provider, rail,
             jsonb_build_object('provider', provider, 'rail', rail, 'asked', coalesce(sum(amount) filter (where kind = 'asked'), 0), ${counts}, ${sums},
               'paidAfter', coalesce((select steps from paid_after a where a.provider = facts.provider and a.rail = facts.rail), '[]')) as row
      from facts group by provider, rail
    ), balances as (
      select provider, sum(amount) as balance
      from (
        select k.provider, k."balanceInCents" as amount
        from last_kept, jsonb_to_recordset(last_kept.expected) as k (provider text, "balanceInCents" bigint) where $since::timestamptz is null
        union all
        select ${providerOf('side.account')}, side.amount
        from ledger_entries j cross join lateral (values (j.debit, j.amount_in_cents), (j.credit, -j.amount_in_cents)) as side (account, amount)
        where j.organization_id = $organizationId and j.at >= coalesce($since::timestamptz, (select ends_at from last_kept), '-infinity') and j.at < $to
          and side.account like '${PROVIDER}%'
      ) as moved group by provider
    )
    select (select coalesce(jsonb_agg(row order by provider, rail), '[]') from of_rail) as rows,
           (select coalesce(jsonb_agg(jsonb_build_object('provider', provider, 'balanceInCents', balance) order by provider), '[]') from balances) as expected`,
);

export const READ_KEPT = query<{ organizationId: string; day: string }, Figures>(
  'kept report of a day',
  'select rows, expected from daily_reports where organization_id = $organizationId and day = $day::date',
);

export const READ_KEPT_DAYS = query<{ organizationId: string; first: string; last: string }, Figures & { day: string }>(
  'kept reports of days',
  `select to_char(day, 'YYYY-MM-DD') as day, rows, expected from daily_reports
   where organization_id = $organizationId and day between $first::date and $last::date`,
);

export const KEEP_REPORT = query<Figures & { organizationId: string; day: string }>(
  'keep the report of a day',
  `with done as (delete from open_days where organization_id = $organizationId and day <= $day::date)
   insert into daily_reports (organization_id, day, rows, expected) values ($organizationId, $day::date, $rows::jsonb, $expected::jsonb)
   on conflict do nothing`,
);

export const READ_OPEN_DAY = query<{ organizationId: string; day: string }, Figures & { until: Date }>(
  'read an open day',
  'select until, rows, expected from open_days where organization_id = $organizationId and day = $day::date',
);

export const SAVE_OPEN_DAY = query<Figures & { organizationId: string; day: string; until: Date }>(
  'save an open day',
  `insert into open_days (organization_id, day, until, rows, expected) values ($organizationId, $day::date, $until, $rows::jsonb, $expected::jsonb)
   on conflict (organization_id, day) do update set until = excluded.until, rows = excluded.rows, expected = excluded.expected
   where open_days.until < excluded.until`,
);

/** Of some days: those of which anything may be known. */
export const DAYS_WITH_PAYINS = query<
  { organizationId: string; days: readonly Pick<PartValues, 'day' | 'from' | 'to' | 'firstId' | 'lastId'>[] },
  { day: string }
>(
  'days with payins',
  `select one.day from jsonb_to_recordset($days::jsonb) as one (day text, "from" timestamptz, "to" timestamptz, "firstId" uuid, "lastId" uuid)
   where exists (select from payins where organization_id = $organizationId and id >= one."firstId" and id < one."lastId")
     or exists (select from payins where organization_id = $organizationId and ${OFF_ITS_ID} and created_at >= one."from" and created_at < one."to")
     or exists (select from ledger_entries where organization_id = $organizationId and at >= one."from" and at < one."to")
     or exists (select from payin_events e where e.organization_id = $organizationId and e.at >= one."from" and e.at < one."to" and ${ENDED_UNPAID})`,
);

/** The first day before this one that has entries and is not kept. */
export const NEXT_TO_KEEP = query<{ organizationId: string; day: string; from: Date }, { day: string }>(
  'next day to keep',
  `
    with last_kept as materialized (${LAST_KEPT})
    select to_char(j.at at time zone interval '${COLOMBIAN_OFFSET}', 'YYYY-MM-DD') as day
    from ledger_entries j
    where j.organization_id = $organizationId and j.at >= coalesce((select ends_at from last_kept), '-infinity') and j.at < $from
    order by j.at limit 1`,
);

/** For how long a decision may still be written, and how long the statement that writes it may take. */
const MARGIN_SECONDS = 2 * DECIDED_WITHIN_SECONDS;

/**
 * Until when nothing can be written any more: no statement that begins now may write what was decided before, and none that began in time is under
 * way. It must be read before the figures are: what a snapshot does not see may be committed by the time that the list of connections is read.
 */
export const SAFE_UNTIL = query<object, { until: Date }>(
  'safe until',
  `select least(now() - interval '${MARGIN_SECONDS} seconds', min(xact_start) - interval '${DECIDED_WITHIN_SECONDS} seconds') as until
   from pg_stat_activity where datname = current_database() and backend_xid is not null and pid <> pg_backend_pid()`,
);

/** Yesterday, in Colombia, by the database's clock. */
export const YESTERDAY = query<object, { day: string }>(
  'yesterday',
  `select to_char((now() at time zone interval '${COLOMBIAN_OFFSET}') - interval '1 day', 'YYYY-MM-DD') as day`,
);
