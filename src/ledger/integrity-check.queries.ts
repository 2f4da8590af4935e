import type { Claimed } from '../database/due-work.js';
import { claimQuery, LEASE_END, releaseQuery } from '../database/due-work.queries.js';
import type { NumberedQuery } from '../database/database.js';
import { EVENT_TYPES } from '../notifications/event-types.js';
import { BELIEVED } from '../payins/domain/discrepancy.js';
import { RECEIPT_CORRECTED } from '../payins/domain/decision.js';

/** A check takes part in each commit that it judges; what was committed in the last moment may still meet an endpoint that it did not see. */
const ENDPOINT_SETTLES = "interval '1 minute'";

/**
 * What must be so of every payin, as SQL over the columns of `facts` below. Money that does not add up is an amount conflict, all else a
 * status conflict. The sentence is for the person who looks at it; `{column}` is filled in.
 */
export const RULES = [
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'says <> received',
    detail: 'the payin has {says} cents received, its receipts have {received}',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'recorded <> received',
    detail: 'the history has {recorded} cents received, the receipts have {received}',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'booked <> received',
    detail: 'the ledger has {booked} cents received, the receipts have {received}',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'booked_fees <> fees',
    detail: 'the ledger has {booked_fees} cents of fees, the receipts have {fees}',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: `case status when 'REVERSED' then reversed = 0 else reversed > 0 and received - reversed < asked end
        or reversed > greatest(received, booked)`,
    detail: 'the payin is {status}, and the ledger has {reversed} of {received} cents reversed',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: `written_off <> case when status = 'APPROVED' then greatest(asked - received, 0) else 0 end`,
    detail: 'the payin is {status} with {received} of {asked} cents, and the ledger has {written_off} written off',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'received > 0 and echoed and not witnessed',
    detail: 'the {received} cents booked rest only on an answer that may repeat what was asked',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'other_currency',
    detail: 'the ledger has another currency than the payin',
  },
  {
    kind: 'STATUS_CONFLICT',
    broken: `case status
        when 'APPROVED' then received < asked and not accepted
        when 'UNDERPAID' then received = 0 or received >= asked
        when 'REVERSED' then received = 0
        else received > 0 end`,
    detail: 'the payin is {status}, and its receipts have {received} of {asked} cents',
  },
  {
    kind: 'STATUS_CONFLICT',
    broken: 'last_status is distinct from status',
    detail: 'the payin is {status}, its history ends with {last_status}',
  },
  {
    kind: 'STATUS_CONFLICT',
    broken: 'torn',
    detail: 'a move in the history does not begin where the one before has ended',
  },
  {
    kind: 'STATUS_CONFLICT',
    broken: 'lines <> sequence or last_line <> sequence',
    detail: 'the history has {lines} lines up to number {last_line}, and should have {sequence}',
  },
  {
    kind: 'STATUS_CONFLICT',
    broken: 'unnotified > 0',
    detail: '{unnotified} events of the history have no notification, and should',
  },
] as const satisfies readonly { kind: 'AMOUNT_CONFLICT' | 'STATUS_CONFLICT'; broken: string; detail: string }[];

const types = EVENT_TYPES.map((type) => `'${type}'`).join(', ');

/**
 * Judges up to $3 payins of an organization ($1) after one of them ($2), in the order of their keys: one reading, in which all tables are of the
 * same moment. Every table is read by a range of its own key, so that a batch costs the same however many payins there are.
 */
