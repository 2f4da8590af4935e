import { HOME_CURRENCY, REPORTED_STATUSES, type ReportedStatus, unitInCents } from '@recaudo/payment-provider';
import type { DiscrepancyKind } from '../../payins/domain/discrepancy.js';
import { isUnitMismatch } from '../../payins/domain/amounts.js';
import { PAYIN_STATUSES, type PayinStatus, STATUSES } from '../../payins/domain/status.js';

/** A line about a known order, with the sums over all lines of the file about the same order. Amounts in cents. */
export interface StatementSide {
  status: ReportedStatus;
  /** Null where the line has none. */
  amountInCents: bigint | null;
  currency: string;
  /** No earlier line of the file has the same order and status. */
  isFirst: boolean;
  /** The sum of all lines of the order with this status. */
  totalInCents: bigint;
  /** Some line of the file reports the order as reversed. */
  isReversed: boolean;
}

/** The order in our records. */
export interface LedgerSide {
  status: PayinStatus;
  requestedInCents: bigint;
  /** Booked on this order, not on other orders of the payin. */
  bookedInCents: bigint;
  currency: string;
  /** The provider answers that it is paid, and the amount is not confirmed. */
  isUnconfirmed: boolean;
  /** An amount of the payin was booked without confirmation: see `UNCONFIRMED_AMOUNT`. */
  isBelieved: boolean;
}

/** How the line differs from our records. A statement is not believed: each difference makes us ask the provider. */
export function compareLine(theirs: StatementSide, ours: LedgerSide): DiscrepancyKind[] {
  const isOtherCurrency = theirs.currency !== ours.currency;
  const kinds: (DiscrepancyKind | undefined)[] = [
    isOtherCurrency ? 'CURRENCY_MISMATCH' : undefined,
    STATUS_DIFFERENCES[theirs.status](ledgerState(ours), theirs),
    isOtherCurrency ? undefined : amountDifference(theirs, ours),
  ];
  return kinds.filter((kind) => kind !== undefined);
}

/** The amount to compare with: the booked amount, or the requested amount where nothing is booked. */
export function expectedInCents({ bookedInCents, requestedInCents }: LedgerSide): bigint {
  return bookedInCents > 0n ? bookedInCents : requestedInCents;
}

/** The state of the order in our records. `unconfirmed`: paid, the amount unknown; `elsewhere`: another order paid the payin. */
type LedgerState = 'open' | 'unconfirmed' | 'unpaid' | 'paid' | 'reversed' | 'elsewhere';

function ledgerState({ status, bookedInCents, isUnconfirmed }: LedgerSide): LedgerState {
  const { phase } = STATUSES[status];
  if (isUnconfirmed && bookedInCents === 0n && phase !== 'reversed') return 'unconfirmed';
  if (phase === 'open' || phase === 'reversed') return phase;
  if (bookedInCents > 0n) return 'paid';
  return phase === 'unpaid' ? 'unpaid' : 'elsewhere';
}

type StatusDifference = (here: LedgerState, theirs: Pick<StatementSide, 'isReversed'>) => DiscrepancyKind | undefined;

const when =
  (differences: Partial<Record<LedgerState, DiscrepancyKind>>): StatusDifference =>
  (here) =>
    differences[here];

/** For the money, all ways to end unpaid are the same. */
const unpaid = when({
  unconfirmed: 'STATUS_CONFLICT',
  open: 'STATUS_CONFLICT',
  paid: 'STATUS_CONFLICT',
  reversed: 'STATUS_CONFLICT',
});
const paid = when({
  open: 'STATUS_CONFLICT',
  unpaid: 'LATE_PAYMENT',
  reversed: 'STATUS_CONFLICT',
  elsewhere: 'PAID_TWICE',
});

