import type { Schemas } from '../../api/client.js';
import type { NotificationType } from '../../texts/values.js';

export type EventType = Schemas['EventType'];
type MessageStatus = Schemas['NotificationStatus'];

const STATUS_ORDER = { PENDING: 0, DELIVERED: 1, FAILED: 2 } as const satisfies Record<MessageStatus, number>;
export const MESSAGE_STATUSES = Object.keys(STATUS_ORDER) as readonly MessageStatus[];

const EVENT_ORDER = {
  'payin.created': 0,
  'payin.pending': 1,
  'payin.underpaid': 2,
  'payin.approved': 3,
  'payin.rejected': 4,
  'payin.expired': 5,
  'payin.canceled': 6,
  'payin.failed': 7,
  'payin.reversed': 8,
  'payin.overpaid': 9,
  'payin.late_payment': 10,
  'discrepancy.opened': 11,
  'discrepancy.resolved': 12,
  'refund.requested': 13,
  'refund.approved': 14,
  'refund.paid': 15,
  'refund.canceled': 16,
} as const satisfies Record<EventType, number>;
export const EVENT_TYPES = Object.keys(EVENT_ORDER) as readonly EventType[];
export const MESSAGE_TYPES: readonly NotificationType[] = [...EVENT_TYPES, 'webhook_endpoint.test'];
