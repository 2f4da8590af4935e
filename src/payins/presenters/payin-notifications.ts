import { idAt } from '../../database/id-at.js';
import { partitionOf, type OutgoingNotification } from '../../outbox/fan-out.js';
import type { DiscrepancyInMessage } from './discrepancy.presenter.js';
import type { RefundInMessage } from './refund.presenter.js';
import { RECEIPT_ADDED } from '../domain/history.js';
import { STATUSES } from '../domain/status.js';
import type { ServedBy } from '../store/payin-request.js';
import type { PresentedPayin } from './payin.presenter.js';

/** The notification of a discrepancy that belongs to no payin. */
export function toNotification(type: string, discrepancy: DiscrepancyInMessage, at: Date): OutgoingNotification {
  const body = JSON.stringify({ type, timestamp: at.toISOString(), data: { sequence: 0, discrepancy } });
  return { id: idAt(at), createdAt: at, sequence: 0, type, url: null, partition: null, contractKeyId: null, body };
}

/** What a message says besides the payin. */
export interface NotifiedEvent {
  type: string;
  sequence: number;
  discrepancy?: DiscrepancyInMessage;
  refund?: RefundInMessage;
}

/**
 * The notifications of a payin's events: the payin as the API shows it, and the event's place in its history. They hold no personal data, because
 * their target may not be safe for it. An endpoint that asks for it gets it at delivery.
 * @param url the payin's `callbackUrl`; null: they are for webhook endpoints alone
 */
export function toNotifications(
  events: readonly NotifiedEvent[],
  payin: PresentedPayin,
  at: Date,
  url: string | null = payin.callbackUrl,
): OutgoingNotification[] {
  return events.map(({ type, sequence, discrepancy, refund }) =>
    notification({ type, sequence, discrepancy, refund }, payin, at, url, null),
  );
}

/** What a drop-in contract needs of a line besides. */
interface ContractEvent extends NotifiedEvent {
  receipt?: { paymentId: string };
  reversal?: { amountInCents: number };
}

/** Those in the words of the drop-in contract by which the payin was created. */
export function toContractNotifications(
  history: readonly ContractEvent[],
  payin: PresentedPayin,
  at: Date,
  { keyId, notifies, notifiesEachPayment }: ServedBy,
): OutgoingNotification[] {
  // To a contract without a word for it, money that came and went at once is money that did not come.
  if (payin.status === 'REVERSED' && !notifies.includes(STATUSES.REVERSED.event)) return [];
  const notified = history.filter(({ type }) => notifies.includes(type));
  const payments = notified.filter(({ type }) => type === RECEIPT_ADDED);
  const reversals = notified.filter(({ type }) => type === STATUSES.REVERSED.event);
  const ofPayments = notifiesEachPayment ? [...payments, ...reversals] : payments.slice(-1);
  const lines = payments.length > 0 ? ofPayments : notified.slice(-1);
  return lines.map((line) => notification(line, payin, at, payin.callbackUrl, keyId));
}

function notification(
  { type, sequence, ...about }: ContractEvent,
  payin: PresentedPayin,
  at: Date,
  url: string | null,
  contractKeyId: string | null,
): OutgoingNotification {
  const { discrepancy, refund, receipt, reversal } = about;
  return {
    id: idAt(at),
    createdAt: at,
    sequence,
    type,
    url,
    partition: url && partitionOf(url),
    contractKeyId,
    body: JSON.stringify({
      type,
      timestamp: at.toISOString(),
      data: {
        ...payin,
        inlineCustomer: null,
        sequence,
        ...(discrepancy && { discrepancy }),
        ...(refund && { refund }),
        ...(receipt && { receipt }),
        ...(reversal && { reversal }),
      },
    }),
  };
}
