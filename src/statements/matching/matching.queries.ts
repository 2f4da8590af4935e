import type { ReportedStatus } from '@recaudo/payment-provider';
import { LEASE_END } from '../../database/due-work.queries.js';
import { query, type Query, selected } from '../../database/query.js';
import { BELIEVED } from '../../payins/domain/discrepancy.js';
import type { PayinStatus } from '../../payins/domain/status.js';
import type { ClaimedStatement, StatementHold } from '../store/claimed-statement.js';
import type { MatchingPhase, StatementCovers } from '../store/statement.entity.js';
import { changeStatement, HELD } from '../store/statement.queries.js';

/** Lines, payments or orders worked on in one commit. */
const BATCH = 5_000;

/** For how long lines that matched are kept; the others stay. */
const MATCHED_LINES_DAYS = 90;

/** A part of a statement: what comes after a line. */
type AfterLine = Pick<ClaimedStatement, 'organizationId' | 'id'> & { after: string };

/** An order is found by the reference that we sent, else by the provider's own id, else by the merchant's reference. */
export const FIND_ORDERS = query<AfterLine & StatementHold & { provider: string }, { position: string | null }>(
  'find orders of statement lines',
  `with batch as materialized (
     select line, reference, external_id from statement_lines
     where organization_id = $organizationId and statement_id = $id and line > $after::int
     order by line limit ${BATCH}
   ), statement as (
     update statements set position = (select max(line) from batch)::text, attempts = 0, due_at = ${LEASE_END}
     where ${HELD}
     returning organization_id, id, position
   ), found as (
     select b.line, b.reference, a.id as attempt_id, a.payin_id
     from batch b left join lateral (
       (select 1 as rank, a.id, a.payin_id from attempts a
        where a.organization_id = $organizationId and a.provider_reference = b.reference and a.provider = $provider)
       union all
       (select 2, a.id, a.payin_id from attempts a
        where a.organization_id = $organizationId and a.provider = $provider and a.external_id = b.external_id
        order by a.id desc limit 1)
       union all
       (select 3, a.id, a.payin_id from payins p join attempts a on a.organization_id = p.organization_id and a.payin_id = p.id
        where p.organization_id = $organizationId and p.reference = b.reference and a.provider = $provider
        order by a.state = 'not_executed', a.id desc limit 1)
       order by 1 limit 1
     ) a on true
   ), written as (
     update statement_lines l
     set attempt_id = f.attempt_id, payin_id = f.payin_id,
         outcome = case when f.payin_id is not null then 'MATCHED'
                        when exists (select 1 from organizations o where o.code = left(f.reference, 7) and length(f.reference) = 32
                                                                     and o.id <> $organizationId) then 'NOT_OURS'
                        else 'MISSING_HERE' end
     from found f, statement s
     where l.organization_id = s.organization_id and l.statement_id = s.id and l.line = f.line
   )
   select position from statement`,
);

export interface ComparisonRow {
  line: number;
  isNotOurs: boolean;
  reference: string;
  status: ReportedStatus;
  amountInCents: string | null;
  currency: string;
  totalInCents: string;
  isFirst: boolean;
  isReversed: boolean;
  payinId: string | null;
  attemptId: string | null;
  payinStatus: PayinStatus;
  requestedInCents: string;
  bookedInCents: string;
  payinCurrency: string;
  isUnconfirmed: boolean;
  isBelieved: boolean;
}

const COMPARISON = selected<ComparisonRow>({
  line: 'l.line',
  isNotOurs: "l.outcome = 'NOT_OURS'",
  reference: 'coalesce(l.reference, l.external_id)',
  status: 'l.status',
  amountInCents: 'l.amount_in_cents',
  currency: 'l.currency',
  totalInCents: 'coalesce(same.total, 0)::text',
  isFirst: 'coalesce(same.first = l.line, false)',
  isReversed: 'reversed.first is not null',
  payinId: 'o.payin_id',
  attemptId: 'l.attempt_id',
  payinStatus: 'o.status',
  requestedInCents: 'o.amount_in_cents',
  bookedInCents: 'o.total::text',
  payinCurrency: 'o.currency',
  isUnconfirmed: 'o.unconfirmed_paid_since is not null',
  isBelieved: `exists (
    select from discrepancies d
    where d.organization_id = $organizationId and d.payin_id = o.payin_id and d.kind = 'AMOUNT_UNCONFIRMED' and d.resolution = '${BELIEVED}')`,
});

