import { STATUS_EVENTS } from '../payins/domain/status.js';

/** Everything that merchants are told of, and may choose from. */
export const EVENT_TYPES = [
  ...STATUS_EVENTS,
  'payin.overpaid',
  'payin.late_payment',
  'discrepancy.opened',
  'discrepancy.resolved',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Sent on request, to one endpoint, whatever it chose. */
export const TEST_EVENT = 'webhook_endpoint.test';
