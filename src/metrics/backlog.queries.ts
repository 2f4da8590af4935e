import { query } from '../database/query.js';

/** Tables with due work. */
export const KINDS_OF_WORK = [
  'payins',
  'inbound_webhooks',
  'notifications',
  'refunds',
  'statements',
  'integrity_checks',
  'personal_data_sweeps',
] as const;
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

/** More are not counted: a count must cost the same in trouble. */
const ROWS_MAX = 10_000;
/** Nor are more organizations, or partitions of notifications, counted. */
const GROUPS_MAX = 1_000;
/** What leads the index on the due time. */
const GROUPED_BY: Readonly<Record<KindOfWork, readonly string[]>> = {
  payins: ['provider', 'organization_id'],
  inbound_webhooks: ['provider', 'organization_id'],
  notifications: ['organization_id', 'partition'],
  refunds: ['provider', 'organization_id'],
  statements: ['organization_id'],
  integrity_checks: ['organization_id'],
  personal_data_sweeps: ['organization_id'],
};
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

export const COUNT_DUE_WORK = query<object, DueWorkCount>(
  'count due work',
  KINDS_OF_WORK.map(countOf).join(' union all '),
);

/** Attempts whose outcome is unknown, of payins whose status is still checked. */
export const COUNT_UNKNOWN_ATTEMPTS = query<object, { provider: string; rows: number }>(
  'count unknown attempts',
  `
    select provider, count(*)::int as rows
    from (
      select a.provider from attempts a join payins p on p.organization_id = a.organization_id and p.id = a.payin_id
      where a.state = 'unknown' and p.due_at is not null limit ${ROWS_MAX}
    ) as unknown group by provider`,
);
