import { defineEntity, p } from '@mikro-orm/core';
import type { ExpectedOfProvider, ReportRow } from './daily-report.queries.js';

/** The report of a day that is over, as it is shown for ever, and from where the next day's balances go on. Only of days with ledger entries or payins. */
export const DailyReportEntity = defineEntity({
  name: 'DailyReport',
  tableName: 'daily_reports',
  triggers: [
    {
      name: 'append_only',
      timing: 'before',
      events: ['update', 'delete'],
      forEach: 'statement',
      body: `raise exception 'A day that is over keeps its figures'`,
    },
  ],
  properties: {
    organizationId: p.uuid().primary(),
    /** In Colombia. */
    day: p.date().primary(),
    rows: p.json<ReportRow[]>(),
    expected: p.json<ExpectedOfProvider[]>(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});
