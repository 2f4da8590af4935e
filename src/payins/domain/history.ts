import type { Discrepancy } from './discrepancy.js';
import type { Refund, RefundStatus } from './refunds.js';
import { type PayinStatus, STATUS_EVENTS } from './status.js';
import type { UpdateSource } from './update-source.js';

export const DISCREPANCY_OPENED = 'discrepancy.opened';
export const DISCREPANCY_RESOLVED = 'discrepancy.resolved';
export const DISCREPANCY_EVENTS = [DISCREPANCY_OPENED, DISCREPANCY_RESOLVED] as const;

/** The event of each status that a refund gets. */
export const REFUND_EVENTS = {
  REQUESTED: 'refund.requested',
  APPROVED: 'refund.approved',
  PAID: 'refund.paid',
  CANCELED: 'refund.canceled',
} as const satisfies Record<RefundStatus, string>;

/** Lines of a payin's history of which its merchant is notified, and from which an endpoint may choose. */
export const EVENT_TYPES = [
  ...STATUS_EVENTS,
  'payin.overpaid',
  'payin.late_payment',
  ...DISCREPANCY_EVENTS,
  ...Object.values(REFUND_EVENTS),
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Written where a provider's report is stored. */
export const OBSERVATION_STORED = 'observation';

/** Written where money arrived. */
export const RECEIPT_ADDED = 'receipt.added';

/** Written where money was reversed and enough is left: the payin stays paid. */
export const MONEY_REVERSED = 'money.reversed';

/** Written where an amount that was believed without a witness turned out to be less. */
export const RECEIPT_CORRECTED = 'receipt.corrected';

/** Written where a provider does not pay a refund that it was asked to pay: people are to pay it. */
export const REFUND_REFUSED = 'refund.refused';

/** The other lines: of them nobody is notified. */
export const NOTE_TYPES = [
  'attempt.opened',
  'attempt.unknown',
  'attempt.not_executed',
  'attempt.ended',
  'rail.chosen',
  'instructions.received',
  OBSERVATION_STORED,
  RECEIPT_ADDED,
  RECEIPT_CORRECTED,
  MONEY_REVERSED,
  'refresh.requested',
  REFUND_REFUSED,
  'correction.proposed',
  'correction.rejected',
  'correction.applied',
] as const;

/** What a line of a payin's history is about. */
export const HISTORY_TYPES = [...EVENT_TYPES, ...NOTE_TYPES] as const;
export type HistoryType = (typeof HISTORY_TYPES)[number];

/** What a person wrote at a line of the history. It may name the payer, so it is kept beside the line, where it can be forgotten. */
export interface WrittenTexts {
  note?: string;
  /** Why a proposal was rejected. */
  because?: string;
}

/** A line of a payin's history. */
export interface HistoryEntry {
  type: HistoryType;
  source: UpdateSource;
  from: PayinStatus | null;
  to: PayinStatus | null;
  /** Never what a person wrote: it stays for ever. */
  data: Record<string, unknown>;
  texts?: WrittenTexts;
  /** The merchant is notified. */
  notify: boolean;
  /** The one that it is about, as it is after the decision. */
  discrepancy?: Discrepancy;
  /** The one that it is about, as it is with this line. */
  refund?: Refund;
}

export function isEvent(type: HistoryType): type is EventType {
  return (EVENT_TYPES as readonly HistoryType[]).includes(type);
}
