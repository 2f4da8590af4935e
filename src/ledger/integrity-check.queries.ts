import { HOME_CURRENCY } from '@recaudo/payment-provider';
import type { Claimed } from '../database/due-work.js';
import { claimQuery, LEASE_END, releaseQuery } from '../database/due-work.queries.js';
import { query, sqlList } from '../database/query.js';
import { BELIEVED } from '../payins/domain/discrepancy.js';
import {
  DISCREPANCY_EVENTS,
  DISCREPANCY_RESOLVED,
  EVENT_TYPES,
  OBSERVATION_STORED,
  RECEIPT_ADDED,
  RECEIPT_CORRECTED,
  REFUND_EVENTS,
} from '../payins/domain/history.js';
import { STATUSES } from '../payins/domain/status.js';
import { ORPHANED, RULES } from './integrity-rules.js';

/** An endpoint that changed so shortly before an event may not have been seen by the commit of the event. */
const ENDPOINT_SETTLES = "interval '1 minute'";

/** A payin that breaks rules, by their places in RULES, or that an earlier check found and that is in order now. */
export interface FoundPayin {
  id: string;
  reference: string;
  provider: string | null;
  currency: string;
  received: number;
  broken: (keyof typeof RULES & number)[];
  [fact: string]: unknown;
}

/** After every id. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const IN_RANGE =
  'organization_id = $organizationId and payin_id > (select after from range) and payin_id <= (select until from range)';

/** The tables whose rows are of a payin: none has a foreign key that would refuse a row without one, or did not always have it. */
const NAMING_A_PAYIN = [
  'attempts',
  'ledger_entries',
  'notifications',
  'observations',
  'payin_events',
  'receipts',
  'refunds',
];

/**
 * Checks the payins of an organization after one of them, in the order of their keys. One statement sees all tables as of the same moment.
 * Every table is read by a range of its own key, so that a batch costs the same however many payins there are.
 */
export const CHECK_BATCH = query<
  { organizationId: string; after: string; limit: number },
  { payins: number; found: FoundPayin[]; last: string }
