import { query, sqlList } from '../../database/query.js';
import { COLOMBIAN_OFFSET } from '../../http/period.js';
import { RECEIPT_CORRECTED, REFUND_EVENTS } from '../../payins/domain/history.js';
import { STATUSES } from '../../payins/domain/status.js';
import { OFF_ITS_ID } from '../../payins/store/payin.entity.js';
import { DECIDED_WITHIN_SECONDS } from '../../payins/store/payin.queries.js';

/** Payins and money of one provider on one rail, in one day. Counts are of payins. */
export interface ReportRow {
  provider: string;
  rail: string;
  asked: number;
  paid: number;
  underpaid: number;
  overpaid: number;
  late: number;
  reversed: number;
  grossInCents: number;
  feesInCents: number;
  netInCents: number;
  refundedInCents: number;
}

export interface ExpectedOfProvider {
  provider: string;
  balanceInCents: number;
}

export interface ReportOfDay {
  rows: ReportRow[];
  expected: ExpectedOfProvider[];
}

/** The line of a payin's history that each of these counts. */
const COUNTED = {
  paid: STATUSES.APPROVED.event,
  underpaid: STATUSES.UNDERPAID.event,
  overpaid: 'payin.overpaid',
  late: 'payin.late_payment',
  reversed: STATUSES.REVERSED.event,
} as const satisfies Partial<Record<keyof ReportRow, string>>;

const PROVIDER = 'provider:';
const providerOf = (account: string): string =>
  `case when ${account} like '${PROVIDER}%' then substr(${account}, ${PROVIDER.length + 1}) end`;

/** SQL: when a day of Colombia ends. */
const endOf = (day: string): string => `(((${day} + 1)::text || 'T00:00:00${COLOMBIAN_OFFSET}')::timestamptz)`;

/** The last one that is kept before this day: what is expected is summed up from its end on. */
const LAST_KEPT = `
  select day, expected, ${endOf('day')} as ends_at from daily_reports
  where organization_id = $organizationId and day < $day::date order by day desc limit 1`;

const counts = (Object.entries(COUNTED) as [keyof typeof COUNTED, string][])
  .map(([name, type]) => `'${name}', count(*) filter (where kind = '${type}')`)
  .join(', ');
const sums = ['gross', 'fees', 'net', 'refunded']
  .map((name) => `'${name}InCents', coalesce(sum(amount) filter (where kind = '${name}'), 0)`)
  .join(', ');

export interface DayValues {
  organizationId: string;
  day: string;
  from: Date;
  to: Date;
  /** Of the ids that `from` and `to` have, with room for those that are not exact. */
  firstId: string;
  lastId: string;
}

/**
 * Computes a day. Money is of the day of its entry; what a payin's history says of the same decision is of that day, too. Tables are reached from
 * the day's entries and from its payins, each by an index.
 */
