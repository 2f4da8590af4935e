import { defineEntity, p } from '@mikro-orm/core';
import type { ExpectedOfProvider, FiguresRow } from './figures.js';

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
    rows: p.json<FiguresRow[]>(),
    expected: p.json<ExpectedOfProvider[]>(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});

/** The figures of a day from its beginning until an instant before which nothing can be written any more. Gone when the day is kept. */
export const OpenDayEntity = defineEntity({
  name: 'OpenDay',
  tableName: 'open_days',
  properties: {
    organizationId: p.uuid().primary(),
    /** In Colombia. */
    day: p.date().primary(),
    until: p.datetime(6),
    rows: p.json<FiguresRow[]>(),
    expected: p.json<ExpectedOfProvider[]>(),
  },
});
