import type { ManualMove } from './corrections.js';
import type { UpdateSource } from './update-source.js';

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
  'OVERREFUNDED',
  'UNRECOGNISED_STATUS',
] as const;
export type DiscrepancyKind = (typeof DISCREPANCY_KINDS)[number];

/** What a discrepancy rests on, as a reference to where it is kept. */
export type Evidence =
  | { type: 'observation'; key: string }
  | { type: 'statement_line'; statementId: string; line: number }
  | { type: 'webhook'; id: string };

/** A cause that comes back adds its evidence up to here; what opened the discrepancy is always there. */
export const EVIDENCE_MAX = 20;

/** How an `AMOUNT_UNCONFIRMED` ends where `UNCONFIRMED_AMOUNT=believe`: the amount that was asked for is booked. */
export const BELIEVED = 'BELIEVED';

/** A correction, or a write-off, that a person asked for. Amounts in cents. */
export interface CorrectionRequest {
  correction: ManualMove;
  /** How much money it moves. */
  amountInCents: bigint;
  /** All that had come in and gone back by then, which only grows; null where it was not kept. */
  movedInCents: bigint | null;
  note: string;
  /** The API key or the person. */
  by: string;
  /** The person who acts; null where a key acts for nobody. Absent in what was written before people were known. */
  personId?: string | null;
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
  /** Its refund, which ends it when it is paid. */
  refundId: string | null;
}

export interface AmountsInQuestion {
  /** What the payin asks for; null where there is no payin. */
  expectedInCents: bigint | null;
  /** What the cause speaks of. */
  actualInCents: bigint | null;
  /** What is booked. */
  receivedInCents: bigint;
}

/** Something that may open a discrepancy, of a payin or of none. */
export interface Finding extends AmountsInQuestion {
  kind: DiscrepancyKind;
  /** Absent: what the kind makes of the amounts. */
  moneyAtRiskInCents?: bigint;
  detail: string;
  provider: string | null;
  source: UpdateSource;
  evidence: readonly Evidence[];
}

const NOT_ENDED = {
  resolvedAt: null,
  resolution: null,
  resolvedBy: null,
  approvedBy: null,
  note: null,
  correction: null,
  refundId: null,
};

/** Every discrepancy begins here. Whether a finding opens one is decided by `Discrepancies`. */
export function openDiscrepancy(finding: Finding, openedAt: Date): Discrepancy {
  const { receivedInCents, moneyAtRiskInCents, evidence, ...found } = finding;
  return {
    ...found,
    ...NOT_ENDED,
    id: null,
    status: 'OPEN',
    moneyAtRiskInCents: moneyAtRiskInCents ?? moneyAtRisk(found.kind, { ...found, receivedInCents }),
    evidence: evidence.slice(0, EVIDENCE_MAX),
    openedAt,
  };
}

/** As it was before anything ended it. */
export function stillOpen<Found extends object>(discrepancy: Found): Found & typeof NOT_ENDED & { status: 'OPEN' } {
  return { ...discrepancy, ...NOT_ENDED, status: 'OPEN' };
}

/** How much money may be in the wrong place; null where nobody can say. */
export function moneyAtRisk(kind: DiscrepancyKind, amounts: AmountsInQuestion): bigint | null {
  return KINDS[kind].moneyAtRisk(amounts);
}

/** The open one follows the booked money, which only grows. */
export function followsTheMoney(kind: DiscrepancyKind): boolean {
  return KINDS[kind].followsTheMoney;
}

type MoneyAtRisk = (amounts: AmountsInQuestion) => bigint | null;

interface KindRules {
  moneyAtRisk: MoneyAtRisk;
  /** See `followsTheMoney`. */
  followsTheMoney: boolean;
  /** See `SETTLED_BY_MATCH`. */
  settledByMatch: boolean;
}

const difference: MoneyAtRisk = ({ expectedInCents, actualInCents }) => {
  if (expectedInCents === null || actualInCents === null) return actualInCents ?? expectedInCents;
  return actualInCents < expectedInCents ? expectedInCents - actualInCents : actualInCents - expectedInCents;
};
const whatArrived: MoneyAtRisk = ({ actualInCents }) => actualInCents;
const whatWasAsked: MoneyAtRisk = ({ expectedInCents, actualInCents }) => expectedInCents ?? actualInCents;
/** What is booked may not be there; where nothing is booked, what was asked may be. */
const whatIsInDoubt: MoneyAtRisk = ({ receivedInCents, expectedInCents, actualInCents }) =>
  receivedInCents > 0n ? receivedInCents : (expectedInCents ?? actualInCents);

const whatGoesBackTwice: MoneyAtRisk = ({ receivedInCents, actualInCents }) =>
  actualInCents === null || actualInCents < receivedInCents ? null : actualInCents - receivedInCents;

const KINDS: Readonly<Record<DiscrepancyKind, KindRules>> = {
  UNDERPAID: { moneyAtRisk: difference, followsTheMoney: true, settledByMatch: false },
  OVERPAID: { moneyAtRisk: difference, followsTheMoney: false, settledByMatch: false },
  LATE_PAYMENT: { moneyAtRisk: whatArrived, followsTheMoney: true, settledByMatch: false },
  PAID_TWICE: { moneyAtRisk: difference, followsTheMoney: true, settledByMatch: false },
  UNIT_MISMATCH: { moneyAtRisk: whatWasAsked, followsTheMoney: false, settledByMatch: true },
  CURRENCY_MISMATCH: { moneyAtRisk: whatWasAsked, followsTheMoney: false, settledByMatch: true },
  AMOUNT_CONFLICT: { moneyAtRisk: difference, followsTheMoney: false, settledByMatch: true },
  AMOUNT_UNCONFIRMED: { moneyAtRisk: whatWasAsked, followsTheMoney: false, settledByMatch: false },
  ORPHAN: { moneyAtRisk: whatArrived, followsTheMoney: false, settledByMatch: false },
  MISSING_AT_PROVIDER: { moneyAtRisk: whatIsInDoubt, followsTheMoney: false, settledByMatch: true },
  MISSING_HERE: { moneyAtRisk: whatArrived, followsTheMoney: false, settledByMatch: false },
  STATUS_CONFLICT: { moneyAtRisk: whatIsInDoubt, followsTheMoney: false, settledByMatch: true },
  CHARGEBACK: { moneyAtRisk: whatArrived, followsTheMoney: true, settledByMatch: false },
  OVERREFUNDED: { moneyAtRisk: whatGoesBackTwice, followsTheMoney: true, settledByMatch: false },
  UNRECOGNISED_STATUS: { moneyAtRisk: whatWasAsked, followsTheMoney: false, settledByMatch: true },
};

/** What a later list or check without a mismatch settles of what an earlier one has found: no money moved by mistake. */
export const SETTLED_BY_MATCH = DISCREPANCY_KINDS.filter((kind) => KINDS[kind].settledByMatch);
