import { Inject, Injectable } from '@nestjs/common';
import type { ReportedStatus } from '@recaudo/payment-provider';
import { Database } from '../../database/database.js';
import { LEASE_END as LEASE } from '../../database/due-work.queries.js';
import { type DiscrepancyKind, BELIEVED } from '../../payins/domain/discrepancy.js';
import type { PayinStatus } from '../../payins/domain/status.js';
import type { LedgerSide, StatementSide } from './compare-line.js';
import type { MatchingPhase } from '../store/statement.entity.js';
import { type ClaimedStatement, type StatementHold, StatementLost } from '../store/statement.store.js';

/** For how long lines that matched are kept; the others stay. */
const MATCHED_LINES_DAYS = 90;

/** Lines worked on in one commit. */
const BATCH = 5_000;

/** A line beside what we know; without `payin` its order is not known here. */
export interface LineToCompare {
  line: number;
  /** It is another organization's, and nothing to us. */
  isNotOurs: boolean;
  reference: string;
  theirs: StatementSide;
  payin: (LedgerSide & { id: string; attemptId: string }) | undefined;
}

/** What came of a line that does not match. */
export interface LineResult {
  line: number;
  outcome: 'DIFFERENT' | 'MISSING_HERE';
  differences: readonly DiscrepancyKind[];
  expectedInCents: bigint | null;
}

/** A payment that the statement should have and has not. */
export interface MissingThere {
  /** The number that it gets in the statement. */
  line: number;
  payinId: string;
  attemptId: string;
  providerReference: string;
  externalId: string | null;
  bookedInCents: bigint;
  currency: string;
  paidAt: Date | null;
}

interface ComparisonRow {
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

interface MissingRow {
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

/**
 * Matching in the database: sets of lines in the order of their numbers. Where a phase goes on is written together with what it did, under the
 * statement's fence, so that a worker that dies loses nothing and one that is late writes nothing.
 */
@Injectable()
export class MatchingStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Finds the orders of the next lines: by the reference that we sent, else by the provider's own id, else by the merchant's reference.
   * @returns the last line, or null when there was none
   */
  async find({ organizationId, id, fencingToken, provider, position }: ClaimedStatement): Promise<string | null> {
    const [row] = await this.database.query<{ position: string | null }>(
      {
        name: 'find orders of statement lines',
        text: `
          with batch as materialized (
            select line, reference, external_id from statement_lines
            where organization_id = $1 and statement_id = $2 and line > $5::int
            order by line limit ${BATCH}
          ), statement as (
            update statements set position = (select max(line) from batch)::text, attempts = 0, due_at = ${LEASE}
            where organization_id = $1 and id = $2 and fencing_token = $3
            returning organization_id, id, position
          ), found as (
            select b.line, b.reference, a.id as attempt_id, a.payin_id
            from batch b left join lateral (
              (select 1 as rank, a.id, a.payin_id from attempts a
               where a.organization_id = $1 and a.provider_reference = b.reference and a.provider = $4)
              union all
              (select 2, a.id, a.payin_id from attempts a
               where a.organization_id = $1 and a.provider = $4 and a.external_id = b.external_id
               order by a.id desc limit 1)
              union all
              (select 3, a.id, a.payin_id from payins p join attempts a on a.organization_id = p.organization_id and a.payin_id = p.id
               where p.organization_id = $1 and p.reference = b.reference and a.provider = $4
               order by a.state = 'not_executed', a.id desc limit 1)
              order by 1 limit 1
            ) a on true
          ), written as (
            update statement_lines l
            set attempt_id = f.attempt_id, payin_id = f.payin_id,
                outcome = case when f.payin_id is not null then 'MATCHED'
                               when exists (select 1 from organizations o where o.code = left(f.reference, 7) and length(f.reference) = 32
                                                                            and o.id <> $1) then 'NOT_OURS'
                               else 'MISSING_HERE' end
            from found f, statement s
            where l.organization_id = s.organization_id and l.statement_id = s.id and l.line = f.line
          )
          select position from statement`,
      },
      [organizationId, id, fencingToken, provider, position ?? '-1'],
    );
    if (!row) throw new StatementLost();
    return row.position;
  }

