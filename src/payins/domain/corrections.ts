import { distance, sumOf } from './amounts.js';
import type { PayinStatus } from './status.js';

/** What a person may put right about a payin, because they know better than what was heard. Amounts in cents. */
export type Correction =
  /** Money is proven to have arrived, though no provider told of it. */
  | { type: 'BOOK_RECEIPT'; amountInCents: bigint; paymentId: string }
  /** Money was taken back, though no provider told of it. */
  | { type: 'MARK_REVERSED'; amountInCents: bigint }
  /** What is missing is written off; where the amount is unconfirmed, exactly what was asked for has arrived. */
  | { type: 'ACCEPT_AS_PAID' };

export const CORRECTION_TYPES = ['BOOK_RECEIPT', 'MARK_REVERSED', 'ACCEPT_AS_PAID'] as const;
export type CorrectionType = (typeof CORRECTION_TYPES)[number];

/** What one person may do alone up to an amount. A write-off leaves the payin as it is, and settles the discrepancy. */
export type ManualMove = Correction | { type: 'WRITE_OFF' };
export const MANUAL_MOVE_TYPES = [...CORRECTION_TYPES, 'WRITE_OFF'] as const;

const BOOKED: readonly PayinStatus[] = ['UNDERPAID', 'APPROVED'];

/** From which status each may lead to which. Apart from the table of statuses: what a person may put right is narrower than what may happen. */
export const CORRECTIONS: Readonly<
  Record<CorrectionType, Readonly<Partial<Record<PayinStatus, readonly PayinStatus[]>>>>
> = {
  BOOK_RECEIPT: {
    CREATED: BOOKED,
    PENDING: BOOKED,
    UNDERPAID: BOOKED,
    APPROVED: ['APPROVED'],
    REJECTED: BOOKED,
    EXPIRED: BOOKED,
    CANCELED: BOOKED,
    FAILED: BOOKED,
  },
  MARK_REVERSED: { UNDERPAID: ['REVERSED'], APPROVED: ['APPROVED', 'REVERSED'] },
  ACCEPT_AS_PAID: {
    UNDERPAID: ['APPROVED'],
    // Only while its amount is unconfirmed.
    CREATED: ['APPROVED'],
    PENDING: ['APPROVED'],
    REJECTED: ['APPROVED'],
    EXPIRED: ['APPROVED'],
    CANCELED: ['APPROVED'],
    FAILED: ['APPROVED'],
  },
};

/** What a correction rests on. */
export interface Correctable {
  status: PayinStatus;
  amountInCents: bigint;
  receipts: readonly { attemptId: string; paymentId: string; amountInCents: bigint }[];
  /** By attempt null where it is not known. */
  reversals: readonly { attemptId: string | null; amountInCents: bigint }[];
  /** The provider says that it is paid, and the amount has no witness. */
  isUnconfirmed: boolean;
}

export interface Effect {
  to: PayinStatus;
  /** How much money it moves. */
  amountInCents: bigint;
}

/** What a correction does to a payin; undefined where it is not allowed. */
export function effectOf(correction: Correction, payin: Correctable): Effect | undefined {
  const effect = wanted(correction, payin);
  return effect && CORRECTIONS[correction.type][payin.status]?.includes(effect.to) ? effect : undefined;
}

function wanted(correction: Correction, payin: Correctable): Effect | undefined {
  const { status, amountInCents: asked, receipts } = payin;
  if (correction.type === 'ACCEPT_AS_PAID') {
    if (status !== 'UNDERPAID' && !payin.isUnconfirmed) return undefined;
    return { to: 'APPROVED', amountInCents: asked - sumOf(receipts) };
  }
  const { amountInCents } = correction;
  if (amountInCents <= 0n) return undefined;
  if (correction.type === 'MARK_REVERSED') {
    const most = mostLeft(payin)?.amountInCents ?? 0n;
    if (amountInCents > most) return undefined;
    return { to: leftOf(payin) - amountInCents < asked ? 'REVERSED' : status, amountInCents };
  }
  if (receipts.some(({ paymentId }) => paymentId === correction.paymentId)) return undefined;
  // A payin that was accepted with less stays accepted.
  const isPaid = status === 'APPROVED' || sumOf(receipts) + amountInCents >= asked;
  return { to: isPaid ? 'APPROVED' : 'UNDERPAID', amountInCents };
}

/** What has come in and was not taken back. */
export function leftOf({ receipts, reversals }: Pick<Correctable, 'receipts' | 'reversals'>): bigint {
  return sumOf(receipts) - sumOf(reversals);
}

/** All that has moved so far, either way, a receipt of less than nothing as well: it only grows, so that it is another after every move. */
export function movedSoFar({ receipts, reversals }: Pick<Correctable, 'receipts' | 'reversals'>): bigint {
  return [...receipts, ...reversals].reduce((sum, { amountInCents }) => sum + distance(amountInCents, 0n), 0n);
}

/** How much people have booked, taken back and written off on a payin before, by whichever way. */
export function movedByHand(
  discrepancies: readonly { status: string; correction: { amountInCents: bigint } | null }[],
): bigint {
  return sumOf(
    discrepancies.flatMap(({ status, correction }) => (status === 'RESOLVED' && correction ? [correction] : [])),
  );
}

/** The attempt of whose order most is left: almost always the only one that brought anything. */
export function mostLeft({
  receipts,
  reversals,
}: Pick<Correctable, 'receipts' | 'reversals'>): { attemptId: string; amountInCents: bigint } | undefined {
  const sums = [...Map.groupBy(receipts, ({ attemptId }) => attemptId)].map(([attemptId, own]) => ({
    attemptId,
    amountInCents: leftOf({ receipts: own, reversals: reversals.filter((one) => one.attemptId === attemptId) }),
  }));
  return sums.reduce<(typeof sums)[number] | undefined>(
    (most, one) => (most && most.amountInCents >= one.amountInCents ? most : one),
    undefined,
  );
}
