import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';

/** Tables with due work. */
export const KINDS_OF_WORK = ['payins', 'inbound_webhooks', 'notifications', 'statements', 'book_checks'] as const;
export type KindOfWork = (typeof KINDS_OF_WORK)[number];

export type Backlog = Record<KindOfWork, { rows: number; oldestSeconds: number }>;

/** More are not counted: a scrape must cost the same in trouble. */
const ROWS_MAX = 10_000;
/** Nor are more lanes of notifications looked at. */
const GROUPS_MAX = 1_000;
/** What leads the index on the due time. */
const GROUPED_BY: Readonly<Record<KindOfWork, readonly string[]>> = {
  payins: ['provider'],
  inbound_webhooks: ['provider'],
  notifications: ['organization_id', 'lane'],
  statements: [],
  book_checks: [],
};
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
    const rows = await this.database.query<{ work: KindOfWork; rows: number; oldestSeconds: number }>(
      { name: 'count due work', text: KINDS_OF_WORK.map(countOf).join(' union all ') },
      [],
    );
    return Object.fromEntries(rows.map(({ work, ...counted }) => [work, counted])) as Backlog;
  }
}

/** Steps from group to group through the index, and takes of each what is due: the cost follows these, not what waits for later. */
function countOf(table: KindOfWork): string {
  const keys = GROUPED_BY[table];
  const list = keys.join(', ');
  const next = (after: string) =>
    `select ${list} from ${table} where due_at is not null ${after} order by ${list} limit 1`;
  const groups =
    keys.length === 0
      ? 'select 1'
      : `(${next('')}) union all
         select next.* from every_group, lateral (${next(`and (${list}) > (${keys.map((key) => `every_group.${key}`).join(', ')})`)}) as next`;
  const due = (limit: number) => `
    select w.due_at from ${table} w
    where w.due_at <= now() ${keys.map((key) => `and w.${key} = one.${key}`).join(' ')} order by w.due_at limit ${limit}`;
  return `
    select * from (
      with recursive every_group as (${groups}), groups as materialized (select * from every_group limit ${GROUPS_MAX})
      select '${table}' as work,
             (select count(*)::int from (select from groups as one, lateral (${due(ROWS_MAX)}) as d limit ${ROWS_MAX}) as counted) as rows,
             coalesce((select extract(epoch from now() - min(d.due_at)) from groups as one, lateral (${due(1)}) as d), 0)::float as "oldestSeconds"
    ) as ${table}`;
}