  /** The next lines beside what we know. What is one for all lines of an order is summed up once: a file may name one order only. */
  async readComparison({ organizationId, id, position }: ClaimedStatement): Promise<LineToCompare[]> {
    const rows = await this.database.query<ComparisonRow>(
      {
        name: 'compare statement lines',
        text: `
          with batch as materialized (
            select * from statement_lines
            where organization_id = $1 and statement_id = $2 and line > $3::int
            order by line limit ${BATCH}
          ), orders as materialized (
            select distinct payin_id, attempt_id from batch where payin_id is not null
          ), said as materialized (
            select o.payin_id, o.attempt_id, same.* from orders o cross join lateral (
              select l.status, coalesce(sum(l.amount_in_cents), 0) as total, min(l.line) as first
              from statement_lines l
              where l.organization_id = $1 and l.statement_id = $2 and l.payin_id = o.payin_id and l.attempt_id = o.attempt_id
              group by l.status
            ) same
          ), ours as materialized (
            select o.payin_id, o.attempt_id, p.status, p.amount_in_cents, p.currency, p.unconfirmed_paid_since, booked.total
            from orders o cross join lateral (
              select p.status, p.amount_in_cents, p.currency, p.unconfirmed_paid_since from payins p
              where p.organization_id = $1 and p.id = o.payin_id limit 1
            ) p cross join lateral (
              select coalesce(sum(r.amount_in_cents), 0) as total from receipts r
              where r.organization_id = $1 and r.payin_id = o.payin_id and r.attempt_id = o.attempt_id
            ) booked
          )
          select l.line, l.outcome = 'NOT_OURS' as "isNotOurs", coalesce(l.reference, l.external_id) as reference, l.status, l.amount_in_cents as "amountInCents", l.currency,
                 coalesce(same.total, 0)::text as "totalInCents", coalesce(same.first = l.line, false) as "isFirst",
                 reversed.first is not null as "isReversed",
                 o.payin_id as "payinId", l.attempt_id as "attemptId", o.status as "payinStatus", o.amount_in_cents as "requestedInCents",
                 o.currency as "payinCurrency", o.unconfirmed_paid_since is not null as "isUnconfirmed", o.total::text as "bookedInCents",
                 exists (
                   select from discrepancies d
                   where d.organization_id = $1 and d.payin_id = o.payin_id and d.kind = 'AMOUNT_UNCONFIRMED' and d.resolution = '${BELIEVED}'
                 ) as "isBelieved"
          from batch l
          left join ours o on o.payin_id = l.payin_id and o.attempt_id = l.attempt_id
          left join said same on same.payin_id = l.payin_id and same.attempt_id = l.attempt_id and same.status = l.status
          left join said reversed on reversed.payin_id = l.payin_id and reversed.attempt_id = l.attempt_id and reversed.status = 'REVERSED'
          order by l.line`,
      },
      [organizationId, id, position ?? '-1'],
    );
    return rows.map(toLineToCompare);
  }

  /** @throws StatementLost */
  async writeComparison(
    hold: StatementHold,
    results: readonly LineResult[],
    { position, lines }: { position: string; lines: number },
  ): Promise<void> {
    await this.#write(
      {
        name: 'write comparison of statement lines',
        text: `
          with statement as (
            update statements set position = $4, compared = compared + $5, attempts = 0, due_at = ${LEASE}
            where organization_id = $1 and id = $2 and fencing_token = $3
            returning organization_id, id
          ), written as (
            update statement_lines l
            set outcome = r.outcome, expected_in_cents = r.expected,
                differences = (select coalesce(array_agg(kind), '{}') from jsonb_array_elements_text(r.differences) as kind)
            from statement s, unnest($6::int[], $7::text[], $8::jsonb[], $9::bigint[]) as r(line, outcome, differences, expected)
            where l.organization_id = s.organization_id and l.statement_id = s.id and l.line = r.line
          )
          select id from statement`,
      },
      [
        hold.organizationId,
        hold.id,
        hold.fencingToken,
        position,
        lines,
        results.map(({ line }) => line),
        results.map(({ outcome }) => outcome),
        results.map(({ differences }) => JSON.stringify(differences)),
        results.map(({ expectedInCents }) => expectedInCents?.toString() ?? null),
      ],
    );
  }

