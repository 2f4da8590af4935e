import { Readable } from 'node:stream';
import { csvOf } from '../../http/csv.js';
import type { DailyReportSchema } from './daily-report.schema.js';
import { REPORT_COLUMNS } from './figures.js';

const CSV_COLUMNS = ['date', ...REPORT_COLUMNS, 'balanceInCents'] as const;
type Line = Readonly<Partial<Record<(typeof CSV_COLUMNS)[number], string | number>>>;

/** The rows, and then a line without a rail for each provider from which something is expected. */
export function dailyReportCsv({ date, rows, expected }: DailyReportSchema): Readable {
  const lines: readonly Line[] = [...rows, ...expected];
  return csvOf(CSV_COLUMNS, Readable.from(lines.map((line) => ({ date, ...line }))));
}
