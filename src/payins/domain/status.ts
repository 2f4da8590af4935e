/** The payin's status. This file is the only place that says which moves are legal and what each one tells the merchant. */
export const PAYIN_STATUSES = [
  'CREATED',
  'PENDING',
  'UNDERPAID',
  'APPROVED',
  'REJECTED',
  'EXPIRED',
  'CANCELED',
  'FAILED',
  'REVERSED',
] as const;
export type PayinStatus = (typeof PAYIN_STATUSES)[number];

/** The event that a move to a status emits, to the history and to the merchant. */
export const STATUS_EVENTS = {
  CREATED: 'payin.created',
  PENDING: 'payin.pending',
  UNDERPAID: 'payin.underpaid',
  APPROVED: 'payin.approved',
  REJECTED: 'payin.rejected',
  EXPIRED: 'payin.expired',
  CANCELED: 'payin.canceled',
  FAILED: 'payin.failed',
  REVERSED: 'payin.reversed',
} as const satisfies Record<PayinStatus, string>;

/** Legal moves. Money wins: from every status that ended without money there is a way to paid, and none back. */
export const TRANSITIONS: Readonly<Record<PayinStatus, readonly PayinStatus[]>> = {
  CREATED: ['PENDING', 'APPROVED', 'UNDERPAID', 'REJECTED', 'FAILED', 'EXPIRED', 'CANCELED'],
  PENDING: ['APPROVED', 'UNDERPAID', 'REJECTED', 'EXPIRED', 'CANCELED'],
  UNDERPAID: ['APPROVED', 'REVERSED'],
  REJECTED: ['APPROVED', 'UNDERPAID'],
  EXPIRED: ['APPROVED', 'UNDERPAID'],
  CANCELED: ['APPROVED', 'UNDERPAID'],
  FAILED: ['APPROVED', 'UNDERPAID'],
  APPROVED: ['REVERSED'],
  REVERSED: [],
};

/**
 * The one move against the table: an amount that was believed without a witness turned out to be less (`UNCONFIRMED_AMOUNT=believe`). It
 * happens by a correction of its own, in the history.
 */
export const BELIEF_CORRECTION = { from: 'APPROVED', to: 'UNDERPAID' } as const satisfies {
  from: PayinStatus;
  to: PayinStatus;
};

export function mayMove(from: PayinStatus, to: PayinStatus): boolean {
  return TRANSITIONS[from].includes(to);
}

/** Still waiting for the payer. */
export function isOpen(status: PayinStatus): boolean {
  return status === 'CREATED' || status === 'PENDING';
}

/** Ended without money; money that still arrives is late. */
export function endedUnpaid(status: PayinStatus): boolean {
  return status === 'REJECTED' || status === 'EXPIRED' || status === 'CANCELED' || status === 'FAILED';
}
