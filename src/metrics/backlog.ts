import { Inject, Injectable } from '@nestjs/common';
import { CachedRead } from '../database/cached-read.js';
import { Database } from '../database/database.js';

/** Tables with due work. */
export const KINDS_OF_WORK = ['payins', 'inbound_webhooks', 'notifications', 'statements', 'integrity_checks'] as const;
export type KindOfWork = (typeof KINDS_OF_WORK)[number];

/** Rows whose due time has come and that nobody has claimed. */
export interface DueWorkCount {
  work: KindOfWork;
  /** Null where the work is no provider's. One that is not enabled any more may have some, too. */
  provider: string | null;
  /** At most 10,000, as are all counts here. */
  rows: number;
  /** Of them, those that are due for more than a minute. */
  late: number;
  oldestSeconds: number;
}

export interface Backlog {
  due: DueWorkCount[];
  /** Attempts of which it is not known whether their provider took the order, while their payin is watched. */
  unknownAttempts: { provider: string; rows: number }[];
  readAt: Date;
}

/** More are not counted: a count must cost the same in trouble. */
const ROWS_MAX = 10_000;
/** Nor are more organizations, or partitions of notifications, counted. */
const GROUPS_MAX = 1_000;
/** What leads the index on the due time. */
const GROUPED_BY: Readonly<Record<KindOfWork, readonly string[]>> = {
  payins: ['provider', 'organization_id'],
  inbound_webhooks: ['provider', 'organization_id'],
  notifications: ['organization_id', 'partition'],
  statements: ['organization_id'],
  integrity_checks: ['organization_id'],
};
/** However often it is asked for, the database is asked this often. */
const FRESH_FOR_MS = 5_000;
const WAIT_MS = 4_000;

/** What waits in the database, for operators. Public routes show it: it costs the same however many ask, and however many payins there are. */
@Injectable()
export class BacklogReader {
  private readonly cached = new CachedRead(() => this.count(), { freshForMs: FRESH_FOR_MS, waitMs: WAIT_MS });

  constructor(@Inject(Database) private readonly database: Database) {}

  /** @throws what the database says */
  read(): Promise<Backlog> {
    return this.cached.fresh();
  }

  /** What was read last, at once. Undefined where nothing could be read yet. */
  latest(): Promise<Backlog | undefined> {
    return this.cached.latest();
  }

  private async count(): Promise<Backlog> {
    const due = await this.database.query<DueWorkCount>(
      { name: 'count due work', text: KINDS_OF_WORK.map(countOf).join(' union all ') },
      [],
    );
    const unknownAttempts = await this.database.query<{ provider: string; rows: number }>(COUNT_UNKNOWN_ATTEMPTS, []);
    return { due, unknownAttempts, readAt: new Date() };
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
  const counts = (rows: string) => `
    select count(*)::int as rows, count(*) filter (where due_at < now() - interval '1 minute')::int as late from (${rows}) as counted`;
  const all = `select d.due_at from groups as one, lateral (${due(ROWS_MAX)}) as d limit ${ROWS_MAX}`;
  const oldest = (from: string) => `extract(epoch from now() - (${from}))::float as "oldestSeconds"`;
  return `
    select * from (
      with recursive every_group as (${groups}), groups as materialized (select * from every_group limit ${GROUPS_MAX})
      ${
        keys.includes('provider')
          ? `select '${table}' as work, one.provider, counts.*, ${oldest(due(1))} from groups as one, lateral (${counts(due(ROWS_MAX))}) as counts`
          : `select '${table}' as work, null as provider, counts.*, ${oldest(`select min(d.due_at) from groups as one, lateral (${due(1)}) as d`)}
             from (${counts(all)}) as counts`
      }
    ) as ${table} where rows > 0`;
}

const COUNT_UNKNOWN_ATTEMPTS = {
  name: 'count unknown attempts',
  text: `
    select provider, count(*)::int as rows
    from (
      select a.provider from attempts a join payins p on p.organization_id = a.organization_id and p.id = a.payin_id
      where a.state = 'unknown' and p.due_at is not null limit ${ROWS_MAX}
    ) as unknown group by provider`,
};
