import type { Schemas } from '../../api/client.js';
import type { DiscrepancyKind, PayinStatus } from '../../texts/values.js';

export type Discrepancy = Schemas['DiscrepancySchema'];
export type DiscrepancyWithEvidence = Schemas['DiscrepancyWithEvidenceSchema'];

/** `mine`: what waits for the person who looks. */
export const TABS = ['open', 'mine', 'resolved'] as const;
export type Tab = (typeof TABS)[number];

export const SORTS = ['MONEY_AT_RISK', 'OLDEST', 'NEWEST'] as const;

const KIND_ORDER = {
  UNDERPAID: 0,
  OVERPAID: 1,
  LATE_PAYMENT: 2,
  PAID_TWICE: 3,
  AMOUNT_UNCONFIRMED: 4,
  AMOUNT_CONFLICT: 5,
  UNIT_MISMATCH: 6,
  CURRENCY_MISMATCH: 7,
  STATUS_CONFLICT: 8,
  UNRECOGNISED_STATUS: 9,
  MISSING_AT_PROVIDER: 10,
  MISSING_HERE: 11,
  ORPHAN: 12,
  CHARGEBACK: 13,
  OVERREFUNDED: 14,
} as const satisfies Record<DiscrepancyKind, number>;
export const KINDS = Object.keys(KIND_ORDER) as readonly DiscrepancyKind[];

/** Each way in which a person settles a discrepancy: a resolution of the API, or one of its corrections. */
const CHOICES = [
  'ACCEPTED',
  'ACCEPT_AS_PAID',
  'REFUND',
  'REFUNDED_OUTSIDE',
  'BOOK_RECEIPT',
  'MARK_REVERSED',
  'WRITTEN_OFF',
] as const;
export type Choice = (typeof CHOICES)[number];

/** Kinds whose money can go back to the payer. */
const REFUNDABLE: readonly DiscrepancyKind[] = ['OVERPAID', 'PAID_TWICE', 'LATE_PAYMENT', 'UNDERPAID'];
const REVERSIBLE: readonly PayinStatus[] = ['UNDERPAID', 'APPROVED'];

/** What makes sense for it. The API decides all the same. */
export function choicesOf({ kind, payin }: DiscrepancyWithEvidence, mayRefund: boolean): readonly Choice[] {
  const makesSense: Readonly<Record<Choice, boolean>> = {
    ACCEPTED: true,
    ACCEPT_AS_PAID: payin?.status === 'UNDERPAID',
    REFUND: mayRefund && payin !== null && REFUNDABLE.includes(kind),
    REFUNDED_OUTSIDE: mayRefund,
    BOOK_RECEIPT: payin !== null && payin.status !== 'REVERSED',
    MARK_REVERSED: payin !== null && REVERSIBLE.includes(payin.status),
    WRITTEN_OFF: true,
  };
  return CHOICES.filter((choice) => makesSense[choice]);
}