>(
  'check the integrity of payins',
  `
    with batch as materialized (
      select id, reference, provider, status, amount_in_cents, amount_received_in_cents, amount_refunded_in_cents, currency, sequence, request ->> 'callbackUrl' as callback_url, request -> 'served' as served
      from payins where organization_id = $organizationId and id > $after order by id limit $limit
    ), range as materialized (
      -- The last batch goes to the end: what names a payin that is not there may come after all of them.
      select $after::uuid as after,
             case when (select count(*) from batch) < $limit then '${LAST_ID}' else (select id from batch order by id desc limit 1) end as until
    ), receipt_sums as (
      select payin_id, sum(amount_in_cents) as received, sum(greatest(fee_in_cents, 0)) as fees
      from receipts
      where organization_id = $organizationId and payin_id > (select after from range) and payin_id <= (select until from range)
      group by payin_id
    ), refund_sums as (
      select payin_id, sum(amount_in_cents) filter (where status = 'PAID') as refunded,
             sum(amount_in_cents) filter (where status = 'APPROVED') as owed
      from refunds
      where organization_id = $organizationId and payin_id > (select after from range) and payin_id <= (select until from range)
      group by payin_id
    ), ledger_sums as (
      select j.payin_id,
             sum(j.amount_in_cents) filter (where j.debit like 'provider:%' and j.credit = 'merchant') as booked,
             sum(j.amount_in_cents) filter (where j.debit like 'fees:%') as booked_fees,
             sum(j.amount_in_cents) filter (where j.debit = 'merchant' and j.credit like 'provider:%') as reversed,
             sum(case when j.debit = 'write-offs' then j.amount_in_cents when j.credit = 'write-offs' then -j.amount_in_cents end) as written_off,
             sum(j.amount_in_cents) filter (where j.debit = 'payer-refunds' and j.credit <> 'merchant') as booked_refunds,
             sum(case when j.credit = 'payer-refunds' then j.amount_in_cents when j.debit = 'payer-refunds' then -j.amount_in_cents end) as booked_owed,
             min(j.currency) as lowest, max(j.currency) as highest
      from ledger_entries j
      where j.organization_id = $organizationId and j.payin_id > (select after from range) and j.payin_id <= (select until from range)
      group by j.payin_id
    ), lines as materialized (
      select payin_id, sequence, type, source, from_status, to_status, at,
             -- The first discrepancies had no events: the lines of those name none.
             type in (${sqlList(EVENT_TYPES)}) and (type not in (${sqlList(DISCREPANCY_EVENTS)}) or data ? 'discrepancyId') as is_event,
             case when data ->> 'amountInCents' ~ '^[0-9]{1,18}$' then (data ->> 'amountInCents')::bigint end as amount,
             case when type = '${OBSERVATION_STORED}' and data ->> 'status' = 'APPROVED' then coalesce(data ->> 'amountMayBeEchoed', 'false') end as echo,
             data ->> 'trust' as trust, data ->> 'resolution' as resolution
      from payin_events
      where organization_id = $organizationId and payin_id > (select after from range) and payin_id <= (select until from range)
    ), histories as (
      select payin_id, count(*) as lines, max(sequence) as last_line,
             sum(amount) filter (where type = '${RECEIPT_ADDED}') as recorded,
             sum(amount) filter (where type = '${RECEIPT_CORRECTED}') as corrected,
             sum(amount) filter (where type = '${REFUND_EVENTS.PAID}') as recorded_refunds,
             coalesce(bool_or(echo = 'true'), false) as echoed,
             -- The amount is from a webhook, a statement, an answer that is no echo or a person; or it was believed (UNCONFIRMED_AMOUNT).
             coalesce(bool_or(echo = 'false' and (trust = 'answer' or amount is not null) or type = '${RECEIPT_ADDED}' and source = 'operator'
                              or type = '${DISCREPANCY_RESOLVED}' and resolution = '${BELIEVED}'), false) as witnessed
      from lines group by payin_id
    ), moves as (
      select payin_id, bool_or(from_status is distinct from before) as has_gap, (array_agg(to_status order by sequence desc))[1] as last_status,
             bool_or(to_status = 'APPROVED' and source in ('request', 'operator')) as accepted
      from (
        select *, lag(to_status) over (partition by payin_id order by sequence) as before from lines where to_status is not null
      ) as move
      group by payin_id
    ), messages as materialized (
      select payin_id, sequence, endpoint_id from notifications
      where organization_id = $organizationId and payin_id > (select after from range) and payin_id <= (select until from range)
    ), due_messages as (
      select l.payin_id, l.sequence, null::uuid as endpoint_id
      from lines l join batch b on b.id = l.payin_id where b.callback_url is not null and b.served is null and l.is_event
      union all
      -- A drop-in contract says in its own words what has come: each payment, or the last of them with the sum.
      select l.payin_id, l.sequence, null
      from lines l join batch b on b.id = l.payin_id
      where b.callback_url is not null and l.type = '${RECEIPT_ADDED}' and b.served -> 'notifies' ? '${RECEIPT_ADDED}'
        and (b.status <> 'REVERSED' or b.served -> 'notifies' ? '${STATUSES.REVERSED.event}')
        and ((b.served ->> 'notifiesEachPayment')::boolean
             or not exists (select from lines later where later.payin_id = l.payin_id and later.type = l.type and later.sequence > l.sequence))
      union all
      select l.payin_id, l.sequence, e.id
      from lines l join webhook_endpoints e on e.organization_id = $organizationId and e.updated_at < l.at - ${ENDPOINT_SETTLES}
      where l.is_event and (e.event_types is null or l.type = any (e.event_types))
    ), unnotified_events as (
      select d.payin_id, count(*) as unnotified
      from due_messages d
      where not exists (
        select from messages m
        where m.payin_id = d.payin_id and m.sequence = d.sequence and m.endpoint_id is not distinct from d.endpoint_id)
      group by d.payin_id
    ), facts as (
      select b.id, b.reference, b.provider, b.status, b.currency, b.sequence, b.amount_in_cents as requested, b.amount_received_in_cents as shown,
             coalesce(r.received, 0) as received, coalesce(r.fees, 0) as fees,
             coalesce(j.booked, 0) - coalesce(h.corrected, 0) as booked, coalesce(j.booked_fees, 0) as booked_fees,
             coalesce(j.reversed, 0) - coalesce(h.corrected, 0) as reversed,
             coalesce(h.echoed, false) as echoed, coalesce(h.witnessed, false) as witnessed,
             coalesce(j.written_off, 0) as written_off, coalesce(j.lowest <> b.currency or j.highest <> b.currency, false) as other_currency,
             coalesce(h.lines, 0) as lines, coalesce(h.last_line, 0) as last_line, coalesce(h.recorded, 0) - coalesce(h.corrected, 0) as recorded,
             coalesce(b.amount_refunded_in_cents, 0) as shown_refunded, coalesce(f.refunded, 0) as refunded, coalesce(f.owed, 0) as owed,
             coalesce(j.booked_refunds, 0) as booked_refunds, coalesce(j.booked_owed, 0) as booked_owed,
             coalesce(h.recorded_refunds, 0) as recorded_refunds, f.payin_id is not null and b.amount_refunded_in_cents is null as hides_refunds,
             m.last_status, coalesce(m.has_gap, true) as has_gap, coalesce(m.accepted, false) as accepted, coalesce(u.unnotified, 0) as unnotified
      from batch b
      left join receipt_sums r on r.payin_id = b.id
      left join refund_sums f on f.payin_id = b.id
      left join ledger_sums j on j.payin_id = b.id
      left join histories h on h.payin_id = b.id
      left join moves m on m.payin_id = b.id
      left join unnotified_events u on u.payin_id = b.id
    ), checked as (
      select facts.*, array_remove(array[${RULES.map(({ broken }, index) => `case when ${broken} then ${index} end`).join(', ')}], null) as broken,
             exists (
               select from discrepancies d
               where d.organization_id = $organizationId and d.payin_id = facts.id and d.status = 'OPEN' and d.source = 'integrity_check') as found_before
      from facts
    ), orphans as (
      select payin_id as id, string_agg(distinct place, ', ' order by place) as places
      from (${NAMING_A_PAYIN.map((table) => `select distinct payin_id, '${table}' as place from ${table} where ${IN_RANGE}`).join(' union all ')}) as named
      where payin_id not in (select id from batch)
      group by payin_id
    )
    select (select count(*)::int from batch) as payins, (select until from range) as last,
           (select coalesce(jsonb_agg(to_jsonb(checked) order by id), '[]') from checked where broken <> '{}' or found_before) ||
           (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'reference', id, 'provider', null, 'currency', '${HOME_CURRENCY}', 'received', 0,
              'places', places, 'broken', jsonb_build_array(${ORPHANED})) order by id), '[]') from orphans) as found`,
);

