import type { ManualMove } from './corrections.js';
import type { UpdateSource } from './update.js';

/** What does not add up. Amounts in cents. `docs/discrepancies.md` says what each kind means and what to do about it. */
export const DISCREPANCY_KINDS = [
  'UNDERPAID',
  'OVERPAID',
  'LATE_PAYMENT',
  'PAID_TWICE',
  'UNIT_MISMATCH',
  'CURRENCY_MISMATCH',
  'AMOUNT_CONFLICT',
  'AMOUNT_UNCONFIRMED',
  'ORPHAN',
  'MISSING_AT_PROVIDER',
  'MISSING_HERE',
  'STATUS_CONFLICT',
  'CHARGEBACK',
  'UNRECOGNISED_STATUS',
] as const;
export type DiscrepancyKind = (typeof DISCREPANCY_KINDS)[number];

/** What a later list that agrees can settle of what an earlier one has found: no money moved by mistake. */
export const SETTLED_BY_AGREEMENT: readonly DiscrepancyKind[] = [
  'UNIT_MISMATCH',
  'CURRENCY_MISMATCH',
  'AMOUNT_CONFLICT',
  'STATUS_CONFLICT',
  'MISSING_AT_PROVIDER',
  'UNRECOGNISED_STATUS',
];

/** What a discrepancy rests on, as a reference to where it is kept. */
export type Evidence =
  | { type: 'observation'; key: string }
  | { type: 'statement_line'; statementId: string; line: number }
  | { type: 'webhook'; id: string };

/** A cause that comes back adds its evidence up to here; what opened the discrepancy is always there. */
export const EVIDENCE_MAX = 20;

/** A correction, or a write-off, that a person asked for. Amounts in cents. */
export interface CorrectionRequest {
  correction: ManualMove;
  /** How much money it moves. */
  amountInCents: bigint;
  /** All that had come in and gone back by then, which only grows; null where it was not kept. */
  movedInCents: bigint | null;
  note: string;
  /** Their API key. */
  by: string;
  at: Date;
}

/** As it is known, and as it is to be written. */
export interface Discrepancy {
  /** Null until it is stored. */
  id: string | null;
  kind: DiscrepancyKind;
  status: 'OPEN' | 'RESOLVED';
  expectedInCents: bigint | null;
  actualInCents: bigint | null;
  /** Null where nobody can say. */
  moneyAtRiskInCents: bigint | null;
  detail: string;
  provider: string | null;
  /** Who found it. */
  source: UpdateSource | null;
  evidence: readonly Evidence[];
  openedAt: Date;
  resolvedAt: Date | null;
  /** How it ended: a person's reason, or the fact that settled it. */
  resolution: string | null;
  /** The API key of the person who settled it; null while it is open, or where a later fact did. */
  resolvedBy: string | null;
  /** The API key of the second person, where a correction needed one. */
  approvedBy: string | null;
  note: string | null;
  /** What settled it; while it is open, what waits for a second person. */
  correction: CorrectionRequest | null;
}

/** One that has no end. */
const NO_END = {
  resolvedAt: null,
  resolution: null,
  resolvedBy: null,
  approvedBy: null,
  note: null,
  correction: null,
};

/** As it was before anything ended it. */
export function stillOpen<Found extends object>(discrepancy: Found): Found & typeof NO_END & { status: 'OPEN' } {
  return { ...discrepancy, ...NO_END, status: 'OPEN' };
}

export interface AmountsInQuestion {
  /** What the payin asks for; null where there is no payin. */
  expectedInCents: bigint | null;
  /** What the cause speaks of. */
  actualInCents: bigint | null;
  /** What is booked. */
  receivedInCents: bigint;
}

/** How much money may be in the wrong place; null where nobody can say. */
export function moneyAtRisk(kind: DiscrepancyKind, amounts: AmountsInQuestion): bigint | null {
  return MONEY_AT_RISK[kind](amounts);
}

type Rule = (amounts: AmountsInQuestion) => bigint | null;
const difference: Rule = ({ expectedInCents, actualInCents }) => {
  if (expectedInCents === null || actualInCents === null) return actualInCents ?? expectedInCents;
  return actualInCents < expectedInCents ? expectedInCents - actualInCents : actualInCents - expectedInCents;
};
const whatArrived: Rule = ({ actualInCents }) => actualInCents;
const whatWasAsked: Rule = ({ expectedInCents, actualInCents }) => expectedInCents ?? actualInCents;
/** What is booked may not be there; where nothing is booked, what was asked may be. */
const whatIsInDoubt: Rule = ({ receivedInCents, expectedInCents, actualInCents }) =>
  receivedInCents > 0n ? receivedInCents : (expectedInCents ?? actualInCents);

const MONEY_AT_RISK: Readonly<Record<DiscrepancyKind, Rule>> = {
  UNDERPAID: difference,
  OVERPAID: difference,
  LATE_PAYMENT: whatArrived,
  PAID_TWICE: difference,
  UNIT_MISMATCH: whatWasAsked,
  CURRENCY_MISMATCH: whatWasAsked,
  AMOUNT_CONFLICT: difference,
  AMOUNT_UNCONFIRMED: whatWasAsked,
  ORPHAN: whatArrived,
  MISSING_AT_PROVIDER: whatIsInDoubt,
  MISSING_HERE: whatArrived,
  STATUS_CONFLICT: whatIsInDoubt,
  CHARGEBACK: whatArrived,
  UNRECOGNISED_STATUS: whatWasAsked,
};
