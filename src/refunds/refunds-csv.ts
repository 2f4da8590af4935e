import type { CsvRecord } from '../http/csv.js';
import type { ShownRefund } from './refunds.service.js';

export const REFUND_COLUMNS = [
  'id',
  'payinId',
  'status',
  'amountInCents',
  'currency',
  'reason',
  'note',
  'reference',
  'discrepancyId',
  'requestedAt',
  'requestedBy',
  'approvedAt',
  'approvedBy',
  'paidAt',
  'paidBy',
  'evidence',
  'canceledAt',
  'canceledBy',
  'provider',
  'providerStatus',
  'providerReason',
  'askedAt',
  'toType',
] as const;

/** Without where the money goes: only how. */
export function refundRecord({ to, ...refund }: ShownRefund): CsvRecord<(typeof REFUND_COLUMNS)[number]> {
  return { ...refund, toType: to?.type };
}
