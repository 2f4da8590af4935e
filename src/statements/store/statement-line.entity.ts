import { defineEntity, p } from '@mikro-orm/core';
import type { ReportedStatus } from '@recaudo/payment-provider';
import type { DiscrepancyKind } from '../../payins/domain/discrepancy.js';

export const LINE_OUTCOMES = [
  'MATCHED',
  /** We know the order, and the line says something else about it. */
  'DIFFERENT',
  /** We do not know the order. */
  'MISSING_HERE',
  /** We know a payment that the statement should have, and it has none. */
  'MISSING_THERE',
  /** Its reference belongs to another organization of this installation. */
  'NOT_OURS',
] as const;
export type LineOutcome = (typeof LINE_OUTCOMES)[number];

/**
 * One line of a statement, and what came of it. Without a foreign key to its statement: a million checks for one parent, whose lines are
 * written and deleted under its fence.
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
    /** Its number in the file, the header being 1, or in the list; what is missing there is numbered on behind the last. */
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
    /** Null until we have looked for its order; what a line of a known order says counts only once it is compared. */
    outcome: p.string().length(16).$type<LineOutcome>().nullable(),
    differences: p.array<DiscrepancyKind>().defaultRaw("'{}'"),
    /** What we have booked on the order, or what was asked where nothing is booked; null while it does not differ. */
    expectedInCents: p.bigint().nullable(),
  },
});
