import type { Order } from './order.js';
import type { ProviderTypes } from './provider-types.js';

/** The clock of a merchant goes forward: all orders whose references begin so become older, but for those that were made after `at`. */
export interface ClockMove {
  readonly prefix: string;
  /** By how much in all, with this move. A move that was made already changes nothing. */
  readonly advancedSeconds: number;
  readonly bySeconds: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** How far the clock of a merchant is. */
export interface ClockView {
  readonly prefix: string;
  readonly advancedSeconds: number;
  /** Until the next thing that comes by itself: a step of an order, or a webhook. Zero or less: now. Null: there is none. */
  readonly nextDueInMs: number | null;
}

/** An order as far as its times go. */
export type Timed = Pick<
  Order<ProviderTypes>,
  | 'reference'
  | 'createdAt'
  | 'expiresAt'
  | 'updatedAt'
  | 'closedAt'
  | 'reversedAt'
  | 'payments'
  | 'webhooks'
  | 'pendingWebhooks'
>;

/** How much older a move makes orders, given how far their clock was. */
export function olderByMs({ advancedSeconds, bySeconds }: ClockMove, advancedBefore = 0): number {
  // Where the sandbox has lost its orders, it has lost how far it was, too.
  return Math.min(Math.max(advancedSeconds - advancedBefore, 0), bySeconds) * 1000;
}

export function isMovedBy({ reference, createdAt }: Timed, { prefix, at }: ClockMove): boolean {
  return reference.startsWith(prefix) && createdAt <= at;
}

/** The same order, with everything that has happened to it, or will, so much earlier. */
export function older<O extends Timed>(order: O, byMs: number): O {
  const earlier = (time: number): number => time - byMs;
  const earlierOrNull = (time: number | null): number | null => (time === null ? null : earlier(time));
  return {
    ...order,
    createdAt: earlier(order.createdAt),
    expiresAt: earlierOrNull(order.expiresAt),
    updatedAt: earlier(order.updatedAt),
    closedAt: earlierOrNull(order.closedAt),
    reversedAt: earlierOrNull(order.reversedAt),
    payments: order.payments.map((payment) => ({ ...payment, paidAt: earlier(payment.paidAt) })),
    webhooks: order.webhooks.map((attempt) => ({
      ...attempt,
      at: new Date(earlier(Date.parse(attempt.at))).toISOString(),
    })),
    pendingWebhooks: order.pendingWebhooks.map((delivery) => ({ ...delivery, dueAt: earlier(delivery.dueAt) })),
  };
}
