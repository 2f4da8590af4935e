import type { DailyReportSchema } from './daily-report.schema.js';
import type { DayFigures } from './daily-reports.js';
import { type FiguresRow, percentileOf, REPORT_COLUMNS, type ReportRow, type Steps, stepsOf } from './figures.js';
import type { OverviewDaySchema, OverviewQuery, OverviewRowSchema, OverviewSchema } from './overview.schema.js';

export function presentDailyReport({ date, complete, rows, expected }: DayFigures): DailyReportSchema {
  return { date, complete, rows: rows.map(presentRow), expected: [...expected] };
}

function presentRow(row: FiguresRow): ReportRow {
  return Object.fromEntries(REPORT_COLUMNS.map((column) => [column, row[column]])) as unknown as ReportRow;
}

export function presentOverview({ from, to }: OverviewQuery, days: readonly DayFigures[]): OverviewSchema {
  const paidWithin = presentPaidWithin(stepsOf(days.flatMap(({ rows }) => rows)));
  return { from, to, days: days.map(presentOverviewDay), ...paidWithin };
}

export function presentOverviewDay({ date, complete, rows }: DayFigures): OverviewDaySchema {
  return { date, complete, rows: rows.map(presentOverviewRow), ...presentPaidWithin(stepsOf(rows)) };
}

function presentOverviewRow(row: FiguresRow): OverviewRowSchema {
  const { provider, rail, asked, paid, grossInCents, feesInCents, netInCents, paidAfter } = row;
  const { rejected = null, expired = null, canceled = null, failed = null } = row;
  const unpaid = [rejected, expired, canceled, failed];
  return {
    ...{ provider, rail, asked, paid, rejected, expired, canceled, failed },
    ended: unpaid.includes(null) ? null : unpaid.reduce<number>((sum, count) => sum + count!, paid),
    ...{ grossInCents, feesInCents, netInCents },
    ...presentPaidWithin(paidAfter ?? []),
  };
}

function presentPaidWithin(steps: Steps) {
  return { paidWithinSecondsP50: percentileOf(steps, 0.5), paidWithinSecondsP90: percentileOf(steps, 0.9) };
}