export const CHECK_BATCH: NumberedQuery = {
  name: 'check the integrity of payins',
  text: `
    with batch as materialized (
      select id, reference, provider, status, amount_in_cents, amount_received_in_cents, currency, sequence, request ->> 'callbackUrl' as callback_url
      from payins where organization_id = $1 and id > $2 order by id limit $3
    ), range as materialized (
      select $2::uuid as after, coalesce((select id from batch order by id desc limit 1), $2::uuid) as until
    ), receipt_sums as (
      select payin_id, sum(amount_in_cents) as received, sum(greatest(fee_in_cents, 0)) as fees
      from receipts
      where organization_id = $1 and payin_id > (select after from range) and payin_id <= (select until from range)
      group by payin_id
    ), ledger_sums as (
      select j.payin_id,
             sum(j.amount_in_cents) filter (where j.debit like 'provider:%' and j.credit = 'merchant') as booked,
             sum(j.amount_in_cents) filter (where j.debit like 'fees:%') as booked_fees,
             sum(j.amount_in_cents) filter (where j.debit = 'merchant' and j.credit like 'provider:%') as reversed,
             sum(case when j.debit = 'write-offs' then j.amount_in_cents when j.credit = 'write-offs' then -j.amount_in_cents end) as written_off,
             min(j.currency) as lowest, max(j.currency) as highest
      from ledger_entries j
      where j.organization_id = $1 and j.payin_id > (select after from range) and j.payin_id <= (select until from range)
      group by j.payin_id
    ), lines as materialized (
      select payin_id, sequence, type, source, from_status, to_status, at,
             -- There were discrepancies before there were events of them: those lines name none.
             type in (${types}) and (type not like 'discrepancy.%' or data ? 'discrepancyId') as is_event,
             case when data ->> 'amountInCents' ~ '^[0-9]{1,18}$' then (data ->> 'amountInCents')::bigint end as amount,
             case when type = 'observation' and data ->> 'status' = 'APPROVED' then coalesce(data ->> 'amountMayBeEchoed', 'false') end as echo,
             data ->> 'trust' as trust, data ->> 'resolution' as resolution
      from payin_events
      where organization_id = $1 and payin_id > (select after from range) and payin_id <= (select until from range)
    ), histories as (
      select payin_id, count(*) as lines, max(sequence) as last_line,
             sum(amount) filter (where type = 'receipt.added') as recorded,
             sum(amount) filter (where type = '${RECEIPT_CORRECTED}') as corrected,
             coalesce(bool_or(echo = 'true'), false) as echoed,
             -- Reported by a webhook or a statement with its amount, by an answer that is no echo, or by a person; or believed, as it was set.
             coalesce(bool_or(echo = 'false' and (trust = 'answer' or amount is not null) or type = 'receipt.added' and source = 'operator'
                              or type = 'discrepancy.resolved' and resolution = '${BELIEVED}'), false) as witnessed
      from lines group by payin_id
    ), moves as (
      select payin_id, bool_or(from_status is distinct from before) as torn, (array_agg(to_status order by sequence desc))[1] as last_status,
             bool_or(to_status = 'APPROVED' and source in ('request', 'operator')) as accepted
      from (
        select *, lag(to_status) over (partition by payin_id order by sequence) as before from lines where to_status is not null
      ) as move
      group by payin_id
    ), messages as materialized (
      select payin_id, sequence, endpoint_id from notifications
      where organization_id = $1 and payin_id > (select after from range) and payin_id <= (select until from range)
    ), due_messages as (
      select l.payin_id, l.sequence, null::uuid as endpoint_id
      from lines l join batch b on b.id = l.payin_id where b.callback_url is not null and l.is_event
      union all
      select l.payin_id, l.sequence, e.id
      from lines l join webhook_endpoints e on e.organization_id = $1 and e.updated_at < l.at - ${ENDPOINT_SETTLES}
      where l.is_event and (e.event_types is null or l.type = any (e.event_types))
    ), unnotified_events as (
      select d.payin_id, count(*) as unnotified
      from due_messages d
      where not exists (
        select from messages m
        where m.payin_id = d.payin_id and m.sequence = d.sequence and m.endpoint_id is not distinct from d.endpoint_id)
      group by d.payin_id
    ), facts as (
      select b.id, b.reference, b.provider, b.status, b.currency, b.sequence, b.amount_in_cents as asked, b.amount_received_in_cents as says,
             coalesce(r.received, 0) as received, coalesce(r.fees, 0) as fees,
             coalesce(j.booked, 0) - coalesce(h.corrected, 0) as booked, coalesce(j.booked_fees, 0) as booked_fees,
             coalesce(j.reversed, 0) - coalesce(h.corrected, 0) as reversed,
             coalesce(h.echoed, false) as echoed, coalesce(h.witnessed, false) as witnessed,
             coalesce(j.written_off, 0) as written_off, coalesce(j.lowest <> b.currency or j.highest <> b.currency, false) as other_currency,
             coalesce(h.lines, 0) as lines, coalesce(h.last_line, 0) as last_line, coalesce(h.recorded, 0) - coalesce(h.corrected, 0) as recorded,
             m.last_status, coalesce(m.torn, true) as torn, coalesce(m.accepted, false) as accepted, coalesce(u.unnotified, 0) as unnotified
      from batch b
      left join receipt_sums r on r.payin_id = b.id
      left join ledger_sums j on j.payin_id = b.id
      left join histories h on h.payin_id = b.id
      left join moves m on m.payin_id = b.id
      left join unnotified_events u on u.payin_id = b.id
    ), judged as (
      select facts.*, array_remove(array[${RULES.map(({ broken }, index) => `case when ${broken} then ${index} end`).join(', ')}], null) as broken,
             exists (
               select from discrepancies d
               where d.organization_id = $1 and d.payin_id = facts.id and d.status = 'OPEN' and d.source = 'integrity_check') as found_before
      from facts
    )
    select (select count(*)::int from batch) as payins, (select until from range) as last,
           (select coalesce(jsonb_agg(to_jsonb(judged) order by id), '[]') from judged where broken <> '{}' or found_before) as found`,
};