export const COMPUTE_DAY = query<DayValues, ReportOfDay>(
  'compute a day',
  `
    with last_kept as materialized (${LAST_KEPT}
    ), entries as materialized (
      select j.payin_id, j.debit, j.credit, j.amount_in_cents, coalesce(${providerOf('j.debit')}, ${providerOf('j.credit')}) as provider,
             line.type, line.at as decided_at, p.rail, p.provider as provider_of_payin
      from ledger_entries j
      cross join lateral (
        select e.type, e.at from payin_events e
        where e.organization_id = $organizationId and e.payin_id = j.payin_id and e.sequence = j.sequence limit 1
      ) line
      cross join lateral (
        select p.rail, p.provider from payins p where p.organization_id = $organizationId and p.id = j.payin_id limit 1
      ) p
      where j.organization_id = $organizationId and j.at >= $from and j.at < $to
    ), decisions as materialized (
      select payin_id, decided_at, rail, coalesce(min(provider), min(provider_of_payin), 'none') as provider
      from entries group by payin_id, decided_at, rail
    ), happened as (
      select distinct d.payin_id, d.provider, d.rail, e.type
      from decisions d
      cross join lateral (
        select e.type from payin_events e
        where e.organization_id = $organizationId and e.payin_id = d.payin_id and e.at = d.decided_at
          and e.type in (${sqlList(Object.values(COUNTED))}) offset 0
      ) e
    ), payins_of_day as (
      select id, rail, provider from payins
      where organization_id = $organizationId and id >= $firstId::uuid and id < $lastId::uuid and created_at >= $from and created_at < $to
      union
      select id, rail, provider from payins
      where organization_id = $organizationId and ${OFF_ITS_ID} and created_at >= $from and created_at < $to
    ), asked as (
      -- It may have gone on to another provider on a later day.
      select p.rail, coalesce(a.provider, p.provider, 'none') as provider
      from payins_of_day p left join lateral (
        select a.provider from attempts a
        where a.organization_id = $organizationId and a.payin_id = p.id and a.started_at < $to
        order by a.started_at desc, a.id desc limit 1
      ) a on true
    ), facts as (
      select provider, rail, 'asked' as kind, 0::numeric as amount from asked
      union all select provider, rail, type, 0 from happened
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
    ), of_rail as (
      select provider, rail,
             jsonb_build_object('provider', provider, 'rail', rail, 'asked', count(*) filter (where kind = 'asked'), ${counts}, ${sums}) as row
      from facts group by provider, rail
    ), balances as (
      select provider, sum(amount) as balance
      from (
        select k.provider, k."balanceInCents" as amount
        from last_kept, jsonb_to_recordset(last_kept.expected) as k (provider text, "balanceInCents" bigint)
        union all
        select ${providerOf('side.account')}, side.amount
        from ledger_entries j cross join lateral (values (j.debit, j.amount_in_cents), (j.credit, -j.amount_in_cents)) as side (account, amount)
        where j.organization_id = $organizationId and j.at >= coalesce((select ends_at from last_kept), '-infinity') and j.at < $to
          and side.account like '${PROVIDER}%'
      ) as moved group by provider
    )
    select (select coalesce(jsonb_agg(row order by provider, rail), '[]') from of_rail) as rows,
           (select coalesce(jsonb_agg(jsonb_build_object('provider', provider, 'balanceInCents', balance) order by provider), '[]') from balances) as expected`,
);

export const READ_KEPT = query<{ organizationId: string; day: string }, ReportOfDay>(
  'kept report of a day',
  'select rows, expected from daily_reports where organization_id = $organizationId and day = $day::date',
);

export const KEEP_REPORT = query<ReportOfDay & { organizationId: string; day: string }>(
  'keep the report of a day',
  `insert into daily_reports (organization_id, day, rows, expected) values ($organizationId, $day::date, $rows::jsonb, $expected::jsonb)
   on conflict do nothing`,
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

/** After the end of a day, for how long a decision that was made in it may still be written, and how long the statement that writes it may take. */
const MARGIN_SECONDS = 2 * DECIDED_WITHIN_SECONDS;

/**
 * Nothing can be written of that day any more: no statement that begins now may write what was decided in it, and none that began in time is under
 * way. It must be read before the day is: what a snapshot does not see may be committed by the time that the list of connections is read.
 */
export const IS_OVER = query<{ to: Date }, { isOver: boolean }>(
  'day is over',
  `select now() >= $to::timestamptz + interval '${MARGIN_SECONDS} seconds' and not exists (
     select from pg_stat_activity
     where datname = current_database() and backend_xid is not null and pid <> pg_backend_pid()
       and xact_start < $to::timestamptz + interval '${DECIDED_WITHIN_SECONDS} seconds') as "isOver"`,
);

/** Yesterday, in Colombia, by the database's clock. */
export const YESTERDAY = query<object, { day: string }>(
  'yesterday',
  `select to_char((now() at time zone interval '${COLOMBIAN_OFFSET}') - interval '1 day', 'YYYY-MM-DD') as day`,
);
