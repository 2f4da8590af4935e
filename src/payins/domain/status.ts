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

/**
 * `open`: waits for the payer. `unpaid`: ended without money; money that still arrives is late. `paid`: money arrived, all of it or a part.
 * `reversed`: the money was reversed.
 */
type Phase = 'open' | 'unpaid' | 'paid' | 'reversed';

interface StatusRules {
  phase: Phase;
  /** Emitted, to the history and to the merchant, when a payin gets this status. */
  event: `payin.${string}`;
  /** The statuses that may follow. */
  next: readonly PayinStatus[];
}

/**
 * The one table of statuses. Money wins: from every status that ended without money there is a way to paid, and none back. Every list of
 * statuses, in SQL too, is made from it.
 */
export const STATUSES = {
  CREATED: {
    phase: 'open',
    event: 'payin.created',
    next: ['PENDING', 'APPROVED', 'UNDERPAID', 'REJECTED', 'FAILED', 'EXPIRED', 'CANCELED'],
  },
  PENDING: {
    phase: 'open',
    event: 'payin.pending',
    next: ['APPROVED', 'UNDERPAID', 'REJECTED', 'EXPIRED', 'CANCELED'],
  },
  UNDERPAID: { phase: 'paid', event: 'payin.underpaid', next: ['APPROVED', 'REVERSED'] },
  APPROVED: { phase: 'paid', event: 'payin.approved', next: ['REVERSED'] },
  REJECTED: { phase: 'unpaid', event: 'payin.rejected', next: ['APPROVED', 'UNDERPAID'] },
  EXPIRED: { phase: 'unpaid', event: 'payin.expired', next: ['APPROVED', 'UNDERPAID'] },
  CANCELED: { phase: 'unpaid', event: 'payin.canceled', next: ['APPROVED', 'UNDERPAID'] },
  FAILED: { phase: 'unpaid', event: 'payin.failed', next: ['APPROVED', 'UNDERPAID'] },
  REVERSED: { phase: 'reversed', event: 'payin.reversed', next: [] },
} as const satisfies Record<PayinStatus, StatusRules>;

type StatusOf<P extends Phase> = {
  [S in PayinStatus]: (typeof STATUSES)[S]['phase'] extends P ? S : never;
}[PayinStatus];

function statusesOf<P extends Phase>(phase: P): readonly StatusOf<P>[] {
  return PAYIN_STATUSES.filter((status): status is StatusOf<P> => STATUSES[status].phase === phase);
}

export const OPEN_STATUSES = statusesOf('open');
export const ENDED_UNPAID_STATUSES = statusesOf('unpaid');
export const PAID_STATUSES = statusesOf('paid');

/** The events of all statuses, in the order of the table. */
export const STATUS_EVENTS = PAYIN_STATUSES.map((status) => STATUSES[status].event);

/**
 * The one change that the table does not allow: an amount that was believed without a witness turned out to be less
 * (`UNCONFIRMED_AMOUNT=believe`). The history says so with a line of its own.
 */
export const BELIEF_CORRECTION = { from: 'APPROVED', to: 'UNDERPAID' } as const satisfies {
  from: PayinStatus;
  to: PayinStatus;
};

export function mayMove(from: PayinStatus, to: PayinStatus): boolean {
  const next: readonly PayinStatus[] = STATUSES[from].next;
  return next.includes(to);
}

export function isOpen(status: PayinStatus): boolean {
  return STATUSES[status].phase === 'open';
}

export function endedUnpaid(status: PayinStatus): boolean {
  return STATUSES[status].phase === 'unpaid';
}

export function isPaid(status: PayinStatus): boolean {
  return STATUSES[status].phase === 'paid';
}