const STATUS_DIFFERENCES: Readonly<Record<ReportedStatus, StatusDifference>> = {
  // Where another line reports the reversal of the payment, that line is compared.
  APPROVED: (here, theirs) => (theirs.isReversed ? undefined : paid(here, theirs)),
  REVERSED: when({
    open: 'STATUS_CONFLICT',
    unpaid: 'STATUS_CONFLICT',
    unconfirmed: 'STATUS_CONFLICT',
    paid: 'CHARGEBACK',
    elsewhere: 'STATUS_CONFLICT',
  }),
  REJECTED: unpaid,
  EXPIRED: unpaid,
  CANCELED: unpaid,
  // The provider may still have an order open that has expired here.
  PENDING: when({ paid: 'STATUS_CONFLICT', reversed: 'STATUS_CONFLICT' }),
  UNRECOGNISED: () => 'UNRECOGNISED_STATUS',
};

/** Whether the line confirms an unconfirmed amount, or shows that less arrived than was believed. */
export function confirmsAmount(theirs: StatementSide, ours: LedgerSide): boolean {
  const { status, amountInCents, currency, isFirst, isReversed } = theirs;
  const reportsPayment = status === 'APPROVED' && amountInCents !== null && currency === ours.currency && !isReversed;
  const isLessThanBelieved =
    ours.isBelieved && ledgerState(ours) === 'paid' && theirs.totalInCents < ours.bookedInCents;
  return reportsPayment && isFirst && (ledgerState(ours) === 'unconfirmed' || isLessThanBelieved);
}

/** The amount of a line with another status is not compared. */
export const STATUSES_WITH_AMOUNT: readonly ReportedStatus[] = ['APPROVED', 'REVERSED'];

/** The first line of an order is compared with the sum of all of them. If the sum is too much, the other lines are payments too many. */
function amountDifference(theirs: StatementSide, ours: LedgerSide): DiscrepancyKind | undefined {
  if (theirs.amountInCents === null || !STATUSES_WITH_AMOUNT.includes(theirs.status)) return undefined;
  const expected = expectedInCents(ours);
  const isTooMuch = theirs.totalInCents > expected;
  if (!theirs.isFirst) return isTooMuch ? 'PAID_TWICE' : undefined;
  const reported = isTooMuch ? theirs.amountInCents : theirs.totalInCents;
  if (reported === expected || (isTooMuch && reported < expected)) return undefined;
  if (isUnitMismatch(expected, reported, unitInCents(ours.currency))) return 'UNIT_MISMATCH';
  if (ours.bookedInCents > 0n) return 'AMOUNT_CONFLICT';
  return reported < expected ? 'UNDERPAID' : 'OVERPAID';
}

/** What the lines of an order have for a status, beside what our records have. */
export interface Agreement {
  theirs: ReportedStatus;
  ours: PayinStatus;
  isBooked: boolean;
}

/**
 * Where lines agree however many they are: all lines of the order have this status and the payin's currency, what they sum up to is booked
 * if the status has an amount, and the order is not unconfirmed. So the database need not send them to be compared.
 */
export const PLAIN_AGREEMENTS: readonly Agreement[] = REPORTED_STATUSES.flatMap((theirs) =>
  PAYIN_STATUSES.flatMap((ours) =>
    [true, false].flatMap((isBooked) => (agreesPlainly(theirs, ours, isBooked) ? { theirs, ours, isBooked } : [])),
  ),
);

function agreesPlainly(status: ReportedStatus, payinStatus: PayinStatus, isBooked: boolean): boolean {
  if (!isBooked && STATUSES_WITH_AMOUNT.includes(status)) return false;
  const currency = HOME_CURRENCY;
  const cents = isBooked ? 1n : 0n;
  const theirs = { status, amountInCents: cents, totalInCents: cents, currency, isReversed: status === 'REVERSED' };
  const ours = { status: payinStatus, requestedInCents: 1n, bookedInCents: cents, currency };
  return [true, false].every(
    (isFirst) => compareLine({ ...theirs, isFirst }, { ...ours, isUnconfirmed: false, isBelieved: false }).length === 0,
  );
}
