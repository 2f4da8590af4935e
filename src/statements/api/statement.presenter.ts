import type { Statement } from '../store/statement.entity.js';
import { LINE_OUTCOMES } from '../store/statement-line.entity.js';
import type { LineRow } from '../store/statement-line.queries.js';

export function presentStatement(statement: Statement) {
  const { id, provider, source, status, periodFrom, periodTo, covers, lines, compared, totals } = statement;
  return {
    id,
    provider,
    source,
    status,
    from: periodFrom.toISOString(),
    to: periodTo.toISOString(),
    covers: covers ?? null,
    lines,
    compared,
    outcomes: totals && Object.fromEntries(LINE_OUTCOMES.map((outcome) => [outcome, totals.outcomes[outcome] ?? 0])),
    differences: totals?.differences ?? null,
    badLines: statement.badLines,
    reason: statement.reason ?? null,
    createdAt: statement.createdAt.toISOString(),
    doneAt: statement.doneAt?.toISOString() ?? null,
  };
}

export function presentLine(row: LineRow) {
  const { line, outcome, differences, reference, externalId, currency, status, rawStatus, payinId, payinReference } =
    row;
  return {
    line,
    outcome,
    differences,
    reference,
    externalId,
    amountInCents: toNumber(row.amountInCents),
    expectedInCents: toNumber(row.expectedInCents),
    currency,
    status,
    rawStatus,
    paidAt: row.paidAt?.toISOString() ?? null,
    feeInCents: toNumber(row.feeInCents),
    payinId,
    payinReference,
  };
}
export type PresentedLine = ReturnType<typeof presentLine>;

function toNumber(cents: string | null): number | null {
  return cents === null ? null : Number(cents);
}
