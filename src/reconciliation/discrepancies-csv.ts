import type { CsvRecord } from '../http/csv.js';
import type { PresentedDiscrepancy } from '../payins/presenters/discrepancy.presenter.js';

export const DISCREPANCY_COLUMNS = [
  'id',
  'payinId',
  'reference',
  'kind',
  'status',
  'expectedInCents',
  'actualInCents',
  'moneyAtRiskInCents',
  'currency',
  'provider',
  'openedAt',
  'resolvedAt',
  'resolution',
  'note',
  'resolvedBy',
  'approvedBy',
  'refundId',
  'detail',
] as const satisfies readonly (keyof PresentedDiscrepancy)[];

export function discrepancyRecord(discrepancy: PresentedDiscrepancy): CsvRecord<(typeof DISCREPANCY_COLUMNS)[number]> {
  const { correction: _correction, ...record } = discrepancy;
  return record;
}