/** Lines beside our records. What all lines of an order share is computed once for each order, because a file may name one order only. */
export const READ_COMPARISON = query<AfterLine, ComparisonRow>(
  'compare statement lines',
  `with batch as materialized (
     select * from statement_lines
     where organization_id = $organizationId and statement_id = $id and line > $after::int
     order by line limit ${BATCH}
   ), orders as materialized (
     select distinct payin_id, attempt_id from batch where payin_id is not null
   ), theirs as materialized (
     select o.payin_id, o.attempt_id, same.* from orders o cross join lateral (
       select l.status, coalesce(sum(l.amount_in_cents), 0) as total, min(l.line) as first
       from statement_lines l
       where l.organization_id = $organizationId and l.statement_id = $id and l.payin_id = o.payin_id and l.attempt_id = o.attempt_id
       group by l.status
     ) same
   ), ours as materialized (
     select o.payin_id, o.attempt_id, p.status, p.amount_in_cents, p.currency, p.unconfirmed_paid_since, booked.total
     from orders o cross join lateral (
       select p.status, p.amount_in_cents, p.currency, p.unconfirmed_paid_since from payins p
       where p.organization_id = $organizationId and p.id = o.payin_id limit 1
     ) p cross join lateral (
       select coalesce(sum(r.amount_in_cents), 0) as total from receipts r
       where r.organization_id = $organizationId and r.payin_id = o.payin_id and r.attempt_id = o.attempt_id
     ) booked
   )
   select ${COMPARISON}
   from batch l
   left join ours o on o.payin_id = l.payin_id and o.attempt_id = l.attempt_id
   left join theirs same on same.payin_id = l.payin_id and same.attempt_id = l.attempt_id and same.status = l.status
   left join theirs reversed on reversed.payin_id = l.payin_id and reversed.attempt_id = l.attempt_id and reversed.status = 'REVERSED'
   order by l.line`,
);

/** Results of lines, by column. */
interface ResultColumns {
  lines: number[];
  outcomes: string[];
  /** Each is a JSON array. */
  differences: string[];
  expectedInCents: (bigint | null)[];
}

export const WRITE_COMPARISON = query<
  StatementHold & ResultColumns & { position: string; compared: number },
  { id: string }
>(
  'write comparison of statement lines',
  `with statement as (
     update statements set position = $position, compared = compared + $compared, attempts = 0, due_at = ${LEASE_END}
     where ${HELD}
     returning organization_id, id
   ), written as (
     update statement_lines l
     set outcome = r.outcome, expected_in_cents = r.expected,
         differences = (select coalesce(array_agg(kind), '{}') from jsonb_array_elements_text(r.differences) as kind)
     from statement s,
          unnest($lines::int[], $outcomes::text[], $differences::jsonb[], $expectedInCents::bigint[]) as r(line, outcome, differences, expected)
     where l.organization_id = s.organization_id and l.statement_id = s.id and l.line = r.line
   )
   select id from statement`,
);

export interface MissingRow {
  position: string;
  lastLine: number;
  payinId: string | null;
  attemptId: string;
  providerReference: string;
  externalId: string | null;
  bookedInCents: string;
  currency: string;
  paidAt: Date | null;
}

/** The provider's clock and ours differ: so near to an edge of the period, a time of ours may lie on either side. */
const EDGE = "interval '10 minutes'";

/** A receipt that a person has booked is in no provider's list. */
const BY_PROVIDER = "source is distinct from 'operator'";

/**
 * A payment without a time was made between the opening of its order and the receipt of its update: it is in the period only where both are.
 */
const PAYMENTS_OF_PERIOD = {
  walked: `select id, attempt_id, paid_at, created_at, source from receipts
           where organization_id = $organizationId and id > $after order by id limit ${BATCH}`,
  candidates: `select distinct w.attempt_id from walked w join attempts a on a.organization_id = $organizationId and a.id = w.attempt_id
               where w.${BY_PROVIDER} and coalesce(w.paid_at, a.started_at - ${EDGE}) >= $from::timestamptz
                 and coalesce(w.paid_at, w.created_at + ${EDGE}) < $to::timestamptz`,
};

const ORDERS_OF_PERIOD = {
  walked: `select id, id as attempt_id, started_at as at from attempts
           where organization_id = $organizationId and id > $after order by id limit ${BATCH}`,
  candidates: `select attempt_id from walked where at >= $from::timestamptz + ${EDGE} and at < $to::timestamptz - ${EDGE}`,
};

/** Beside where the walk has come to, in every row. */
const MISSING_ORDER = selected<Omit<MissingRow, 'position' | 'lastLine'>>({
  payinId: 'a.payin_id',
  attemptId: 'a.id',
  providerReference: 'a.provider_reference',
  externalId: 'a.external_id',
  bookedInCents: 'booked.total::text',
  currency: 'p.currency',
  paidAt: 'booked.paid_at',
});

type MissingValues = Pick<ClaimedStatement, 'organizationId' | 'id' | 'provider' | 'from' | 'to'> & { after: string };

/** Which of the next payments, or orders, of the period the statement lacks. */
export const READ_MISSING: Readonly<Record<StatementCovers, Query<MissingValues, MissingRow>>> = {
  PAYMENTS: readMissing('PAYMENTS', PAYMENTS_OF_PERIOD),
  ORDERS: readMissing('ORDERS', ORDERS_OF_PERIOD),
};

