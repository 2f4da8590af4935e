import type { ReportedStatus } from '@recaudo/payment-provider';
import { query, type Query } from '../../database/query.js';
import type { DiscrepancyKind } from '../../payins/domain/discrepancy.js';
import type { LineOutcome } from './statement-line.entity.js';

/** A line as the database has it, amounts in cents as texts. */
export interface LineRow {
  /** Null for what the file lacks. */
  line: number | null;
  position: number;
  outcome: LineOutcome;
  differences: DiscrepancyKind[];
  reference: string | null;
  externalId: string | null;
  amountInCents: string | null;
  expectedInCents: string | null;
  currency: string;
  status: ReportedStatus;
  rawStatus: string | null;
  paidAt: Date | null;
  feeInCents: string | null;
  payinId: string | null;
  payinReference: string | null;
}

export interface LinesWanted {
  organizationId: string;
  statementId: string;
  /** The position before the first. */
  after: number;
  limit: number;
}

/** The next lines of a statement; only those with one outcome, where one is given. */
export function readLines(outcome?: LineOutcome): Query<LinesWanted, LineRow> {
  return query(
    `read statement lines${outcome ? ` ${outcome}` : ''}`,
    `select case when l.outcome <> 'MISSING_THERE' then l.line end as line, l.line as position, l.outcome, l.differences, l.reference,
            l.external_id as "externalId", l.amount_in_cents as "amountInCents", l.expected_in_cents as "expectedInCents", l.currency,
            l.status, l.raw_status as "rawStatus", l.paid_at as "paidAt", l.fee_in_cents as "feeInCents",
            l.payin_id as "payinId", p.reference as "payinReference"
     from (select * from statement_lines
           where organization_id = $organizationId and statement_id = $statementId and line > $after ${outcome ? `and outcome = '${outcome}'` : ''}
           order by line limit $limit) l
     left join lateral (
       select reference from payins where organization_id = $organizationId and payins.id = l.payin_id limit 1) p on true
     order by l.line`,
  );
}