/** Three in the morning, in Colombia. */
const NEXT_NIGHT = `((date_trunc('day', now() at time zone 'America/Bogota') + interval '27 hours') at time zone 'America/Bogota')`;

export const ORGANIZATIONS = query<object, { id: string }>(
  'organizations to check',
  'select id from organizations order by id',
);

/** Adds a check for every organization that has none yet; its first one is in the coming night. */
export const ADD_CHECKS = query(
  'add integrity checks',
  `insert into integrity_checks (organization_id, id, due_at)
   select o.id, o.id, ${NEXT_NIGHT} from organizations o
   where not exists (select from integrity_checks c where c.organization_id = o.id)
   on conflict do nothing`,
);

export interface ClaimedCheck extends Claimed {
  /** The payin after which it goes on; null at its beginning. */
  after: string | null;
}

export const CLAIM_CHECK = claimQuery<Claimed & { after: string | null }>({
  label: 'integrity checks',
  table: 'integrity_checks',
  columns: ['claimed.after_payin_id as "after"'],
});
export const RELEASE_CHECK = releaseQuery('integrity_checks');

/** The claimed check, unless another process has claimed it since. */
const HELD = 'organization_id = $organizationId and id = $id and fencing_token = $fencingToken';
type Held = Pick<Claimed, 'organizationId' | 'id' | 'fencingToken'>;

/** Begins the lease anew. */
export const KEEP_CHECK = query<Held, { isKept: true }>(
  'keep an integrity check',
  `update integrity_checks set due_at = ${LEASE_END} where ${HELD} returning true as "isKept"`,
);

/** Saves the progress of a check. After its last batch (`last` is null) it is finished, and the next one is in the coming night. */
export const SAVE_CHECK = query<Held & { last: string | null; payins: number; mismatches: number }>(
  'save an integrity check',
  `update integrity_checks set
     after_payin_id = $last::uuid,
     payins = case when after_payin_id is null then 0 else payins end + $payins,
     mismatches = case when after_payin_id is null then 0 else mismatches end + $mismatches,
     finished_at = case when $last::uuid is null then now() else finished_at end,
     due_at = case when $last::uuid is null then ${NEXT_NIGHT} else now() end
   where ${HELD}`,
);

/** All checks begin anew, now. */
export const START_CHECKS = query(
  'start integrity checks',
  'update integrity_checks set after_payin_id = null, due_at = now()',
);
