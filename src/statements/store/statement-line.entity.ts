import { defineEntity, p } from '@mikro-orm/core';
import type { ReportedStatus } from '@recaudo/payment-provider';
import type { DiscrepancyKind } from '../../payins/domain/discrepancy.js';

export const LINE_OUTCOMES = [
  'MATCHED',
  /** The order is known, and the line differs from our records. */
  'DIFFERENT',
  /** The order is not known here. */
  'MISSING_HERE',
  /** A payment is booked that the statement should have and lacks. */
  'MISSING_THERE',
  /** Its reference belongs to another organization of this installation. */
  'NOT_OURS',
] as const;
export type LineOutcome = (typeof LINE_OUTCOMES)[number];

/**
 * One line of a statement, and its result. It has no foreign key to its statement, because a million lines would check the same parent;
 * lines are written and deleted under the statement's fencing token.
 */
export const StatementLineEntity = defineEntity({
  name: 'StatementLine',
  tableName: 'statement_lines',
  indexes: [
    {
      name: 'statement_lines_payin',
      properties: ['organizationId', 'statementId', 'payinId'],
      where: 'payin_id is not null',
    },
    {
      name: 'statement_lines_not_matched',
      properties: ['organizationId', 'statementId', 'outcome', 'line'],
      where: "outcome <> 'MATCHED'",
    },
  ],
  properties: {
    organizationId: p.uuid().primary(),
    statementId: p.uuid().primary(),
    /** Its number in the file, whose header is 1, or in the list. What the statement lacks has the numbers after the last. */
    line: p.integer().primary(),
    reference: p.string().length(255).nullable(),
    externalId: p.string().length(255).nullable(),
    amountInCents: p.bigint().nullable(),
    currency: p.string().length(3),
    status: p.string().length(16).$type<ReportedStatus>(),
    rawStatus: p.string().length(255).nullable(),
    paidAt: p.datetime(6).nullable(),
    feeInCents: p.bigint().nullable(),
    payinId: p.uuid().nullable(),
    attemptId: p.uuid().nullable(),
    /** Null until its order was searched for. `MATCHED` is final only when the line was compared. */
    outcome: p.string().length(16).$type<LineOutcome>().nullable(),
    differences: p.array<DiscrepancyKind>().defaultRaw("'{}'"),
    /** Booked on the order, or requested where nothing is booked; null while the line does not differ. */
    expectedInCents: p.bigint().nullable(),
  },
});
