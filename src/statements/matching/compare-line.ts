import { type ReportedStatus, unitInCents } from '@recaudo/payment-provider';
import type { DiscrepancyKind } from '../../payins/domain/discrepancy.js';
import { isUnitMismatch } from '../../payins/domain/amounts.js';
import { endedUnpaid, isOpen, type PayinStatus } from '../../payins/domain/status.js';

/** A line about an order that we know, and the other lines of the file about the same order. Amounts in cents. */
export interface StatementSide {
  status: ReportedStatus;
  /** Null where it tells none. */
  amountInCents: bigint | null;
  currency: string;
  /** No earlier line of the file tells the same of the same order. */
  isFirst: boolean;
  /** What all lines of the file with this status tell of the order together. */
  totalInCents: bigint;
  /** Some line of the file says that the order's money was taken back. */
  isReversed: boolean;
}

/** The order as we know it. */
export interface LedgerSide {
  status: PayinStatus;
  requestedInCents: bigint;
  /** What is booked on this very order. */
  bookedInCents: bigint;
  currency: string;
  /** Its provider answers that it is paid, and nothing tells yet how much came. */
  isUnconfirmed: boolean;
  /** An amount of the payin was booked without a witness: see `UNCONFIRMED_AMOUNT`. */
  isBelieved: boolean;
}

/** What the line says otherwise than we do. A statement is not believed: each makes us ask. */
export function compareLine(theirs: StatementSide, ours: LedgerSide): DiscrepancyKind[] {
  const isOtherCurrency = theirs.currency !== ours.currency;
  const kinds: (DiscrepancyKind | undefined)[] = [
    isOtherCurrency ? 'CURRENCY_MISMATCH' : undefined,
    STATUS_DIFFERENCES[theirs.status](ledgerState(ours), theirs),
    isOtherCurrency ? undefined : amountDifference(theirs, ours),
  ];
  return kinds.filter((kind) => kind !== undefined);
}

/** What the amount is compared with: what is booked, or what was asked where nothing is. */
export function expectedInCents({ bookedInCents, requestedInCents }: LedgerSide): bigint {
  return bookedInCents > 0n ? bookedInCents : requestedInCents;
}

/** How an order stands here; `unconfirmed`: paid, by an unknown amount; `elsewhere`: its payin was paid by another order. */
type LedgerState = 'open' | 'unconfirmed' | 'unpaid' | 'paid' | 'reversed' | 'elsewhere';

function ledgerState({ status, bookedInCents, isUnconfirmed }: LedgerSide): LedgerState {
  if (isUnconfirmed && bookedInCents === 0n && status !== 'REVERSED') return 'unconfirmed';
  if (isOpen(status)) return 'open';
  if (status === 'REVERSED') return 'reversed';
  if (bookedInCents > 0n) return 'paid';
  return endedUnpaid(status) ? 'unpaid' : 'elsewhere';
}

type StatusDifference = (here: LedgerState, theirs: Pick<StatementSide, 'isReversed'>) => DiscrepancyKind | undefined;

const says =
  (differences: Partial<Record<LedgerState, DiscrepancyKind>>): StatusDifference =>
  (here) =>
    differences[here];

/** Ended unpaid one way or another is the same to the money. */
const unpaid = says({
  unconfirmed: 'STATUS_CONFLICT',
  open: 'STATUS_CONFLICT',
  paid: 'STATUS_CONFLICT',
  reversed: 'STATUS_CONFLICT',
});
const paid = says({
  open: 'STATUS_CONFLICT',
  unpaid: 'LATE_PAYMENT',
  reversed: 'STATUS_CONFLICT',
  elsewhere: 'PAID_TWICE',
});

const STATUS_DIFFERENCES: Readonly<Record<ReportedStatus, StatusDifference>> = {
  // Where another line tells that the payment was taken back, that line is compared.
  APPROVED: (here, theirs) => (theirs.isReversed ? undefined : paid(here, theirs)),
  REVERSED: says({
    open: 'STATUS_CONFLICT',
    unpaid: 'STATUS_CONFLICT',
    unconfirmed: 'STATUS_CONFLICT',
    paid: 'CHARGEBACK',
    elsewhere: 'STATUS_CONFLICT',
  }),
  REJECTED: unpaid,
  EXPIRED: unpaid,
  CANCELED: unpaid,
  // A provider may call an order open that has run out here.
  PENDING: says({ paid: 'STATUS_CONFLICT', reversed: 'STATUS_CONFLICT' }),
  UNRECOGNISED: () => 'UNRECOGNISED_STATUS',
};

/** Whether the line tells how much came of an order of which only that was unknown, or that less came than was believed. */
export function isWitness(theirs: StatementSide, ours: LedgerSide): boolean {
  const { status, amountInCents, currency, isFirst, isReversed } = theirs;
  const reportsPayment = status === 'APPROVED' && amountInCents !== null && currency === ours.currency && !isReversed;
  const isLessThanBelieved =
    ours.isBelieved && ledgerState(ours) === 'paid' && theirs.totalInCents < ours.bookedInCents;
  return reportsPayment && isFirst && (ledgerState(ours) === 'unconfirmed' || isLessThanBelieved);
}

/** The first line of an order speaks for all of them, unless they are too much together: then the others are. */
function amountDifference(theirs: StatementSide, ours: LedgerSide): DiscrepancyKind | undefined {
  if (theirs.amountInCents === null || (theirs.status !== 'APPROVED' && theirs.status !== 'REVERSED')) return undefined;
  const expected = expectedInCents(ours);
  const isTooMuch = theirs.totalInCents > expected;
  if (!theirs.isFirst) return isTooMuch ? 'PAID_TWICE' : undefined;
  const reported = isTooMuch ? theirs.amountInCents : theirs.totalInCents;
  if (reported === expected || (isTooMuch && reported < expected)) return undefined;
  if (isUnitMismatch(expected, reported, unitInCents(ours.currency))) return 'UNIT_MISMATCH';
  if (ours.bookedInCents > 0n) return 'AMOUNT_CONFLICT';
  return reported < expected ? 'UNDERPAID' : 'OVERPAID';
}
