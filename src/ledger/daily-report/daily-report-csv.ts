import { Readable } from 'node:stream';
import { csvOf } from '../../http/csv.js';
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

const CSV_COLUMNS = ['date', ...COLUMNS, 'balanceInCents'] as const;
type Line = Readonly<Partial<Record<(typeof CSV_COLUMNS)[number], string | number>>>;

/** The rows, and then a line without a rail for each provider from which something is expected. */
export function dailyReportCsv({ date, rows, expected }: DailyReport): Readable {
  const lines: readonly Line[] = [...rows, ...expected];
  return csvOf(CSV_COLUMNS, Readable.from(lines.map((line) => ({ date, ...line }))));
}
