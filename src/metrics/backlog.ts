import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';

/** Tables with due work. */
export const KINDS_OF_WORK = ['payins', 'inbound_webhooks', 'notifications'] as const;
export type KindOfWork = (typeof KINDS_OF_WORK)[number];

export type Backlog = Record<KindOfWork, { rows: number; oldestSeconds: number }>;

/** More are not counted: a scrape must cost the same in trouble. */
const ROWS_MAX = 10_000;
/** However often it is scraped, the database is asked this often. */
const FRESH_FOR_MS = 2_000;

@Injectable()
export class BacklogReader {
  private last: { at: number; backlog: Promise<Backlog> } | undefined;

  constructor(@Inject(Database) private readonly database: Database) {}

  read(): Promise<Backlog> {
    if (!this.last || performance.now() - this.last.at > FRESH_FOR_MS)
      this.last = { at: performance.now(), backlog: this.count() };
    return this.last.backlog;
  }

  private async count(): Promise<Backlog> {
    const counts = KINDS_OF_WORK.map(
      (table) => `
        select '${table}' as work, count(*)::int as rows,
               coalesce(extract(epoch from now() - min(due_at)), 0)::float as "oldestSeconds"
        from (select due_at from ${table} where due_at <= now() order by due_at limit ${ROWS_MAX}) as due`,
    );
    const rows = await this.database.query<{ work: KindOfWork; rows: number; oldestSeconds: number }>(
      { name: 'count due work', text: counts.join(' union all ') },
      [],
    );
    return Object.fromEntries(rows.map(({ work, ...counted }) => [work, counted])) as Backlog;
  }
}
