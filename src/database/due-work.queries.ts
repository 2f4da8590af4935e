import type { Busy, Claimed } from './due-work.js';
import { type Query, query } from './query.js';

/**
 * Work is rows with a due time. A claim moves `due_at` to the end of a lease and raises the fencing token. A row whose worker dies is due
 * again when the lease ends. A worker that comes back too late holds an old token and can write nothing.
 */
export const LEASE_SECONDS = 30;

/** SQL: when a lease that begins now ends. */
export const LEASE_END = `now() + interval '${LEASE_SECONDS} seconds'`;

/** What a claim needs to know of the worker. */
export interface ClaimValues {
  /** The jobs that the worker can take. */
  free: number;
  busy: readonly Busy[];
}

interface ClaimOptions {
  /** Names the prepared statement. */
  label: string;
  table: string;
  /** What the worker needs of the row, besides its key. */
  columns?: readonly string[];
  /** Of the rows of which this is one kind, by a parameter of the claim; it leads the index on the due time. */
  kind?: `${string} = $${string}` | `${string} is null`;
  condition?: string;
  /** A column that the claim raises. An attempt counts from its beginning, so one that takes the process down counts, too. */
  counter?: string;
  /** An organization's work is in partitions (the column `partition`), and one must not hold up another. The claim takes `$busyPartitions`. */
  partitions?: { concurrency: number };
}

/** Of the oldest due rows of an organization or a partition, this many batches are candidates. */
const BATCHES = 8;

/**
 * Claims due rows for a lease: at most `$free`, of each organization by `mayTakeAnother`, given what it has in flight (`$busy`), and its first
 * row before any other's second. So a backlog, however long, delays no other organization.
 *
 * It steps from organization to organization, or partition to partition, through an index on them and `due_at`, one row each: its cost follows
 * those that have work waiting, not the rows. Any number of workers may run it at once: a row goes to the worker whose update finds the fencing
 * token that its select saw. Which of the oldest batches a worker takes is chance, so that they do not all reach for the same rows. A batch
 * that is not full comes last. The database's clock decides.
 */
export function claimQuery<Row extends Claimed = Claimed, Values extends object = object>(
  options: ClaimOptions,
): Query<Values & ClaimValues, Row> {
  const { label, table, columns = [], kind = 'true', condition = 'true', counter, partitions } = options;
  const keys = partitions ? ['organization_id', 'partition'] : ['organization_id'];
  const list = keys.join(', ');
  const step = (after: string) => `
          select ${list}, due_at from ${table}
          where due_at is not null and ${kind} ${after}
          order by ${list}, due_at limit 1`;
  return query(
    `claim ${label}`,
    `
      with recursive waiting as (
        (${step('')})
        union all
        select next.* from waiting, lateral (${step(`and (${list}) > (${keys.map((key) => `waiting.${key}`).join(', ')})`)}) as next
      ), open as (
        select waiting.*, coalesce(busy."inFlight", 0) as in_flight, ${partitions ? `coalesce(busy_partition.free, ${partitions.concurrency})` : '$free::int'} as slots
        from waiting
        left join jsonb_to_recordset($busy::jsonb) as busy ("organizationId" uuid, "inFlight" int) on busy."organizationId" = waiting.organization_id
        ${partitions ? `left join jsonb_to_recordset($busyPartitions::jsonb) as busy_partition ("organizationId" uuid, partition text, free int) on busy_partition."organizationId" = waiting.organization_id and busy_partition.partition = waiting.partition` : ''}
        where waiting.due_at <= now()
      ), batches as (
        -- As many as each would get if all had enough.
        select open.*, ${partitions ? `least(greatest(slots, ${partitions.concurrency}), ` : ''}greatest(1, ceil($free::numeric / (count(*) over () + 1)))${partitions ? ')' : ''}::int as size
        from open where slots > 0
      ), candidates as (
        select row.*, batches.in_flight
        from batches, lateral (
          select t.*, (row_number() over (order by t.due_at) - 1) % batches.size as turn,
                 (row_number() over (order by t.due_at) - 1) / batches.size as batch, count(*) over () / batches.size as full_batches
          from (
            select w.organization_id, w.id, w.fencing_token, w.due_at from ${table} w
            where ${keys.map((key) => `w.${key} = batches.${key}`).join(' and ')} and w.due_at <= now() and ${kind} and ${condition}
            order by w.due_at limit batches.size * ${BATCHES}
          ) as t
        ) as row
        where row.batch = floor((select random()) * greatest(row.full_batches, 1)) and row.turn < batches.slots
      ), ranked as (
        select organization_id, id, fencing_token, due_at,
               in_flight + row_number() over (partition by organization_id order by turn, due_at) - 1 as held
        from candidates
      ), due as materialized (
        -- They are locked in this order: claims at once do not wait for each other in a ring.
        select organization_id, id, fencing_token
        from (select *, row_number() over (order by held, due_at) - 1 as taken from ranked) as in_turn
        where held < $free - taken
        order by organization_id, id
      )
      ${claimDue(table, columns, counter)}`,
  );
}

function claimDue(table: string, columns: readonly string[], counter?: string): string {
  return `update ${table} as claimed
      set due_at = ${LEASE_END}, fencing_token = claimed.fencing_token + 1${counter ? `, ${counter} = claimed.${counter} + 1` : ''}
      from due
      where claimed.organization_id = due.organization_id and claimed.id = due.id and claimed.fencing_token = due.fencing_token
      returning ${columns.map((column) => `${column}, `).join('')}claimed.organization_id as "organizationId", claimed.id, claimed.fencing_token as "fencingToken", now() as "claimedAt"`;
}

/** Gives a claimed row back at once, unless the claim has passed on: another worker need not wait for the end of the lease. */
export function releaseQuery(table: string, counter?: string): Query<Claimed> {
  return query(
    `release ${table}`,
    `update ${table} set due_at = now()${counter ? `, ${counter} = ${counter} - 1` : ''} where ${STILL_CLAIMED}`,
  );
}

/** SQL: the row of a claim, while the claim holds. Its values are a `Claimed`. */
export const STILL_CLAIMED = 'organization_id = $organizationId and id = $id and fencing_token = $fencingToken';

/** What a batch says of a claim. */
export type ClaimKey = Pick<Claimed, 'organizationId' | 'id' | 'fencingToken'>;
export const CLAIM_KEY = { organizationId: 'uuid', id: 'uuid', fencingToken: 'int' } as const;

/** SQL: the same for each claim of a batch. */
export function stillClaimed(claim: string, row: string): string {
  return `${row}.organization_id = ${claim}."organizationId" and ${row}.id = ${claim}.id and ${row}.fencing_token = ${claim}."fencingToken"`;
}