  /**
   * Looks through the next payments, or orders, from the beginning of the statement's period for what it lacks. An id tells when a row was
   * made, so the walk begins there; it ends at the newest row, because what happened in the period may have been heard of much later.
   */
  async readMissing(statement: ClaimedStatement): Promise<{ missing: MissingThere[]; position: string | null }> {
    const { organizationId, id, provider, from, to, position, covers } = statement;
    const candidates = covers === 'ORDERS' ? ORDERS_OF_PERIOD : PAYMENTS_OF_PERIOD;
    const rows = await this.database.query<MissingRow>(
      {
        name: `look for what a statement lacks, ${covers}`,
        text: `
          with walked as materialized (${candidates.walked}),
          candidates as (${candidates.of})
          select (select max(id::text) from walked) as position,
                 (select coalesce(max(line), 1) from statement_lines where organization_id = $1 and statement_id = $2) as "lastLine", m.*
          from (select 1) as always left join (
            select a.payin_id as "payinId", a.id as "attemptId", a.provider_reference as "providerReference", a.external_id as "externalId",
                   p.currency, booked.total::text as "bookedInCents", booked.paid_at as "paidAt"
            from candidates c
            join attempts a on a.organization_id = $1 and a.id = c.attempt_id
            join payins p on p.organization_id = $1 and p.id = a.payin_id
            join lateral (
              select sum(r.amount_in_cents) as total, min(r.paid_at) as paid_at from receipts r
              where r.organization_id = $1 and r.payin_id = a.payin_id and r.attempt_id = a.id and r.${BY_PROVIDER}
            ) booked on booked.total > 0
            where a.provider = $4 and not exists (
              select 1 from statement_lines l
              where l.organization_id = $1 and l.statement_id = $2 and l.payin_id = a.payin_id and l.attempt_id = a.id)
          ) m on true`,
      },
      [organizationId, id, position ?? firstIdSince(from), provider, from, to],
    );
    return {
      missing: rows.flatMap((row, index) =>
        row.payinId === null ? [] : [toMissing({ ...row, payinId: row.payinId }, row.lastLine + index + 1)],
      ),
      position: rows[0]?.position ?? null,
    };
  }

  /** @throws StatementLost */
  async writeMissing(hold: StatementHold, missing: readonly MissingThere[], position: string | null): Promise<void> {
    await this.#write(
      {
        name: 'write what a statement lacks',
        text: `
          with statement as (
            update statements set position = $4, attempts = 0, due_at = ${LEASE}
            where organization_id = $1 and id = $2 and fencing_token = $3
            returning organization_id, id
          ), written as (
            insert into statement_lines (organization_id, statement_id, line, reference, external_id, currency, status, paid_at,
                                         payin_id, attempt_id, outcome, differences, expected_in_cents)
            select s.organization_id, s.id, m.line, m.reference, m.external_id, m.currency, 'APPROVED', m.paid_at,
                   m.payin_id, m.attempt_id, 'MISSING_THERE', '{MISSING_AT_PROVIDER}', m.booked
            from statement s, unnest($5::int[], $6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::uuid[], $11::uuid[], $12::bigint[])
                                as m(line, reference, external_id, currency, paid_at, payin_id, attempt_id, booked)
          )
          select id from statement`,
      },
      [
        hold.organizationId,
        hold.id,
        hold.fencingToken,
        position,
        missing.map(({ line }) => line),
        missing.map(({ providerReference }) => providerReference),
        missing.map(({ externalId }) => externalId),
        missing.map(({ currency }) => currency),
        missing.map(({ paidAt }) => paidAt?.toISOString() ?? null),
        missing.map(({ payinId }) => payinId),
        missing.map(({ attemptId }) => attemptId),
        missing.map(({ bookedInCents }) => bookedInCents.toString()),
      ],
    );
  }

  /**
   * Which payins the next lines are about of which an earlier statement said otherwise, and this one nothing but what we know.
   * A line that agrees does not take back what another line of the same payin says.
   */
  async readAgreed({
    organizationId,
    id,
    position,
  }: ClaimedStatement): Promise<{ payinIds: string[]; position: string | null }> {
    const [row] = await this.database.query<{ payinIds: string[]; position: string | null }>(
      {
        name: 'payins on which a statement agrees',
        text: `
          with batch as materialized (
            select line, payin_id from statement_lines
            where organization_id = $1 and statement_id = $2 and line > $3::int
            order by line limit ${BATCH}
          ), different as materialized (
            select p.payin_id from (select distinct payin_id from batch where payin_id is not null) p
            where exists (select 1 from discrepancies d
                          where d.organization_id = $1 and d.payin_id = p.payin_id and d.status = 'OPEN' and d.source = 'statement')
          )
          select (select max(line)::text from batch) as position,
                 coalesce((select array_agg(p.payin_id::text) from different p
                           where not exists (select 1 from statement_lines l
                                             where l.organization_id = $1 and l.statement_id = $2 and l.payin_id = p.payin_id
                                               and l.outcome <> 'MATCHED')), '{}') as "payinIds"`,
      },
      [organizationId, id, position ?? '-1'],
    );
    return row ?? { payinIds: [], position: null };
  }

  /** @throws StatementLost */
  async writeAgreed(hold: StatementHold, position: string): Promise<void> {
    await this.#write(
      {
        name: 'write where a statement agrees',
        text: `update statements set position = $4, attempts = 0, due_at = ${LEASE}
               where organization_id = $1 and id = $2 and fencing_token = $3 returning id`,
      },
      [hold.organizationId, hold.id, hold.fencingToken, position],
    );
  }

  /** Without statistics of lines that have just been written PostgreSQL takes any index for as good as the right one. */
  async learnSizes(): Promise<void> {
    await this.database.query({ name: 'analyze statement lines', text: 'analyze statement_lines' }, []);
  }

  /** @throws StatementLost */
  async nextPhase(hold: StatementHold, phase: MatchingPhase): Promise<void> {
    await this.#write(
      {
        name: 'next phase of statement',
        text: `update statements set phase = $4, position = null, due_at = ${LEASE}
               where organization_id = $1 and id = $2 and fencing_token = $3 returning id`,
      },
      [hold.organizationId, hold.id, hold.fencingToken, phase],
    );
  }

  /** Counts what came of the lines, once and for all. @throws StatementLost */
  async done(hold: StatementHold): Promise<void> {
    await this.#write(
      {
        name: 'statement done',
        text: `
          with lines as (
            select outcome, differences from statement_lines where organization_id = $1 and statement_id = $2
          )
          update statements set status = 'DONE', phase = null, position = null, done_at = now(), due_at = now() + interval '${MATCHED_LINES_DAYS} days',
            totals = jsonb_build_object(
              'outcomes', (select coalesce(jsonb_object_agg(outcome, count), '{}')
                           from (select outcome, count(*) from lines group by outcome) o),
              'differences', (select coalesce(jsonb_object_agg(kind, count), '{}')
                              from (select kind, count(*) from lines, unnest(differences) as kind group by kind) d))
          where organization_id = $1 and id = $2 and fencing_token = $3 returning id`,
      },
      [hold.organizationId, hold.id, hold.fencingToken],
    );
  }

  async #write(statement: { name: string; text: string }, values: readonly unknown[]): Promise<void> {
    const rows = await this.database.query(statement, values);
    if (rows.length === 0) throw new StatementLost();
  }
}

