import type { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { DailyReport } from './daily-reports.js';
import type { ReportRow } from './daily-report.queries.js';

const COLUMNS = [
  'provider',
  'rail',
  'asked',
  'paid',
  'underpaid',
  'overpaid',
  'late',
  'reversed',
  'grossInCents',
  'feesInCents',
  'netInCents',
  'refundedInCents',
] as const satisfies readonly (keyof ReportRow)[];

/** All cells are our own words and numbers. The rows, and then a line without a rail for each provider from which something is expected. */
export function dailyReportCsv({ date, rows, expected }: DailyReport): Readable {
  const lines = [...rows, ...expected].map((line) => ({ date, ...line }));
  return stringify(lines, {
    header: true,
    columns: ['date', ...COLUMNS, 'balanceInCents'],
    record_delimiter: 'windows',
    bom: true,
  });
}