/** Three in the morning, in Colombia. */
const NEXT_NIGHT = `((date_trunc('day', now() at time zone 'America/Bogota') + interval '27 hours') at time zone 'America/Bogota')`;

/** Makes a check of every organization that has none yet: its first one is in the coming night. */
export const ADD_CHECKS: NumberedQuery = {
  name: 'add integrity checks',
  text: `
    insert into integrity_checks (organization_id, id, due_at)
    select o.id, o.id, ${NEXT_NIGHT} from organizations o
    where not exists (select from integrity_checks c where c.organization_id = o.id)
    on conflict do nothing`,
};

export const CLAIM_CHECK = claimQuery<Claimed & { after: string | null }>({
  label: 'integrity checks',
  table: 'integrity_checks',
  columns: ['claimed.after_payin_id as "after"'],
});
export const RELEASE_CHECK = releaseQuery('integrity_checks');

/** The lease begins anew, unless the claim has passed on. */
export const KEEP_CHECK: NumberedQuery = {
  name: 'keep an integrity check',
  text: `
    update integrity_checks set due_at = ${LEASE_END}
    where organization_id = $1 and id = $2 and fencing_token = $3
    returning true as kept`,
};

/** Where a check has got to; after its last batch it has been finished, and the next one is in the coming night. */
export const SAVE_CHECK: NumberedQuery = {
  name: 'save an integrity check',
  text: `
    update integrity_checks set
      after_payin_id = $4::uuid,
      payins = case when after_payin_id is null then 0 else payins end + $5,
      mismatches = case when after_payin_id is null then 0 else mismatches end + $6,
      finished_at = case when $4::uuid is null then now() else finished_at end,
      due_at = case when $4::uuid is null then ${NEXT_NIGHT} else now() end
    where organization_id = $1 and id = $2 and fencing_token = $3`,
};

/** All checks begin anew, now. */
export const START_CHECKS: NumberedQuery = {
  name: 'start integrity checks',
  text: 'update integrity_checks set after_payin_id = null, due_at = now()',
};
