import { STATUS_EVENTS } from './status.js';

/** Lines of a payin's history of which its merchant is notified, and from which an endpoint may choose. */
export const EVENT_TYPES = [
  ...STATUS_EVENTS,
  'payin.overpaid',
  'payin.late_payment',
  'discrepancy.opened',
  'discrepancy.resolved',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Written where money was reversed and enough is left: the payin stays paid. */
export const MONEY_REVERSED = 'money.reversed';

/** Written where an amount that was believed without a witness turned out to be less. */
export const RECEIPT_CORRECTED = 'receipt.corrected';

/** The other lines: of them nobody is notified. */
export const NOTE_TYPES = [
  'attempt.opened',
  'attempt.unknown',
  'attempt.not_executed',
  'instructions.received',
  'observation',
  'receipt.added',
  RECEIPT_CORRECTED,
  MONEY_REVERSED,
  'refresh.requested',
  'correction.proposed',
  'correction.rejected',
  'correction.applied',
] as const;

/** What a line of a payin's history is about. */
export const HISTORY_TYPES = [...EVENT_TYPES, ...NOTE_TYPES] as const;
export type HistoryType = (typeof HISTORY_TYPES)[number];

export function isEvent(type: HistoryType): type is EventType {
  return (EVENT_TYPES as readonly HistoryType[]).includes(type);
}
