import { distance, sumOf } from './amounts.js';
import type { PayinStatus } from './status.js';

/** What a person may put right about a payin, because they know more than the updates say. Amounts in cents. */
export type Correction =
  /** Money is proven to have arrived, though no provider reported it. */
  | { type: 'BOOK_RECEIPT'; amountInCents: bigint; paymentId: string }
  /** Money was reversed, though no provider reported it. */
  | { type: 'MARK_REVERSED'; amountInCents: bigint }
  /** What is missing is written off; where the amount is unconfirmed, exactly what was asked for has arrived. */
  | { type: 'ACCEPT_AS_PAID' };

export const CORRECTION_TYPES = ['BOOK_RECEIPT', 'MARK_REVERSED', 'ACCEPT_AS_PAID'] as const;
export type CorrectionType = (typeof CORRECTION_TYPES)[number];

/**
 * What one person may do alone up to an amount. A write-off leaves the payin as it is, and settles the discrepancy; so does money that was
 * refunded outside, which is booked as a refund.
 */
export type ManualMove = Correction | { type: 'WRITE_OFF' } | { type: 'REFUND_OUTSIDE' };
export const MANUAL_MOVE_TYPES = [...CORRECTION_TYPES, 'WRITE_OFF', 'REFUND_OUTSIDE'] as const;

const BOOKED: readonly PayinStatus[] = ['UNDERPAID', 'APPROVED'];
/** Accepted only while its amount is unconfirmed. */
const UNPAID = { BOOK_RECEIPT: BOOKED, ACCEPT_AS_PAID: ['APPROVED'] } as const;

/** From which status each may lead to which: narrower than the table of statuses, which says what may happen. */
export const CORRECTIONS: Readonly<
  Record<PayinStatus, Readonly<Partial<Record<CorrectionType, readonly PayinStatus[]>>>>
> = {
  CREATED: UNPAID,
  PENDING: UNPAID,
  UNDERPAID: { BOOK_RECEIPT: BOOKED, MARK_REVERSED: ['REVERSED'], ACCEPT_AS_PAID: ['APPROVED'] },
  APPROVED: { BOOK_RECEIPT: ['APPROVED'], MARK_REVERSED: ['APPROVED', 'REVERSED'] },
  REJECTED: UNPAID,
  EXPIRED: UNPAID,
  CANCELED: UNPAID,
  FAILED: UNPAID,
  REVERSED: {},
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
  return effect && CORRECTIONS[payin.status][correction.type]?.includes(effect.to) ? effect : undefined;
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

/** What has come in and was not reversed. */
export function leftOf({ receipts, reversals }: Pick<Correctable, 'receipts' | 'reversals'>): bigint {
  return sumOf(receipts) - sumOf(reversals);
}

/** All that has moved so far, in and out, negative receipts too: it grows with every move. */
export function movedSoFar({ receipts, reversals }: Pick<Correctable, 'receipts' | 'reversals'>): bigint {
  return [...receipts, ...reversals].reduce((sum, { amountInCents }) => sum + distance(amountInCents, 0n), 0n);
}

/** How much people have booked, reversed and written off on a payin before, by whichever way. */
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
