import { STATUS_EVENTS } from './status.js';

/** The events of which merchants are notified, and from which an endpoint may choose. */
export const EVENT_TYPES = [
  ...STATUS_EVENTS,
  'payin.overpaid',
  'payin.late_payment',
  'discrepancy.opened',
  'discrepancy.resolved',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];
