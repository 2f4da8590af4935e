import { type MatchingPhase, type Statement } from '../store/statement.entity.js';
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
    progress: progressOf(statement),
    outcomes: totals && Object.fromEntries(LINE_OUTCOMES.map((outcome) => [outcome, totals.outcomes[outcome] ?? 0])),
    differences: totals?.differences ?? null,
    badLines: statement.badLines,
    reason: statement.reason ?? null,
    createdAt: statement.createdAt.toISOString(),
    doneAt: statement.doneAt?.toISOString() ?? null,
  };
}

/** The work on a statement, in its order. */
export const STATEMENT_PHASES = ['RECEIVING', 'FINDING', 'COMPARING', 'FINDING_MISSING', 'SETTLING'] as const;

const PHASES: Readonly<Record<MatchingPhase, (typeof STATEMENT_PHASES)[number]>> = {
  find: 'FINDING',
  compare: 'COMPARING',
  find_missing: 'FINDING_MISSING',
  agree: 'SETTLING',
};

/** @returns null where nothing is under way */
function progressOf({ status, phase, lines, compared }: Statement) {
  // How many will come is known to whoever sends them.
  if (status === 'RECEIVING') return { phase: 'RECEIVING', linesDone: lines, linesOf: null } as const;
  if (status !== 'MATCHING') return null;
  return { phase: PHASES[phase ?? 'compare'], linesDone: compared, linesOf: lines };
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
