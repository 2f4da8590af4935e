import type { Instructions } from '@recaudo/payment-provider';
import { isOpen } from '../../payins/domain/status.js';
import type { CheckoutView } from '../../payins/use-cases/checkout.service.js';

/** Where a payer is: each has a page of its own. */
export type Stage =
  | { kind: 'choose' }
  | { kind: 'opening' }
  | { kind: 'pay'; instructions: Instructions }
  /** The provider reports a payment whose amount is not confirmed, or the time is over and it is asked once more. */
  | { kind: 'checking'; why: 'amount' | 'time' }
  | { kind: 'paid' }
  | { kind: 'underpaid' }
  | { kind: 'rejected' }
  | { kind: 'expired' }
  | { kind: 'canceled' }
  | { kind: 'failed' }
  | { kind: 'reversed' };

export type StageKind = Stage['kind'];

const ENDED = {
  APPROVED: 'paid',
  UNDERPAID: 'underpaid',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  CANCELED: 'canceled',
  FAILED: 'failed',
  REVERSED: 'reversed',
} as const satisfies Record<Exclude<CheckoutView['status'], 'CREATED' | 'PENDING'>, StageKind>;

type Known = Pick<
  CheckoutView,
  'status' | 'amountStatus' | 'mayChoose' | 'isOpening' | 'instructions' | 'orderExpiresAt' | 'expiresAt' | 'now'
>;

export function stageOf(view: Known): Stage {
  const { status, instructions } = view;
  if (status !== 'CREATED' && status !== 'PENDING') return { kind: ENDED[status] };
  if (view.amountStatus === 'UNCONFIRMED') return { kind: 'checking', why: 'amount' };
  if (view.mayChoose) return { kind: 'choose' };
  if (endOf(view) <= view.now) return { kind: 'checking', why: 'time' };
  return instructions === null || view.isOpening ? { kind: 'opening' } : { kind: 'pay', instructions };
}

/** Until when it can be paid. */
export function endOf({ orderExpiresAt, expiresAt }: Pick<CheckoutView, 'orderExpiresAt' | 'expiresAt'>): Date {
  return orderExpiresAt ?? expiresAt;
}

/** Whether the page still waits for something. */
export function isFollowed({ status }: Pick<CheckoutView, 'status'>): boolean {
  return isOpen(status);
}