function readMissing(covers: StatementCovers, { walked, candidates }: typeof ORDERS_OF_PERIOD) {
  return query<MissingValues, MissingRow>(
    `find what a statement lacks, ${covers}`,
    `with walked as materialized (${walked}),
     candidates as (${candidates})
     select (select max(id::text) from walked) as position,
            (select coalesce(max(line), 1) from statement_lines where organization_id = $organizationId and statement_id = $id) as "lastLine", m.*
     from (select 1) as always left join (
       select ${MISSING_ORDER}
       from candidates c
       join attempts a on a.organization_id = $organizationId and a.id = c.attempt_id
       join payins p on p.organization_id = $organizationId and p.id = a.payin_id
       join lateral (
         select sum(r.amount_in_cents) as total, min(r.paid_at) as paid_at from receipts r
         where r.organization_id = $organizationId and r.payin_id = a.payin_id and r.attempt_id = a.id and r.${BY_PROVIDER}
       ) booked on booked.total > 0
       where a.provider = $provider and not exists (
         select 1 from statement_lines l
         where l.organization_id = $organizationId and l.statement_id = $id and l.payin_id = a.payin_id and l.attempt_id = a.id)
     ) m on true`,
  );
}

/** Payments that a statement lacks, by column. */
interface MissingColumns {
  lines: number[];
  references: string[];
  externalIds: (string | null)[];
  currencies: string[];
  paidAts: (string | null)[];
  payinIds: string[];
  attemptIds: string[];
  bookedInCents: bigint[];
}

export const WRITE_MISSING = query<StatementHold & MissingColumns & { position: string | null }, { id: string }>(
  'write what a statement lacks',
  `with statement as (
     update statements set position = $position, attempts = 0, due_at = ${LEASE_END}
     where ${HELD}
     returning organization_id, id
   ), written as (
     insert into statement_lines (organization_id, statement_id, line, reference, external_id, currency, status, paid_at,
                                  payin_id, attempt_id, outcome, differences, expected_in_cents)
     select s.organization_id, s.id, m.line, m.reference, m.external_id, m.currency, 'APPROVED', m.paid_at,
            m.payin_id, m.attempt_id, 'MISSING_THERE', '{MISSING_AT_PROVIDER}', m.booked
     from statement s, unnest($lines::int[], $references::text[], $externalIds::text[], $currencies::text[], $paidAts::timestamptz[],
                              $payinIds::uuid[], $attemptIds::uuid[], $bookedInCents::bigint[])
                         as m(line, reference, external_id, currency, paid_at, payin_id, attempt_id, booked)
   )
   select id from statement`,
);

/** The payins of the next lines that an earlier statement contradicted, and with which every line of this one agrees. */
export const READ_AGREED = query<AfterLine, { payinIds: string[]; position: string | null }>(
  'payins on which a statement agrees',
  `with batch as materialized (
     select line, payin_id from statement_lines
     where organization_id = $organizationId and statement_id = $id and line > $after::int
     order by line limit ${BATCH}
   ), different as materialized (
     select p.payin_id from (select distinct payin_id from batch where payin_id is not null) p
     where exists (select 1 from discrepancies d
                   where d.organization_id = $organizationId and d.payin_id = p.payin_id and d.status = 'OPEN' and d.source = 'statement')
   )
   select (select max(line)::text from batch) as position,
          coalesce((select array_agg(p.payin_id::text) from different p
                    where not exists (select 1 from statement_lines l
                                      where l.organization_id = $organizationId and l.statement_id = $id and l.payin_id = p.payin_id
                                        and l.outcome <> 'MATCHED')), '{}') as "payinIds"`,
);

export const WRITE_AGREED = changeStatement<{ position: string }>(
  'write where a statement agrees',
  `position = $position, attempts = 0, due_at = ${LEASE_END}`,
);

export const ANALYZE_LINES = query('analyze statement lines', 'analyze statement_lines');

export const NEXT_PHASE = changeStatement<{ phase: MatchingPhase }>(
  'next phase of statement',
  `phase = $phase, position = null, due_at = ${LEASE_END}`,
);

/** The totals are counted once. */
export const FINISH_STATEMENT = query<StatementHold, { id: string }>(
  'statement done',
  `with lines as (
     select outcome, differences from statement_lines where organization_id = $organizationId and statement_id = $id
   )
   update statements set status = 'DONE', phase = null, position = null, done_at = now(), due_at = now() + interval '${MATCHED_LINES_DAYS} days',
     totals = jsonb_build_object(
       'outcomes', (select coalesce(jsonb_object_agg(outcome, count), '{}')
                    from (select outcome, count(*) from lines group by outcome) o),
       'differences', (select coalesce(jsonb_object_agg(kind, count), '{}')
                       from (select kind, count(*) from lines, unnest(differences) as kind group by kind) d))
   where ${HELD} returning id`,
);