/** Their clock against ours: at the edges of the period it is not said on which side lies what only we have timed. */
const EDGE = "interval '10 minutes'";

/** Of what a person has booked no provider tells. */
const BY_PROVIDER = "source is distinct from 'operator'";

/** Without its time a payment was made between the opening of its order and our hearing of it: in the period only where both are. */
const PAYMENTS_OF_PERIOD = {
  walked: `select id, attempt_id, paid_at, created_at, source from receipts
           where organization_id = $1 and id > $3 order by id limit ${BATCH}`,
  of: `select distinct w.attempt_id from walked w join attempts a on a.organization_id = $1 and a.id = w.attempt_id
       where w.${BY_PROVIDER} and coalesce(w.paid_at, a.started_at - ${EDGE}) >= $5::timestamptz
         and coalesce(w.paid_at, w.created_at + ${EDGE}) < $6::timestamptz`,
};

const ORDERS_OF_PERIOD = {
  walked: `select id, id as attempt_id, started_at as at from attempts
           where organization_id = $1 and id > $3 order by id limit ${BATCH}`,
  of: `select attempt_id from walked where at >= $5::timestamptz + ${EDGE} and at < $6::timestamptz - ${EDGE}`,
};

/** Where UUIDv7 of that time begin, with a day for clocks that differ. */
function firstIdSince(time: Date): string {
  const ms = Math.max(0, time.getTime() - 86_400_000);
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}

function toLineToCompare(row: ComparisonRow): LineToCompare {
  const { line, isNotOurs, reference, status, currency, isReversed, payinId, attemptId } = row;
  return {
    line,
    isNotOurs,
    reference,
    theirs: {
      status,
      amountInCents: row.amountInCents === null ? null : BigInt(row.amountInCents),
      currency,
      isFirst: row.isFirst,
      totalInCents: BigInt(row.totalInCents),
      isReversed,
    },
    payin:
      payinId === null || attemptId === null
        ? undefined
        : {
            id: payinId,
            attemptId,
            status: row.payinStatus,
            requestedInCents: BigInt(row.requestedInCents),
            bookedInCents: BigInt(row.bookedInCents),
            currency: row.payinCurrency,
            isUnconfirmed: row.isUnconfirmed,
            isBelieved: row.isBelieved,
          },
  };
}

function toMissing(row: MissingRow & { payinId: string }, line: number): MissingThere {
  const { payinId, attemptId, providerReference, externalId, bookedInCents, currency, paidAt } = row;
  return {
    line,
    payinId,
    attemptId,
    providerReference,
    externalId,
    bookedInCents: BigInt(bookedInCents),
    currency,
    paidAt,
  };
}
