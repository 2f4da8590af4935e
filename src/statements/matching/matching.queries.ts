import type { ReportedStatus } from '@recaudo/payment-provider';
import { LEASE_END } from '../../database/due-work.queries.js';
import { query, type Query, selected, sqlList } from '../../database/query.js';
import { BELIEVED } from '../../payins/domain/discrepancy.js';
import type { PayinStatus } from '../../payins/domain/status.js';
import type { ClaimedStatement, StatementHold } from '../store/claimed-statement.js';
import type { MatchingPhase, StatementCovers } from '../store/statement.entity.js';
import { changeStatement, findOrder, HELD, outcomeOf } from '../store/statement.queries.js';
import { PLAIN_AGREEMENTS, STATUSES_WITH_AMOUNT } from './compare-line.js';

/** Lines, payments or orders worked on in one commit. */
const BATCH = 5_000;

/** For how long lines that matched are kept; the others stay. */
const MATCHED_LINES_DAYS = 90;

/** A part of a statement: what comes after a line. */
type AfterLine = Pick<ClaimedStatement, 'organizationId' | 'id'> & { after: string };

/** Of a statement that a version received which stored lines without their orders. */
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
   ), searched as (
     select b.line, found.id as attempt_id, found.payin_id, ${outcomeOf('b')} as outcome
     from batch b ${findOrder('b', '$provider')}
   ), written as (
     update statement_lines l
     set attempt_id = f.attempt_id, payin_id = f.payin_id, outcome = f.outcome
     from searched f, statement s
     where l.organization_id = s.organization_id and l.statement_id = s.id and l.line = f.line
   )
   select position from statement`,
);

/** How far the batch goes, in every row, and a line that may differ. */
export type Comparison = { position: string | null; compared: number } & (ComparisonRow | { line: null });

export interface ComparisonRow {
  line: number;
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
  reference: 'coalesce(l.reference, l.external_id)',
  status: 'l.status',
  amountInCents: 'l.amount_in_cents',
  currency: 'l.currency',
  totalInCents: "coalesce(o.by_status -> l.status ->> 'total', '0')",
  isFirst: "coalesce((o.by_status -> l.status ->> 'first')::int = l.line, false)",
  isReversed: "coalesce(o.by_status ? 'REVERSED', false)",
  payinId: 'o.payin_id',
  attemptId: 'o.attempt_id',
  payinStatus: 'o.status',
  requestedInCents: 'o.amount_in_cents',
  bookedInCents: 'o.booked::text',
  payinCurrency: 'o.currency',
  isUnconfirmed: 'o.unconfirmed_paid_since is not null',
  isBelieved: 'o.is_believed',
});

const LINES_OF_ORDER =
  'l.organization_id = $organizationId and l.statement_id = $id and l.payin_id = o.payin_id and l.attempt_id = o.attempt_id';

/** SQL: all lines of an order agree with our records, however they are compared. Null where there is no order. */
const AGREE_PLAINLY = `o.unconfirmed_paid_since is null
       and theirs.status = theirs.last_status and theirs.currency = o.currency and theirs.last_currency = o.currency
       and (theirs.status, o.status, o.booked > 0) in (${PLAIN_AGREEMENTS.map(({ theirs, ours, isBooked }) => `('${theirs}', '${ours}', ${isBooked})`).join(', ')})
       and (theirs.total = o.booked or theirs.status not in (${sqlList(STATUSES_WITH_AMOUNT)}))`;

/**
 * Of the next lines, those that may differ, beside our records. What all lines of an order share is computed once for each order, because a
 * file may name one order only. Tables are reached from order to order and from line to line, each by its index: how many rows a batch has of
 * what, PostgreSQL can only guess, and a join of two parts of it could compare each line with each order.
 */
export const READ_COMPARISON = query<AfterLine, Comparison>(
  'compare statement lines',
  `with batch as materialized (
     select line, payin_id, attempt_id, outcome from statement_lines
     where organization_id = $organizationId and statement_id = $id and line > $after::int
     order by line limit ${BATCH}
   ), orders as materialized (
     select payin_id, attempt_id, array_agg(line) as lines from batch
     where payin_id is not null or outcome <> 'NOT_OURS'
     group by payin_id, attempt_id
   ), ours as (
     select p.*, o.attempt_id, o.lines, booked.total as booked
     from orders o left join lateral (
       select p.id as payin_id, p.status, p.amount_in_cents, p.currency, p.unconfirmed_paid_since from payins p
       where p.organization_id = $organizationId and p.id = o.payin_id limit 1
     ) p on true cross join lateral (
       select coalesce(sum(r.amount_in_cents), 0) as total from receipts r
       where r.organization_id = $organizationId and r.payin_id = o.payin_id and r.attempt_id = o.attempt_id
     ) booked
   ), doubtful as materialized (
     select o.* from ours o cross join lateral (
       select min(l.status) as status, max(l.status) as last_status, min(l.currency) as currency, max(l.currency) as last_currency,
              coalesce(sum(l.amount_in_cents), 0) as total
       from statement_lines l where ${LINES_OF_ORDER}
     ) theirs
     where (${AGREE_PLAINLY}) is not true
   ), compared as materialized (
     select o.*, theirs.by_status, exists (
       select from discrepancies d
       where d.organization_id = $organizationId and d.payin_id = o.payin_id and d.kind = 'AMOUNT_UNCONFIRMED' and d.resolution = '${BELIEVED}'
     ) as is_believed
     from doubtful o cross join lateral (
       select jsonb_object_agg(status, jsonb_build_object('total', total::text, 'first', first)) as by_status
       from (select l.status, coalesce(sum(l.amount_in_cents), 0) as total, min(l.line) as first
             from statement_lines l where ${LINES_OF_ORDER} group by l.status) same
     ) theirs
   )
   select progress.*, compared_line.*
   from (select max(line)::text as position, count(*)::int as compared from batch) progress left join (
     select ${COMPARISON}
     from compared o cross join lateral unnest(o.lines) as of_order(line) cross join lateral (
       select * from statement_lines l
       where l.organization_id = $organizationId and l.statement_id = $id and l.line = of_order.line limit 1
     ) l
   ) compared_line on true
   order by compared_line.line`,
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
 * When its order was opened is read only where the statement lacks it.
 */
const PAYMENTS_OF_PERIOD = {
  walked: `select id, payin_id, attempt_id, paid_at, created_at, source from receipts
           where organization_id = $organizationId and id > $after order by id limit ${BATCH}`,
  candidates: `select payin_id, attempt_id, bool_or(paid_at is not null) as is_in_period from walked
               where ${BY_PROVIDER} and coalesce(paid_at, created_at + ${EDGE}) < $to::timestamptz
                 and (paid_at is null or paid_at >= $from::timestamptz)
               group by payin_id, attempt_id`,
};

const ORDERS_OF_PERIOD = {
  walked: `select id, payin_id, id as attempt_id, started_at as at from attempts
           where organization_id = $organizationId and id > $after order by id limit ${BATCH}`,
  candidates: `select payin_id, attempt_id, true as is_in_period from walked
               where at >= $from::timestamptz + ${EDGE} and at < $to::timestamptz - ${EDGE}`,
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
     candidates as (${candidates}),
     unlisted as materialized (
       select c.* from candidates c left join lateral (
         select l.line from statement_lines l
         where l.organization_id = $organizationId and l.statement_id = $id and l.payin_id = c.payin_id and l.attempt_id = c.attempt_id limit 1
       ) listed on true
       where listed.line is null
     )
     select (select max(id::text) from walked) as position,
            (select coalesce(max(line), 1) from statement_lines where organization_id = $organizationId and statement_id = $id) as "lastLine", m.*
     from (select 1) as always left join (
       select ${MISSING_ORDER}
       from unlisted u
       cross join lateral (
         select * from attempts a where a.organization_id = $organizationId and a.id = u.attempt_id limit 1
       ) a
       cross join lateral (
         select p.currency from payins p where p.organization_id = $organizationId and p.id = u.payin_id limit 1
       ) p
       cross join lateral (
         select sum(r.amount_in_cents) as total, min(r.paid_at) as paid_at from receipts r
         where r.organization_id = $organizationId and r.payin_id = u.payin_id and r.attempt_id = u.attempt_id and r.${BY_PROVIDER}
       ) booked
       where a.provider = $provider and (u.is_in_period or a.started_at - ${EDGE} >= $from::timestamptz) and booked.total > 0
     ) m on true
     order by m."attemptId"`,
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
