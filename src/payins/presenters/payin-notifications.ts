import { idAt } from '../../database/id-at.js';
import { partitionOf, type OutgoingNotification } from '../../outbox/fan-out.js';
import type { DiscrepancyInMessage } from './discrepancy.presenter.js';
import type { RefundInMessage } from './refund.presenter.js';
import type { PresentedPayin } from './payin.presenter.js';

/** The notification of a discrepancy that belongs to no payin. */
export function toNotification(type: string, discrepancy: DiscrepancyInMessage, at: Date): OutgoingNotification {
  const body = JSON.stringify({ type, timestamp: at.toISOString(), data: { sequence: 0, discrepancy } });
  return { id: idAt(at), createdAt: at, sequence: 0, type, url: null, partition: null, body };
}

/**
 * The notifications of a payin's events: the payin as the API shows it, and the event's place in its history. They hold no personal data, because
 * their target may not be safe for it. An endpoint that asks for it gets it at delivery.
 */
export function toNotifications(
  events: readonly { type: string; sequence: number; discrepancy?: DiscrepancyInMessage; refund?: RefundInMessage }[],
  payin: PresentedPayin,
  at: Date,
): OutgoingNotification[] {
  const url = payin.callbackUrl;
  return events.map(({ type, sequence, discrepancy, refund }) => ({
    id: idAt(at),
    createdAt: at,
    sequence,
    type,
    url,
    partition: url && partitionOf(url),
    body: JSON.stringify({
      type,
      timestamp: at.toISOString(),
      data: {
        ...payin,
        inlineCustomer: null,
        sequence,
        ...(discrepancy && { discrepancy }),
        ...(refund && { refund }),
      },
    }),
  }));
}
