import type { Logger } from '@nestjs/common';
import type { Statement } from './database.js';

/**
 * Work is rows with a due time. A claim moves `due_at` to the end of a lease and raises the fence: whoever dies in between leaves a row
 * that is due again, and whoever wakes up too late holds an old fence, with which nothing can be written.
 */
export const LEASE_SECONDS = 30;

/** A database that is away must not hold up the end. */
const RELEASE_TIMEOUT_MS = 1_000;

interface ClaimOptions {
  /** Names the prepared statement. */
  label: string;
  table: string;
  /** What the worker needs of the row, besides its key. */
  columns?: readonly string[];
  condition?: string;
  /** A column that the claim raises: a try counts from its beginning, so that one which takes the process down counts, too. */
  counter?: string;
}

/** Of the oldest due rows, this many batches are looked at. */
const BATCHES = 8;
const BATCHES_OF_LANE = 4;

/**
 * Claims up to $1 due rows for a lease. Any number of workers may run it at once: a row goes to the one whose update finds the fence that its
 * select saw. Which of the oldest batches one takes is chance, so that they do not all reach for the same rows and all but one get none; a
 * batch that is not full comes last. The database's clock decides.
 */
export function claimStatement({ label, table, columns = [], condition = 'true', counter }: ClaimOptions): Statement {
  return {
    name: `claim ${label}`,
    text: `
      with oldest as (
        select organization_id, id, fence, (row_number() over (order by due_at) - 1) / $1::int as batch, count(*) over () / $1::int as full_batches
        from (
          select organization_id, id, fence, due_at from ${table}
          where due_at <= now() and ${condition}
          order by due_at limit $1::int * ${BATCHES}
        ) as waiting
      ), due as materialized (
        select organization_id, id, fence from oldest where batch = floor((select random()) * greatest(full_batches, 1))
      )
      ${claimDue(table, columns, counter)}`,
  };
}

/** What a worker has under way in a lane that leaves it fewer places than others. */
export interface BusyLane {
  organizationId: string;
  lane: string;
  free: number;
}

/**
 * The same for work in lanes (the column `lane`), of which one must not hold up another: at most $2 rows of a lane, of those in the BusyLanes
 * of $3 (JSON) as many as they have places, and from each lane its first before any lane's second. Of a lane, too, it takes one of the oldest
 * batches. It steps from lane to lane through an index on (organization_id, lane, due_at), one row each: its cost follows the lanes in which
 * anything waits, and not the rows.
 */
export function claimByLaneStatement({
  label,
  table,
  columns = [],
}: Omit<ClaimOptions, 'condition' | 'counter'>): Statement {
  const step = (after: string) => `
          select organization_id, lane, due_at from ${table}
          where due_at is not null ${after}
          order by organization_id, lane, due_at limit 1`;
  return {
    name: `claim ${label}`,
    text: `
      with recursive lanes as (
        (${step('')})
        union all
        select next.* from lanes, lateral (${step('and (organization_id, lane) > (lanes.organization_id, lanes.lane)')}) as next
      ), open_lanes as (
        select lanes.organization_id, lanes.lane, coalesce(busy.free, $2) as free
        from lanes left join jsonb_to_recordset($3::jsonb) as busy ("organizationId" uuid, lane text, free int)
          on busy."organizationId" = lanes.organization_id and busy.lane = lanes.lane
        where lanes.due_at <= now()
      ), chosen as (
        select row.organization_id, row.id, row.fence
        from open_lanes, lateral (
          select t.*, (row_number() over (order by t.due_at) - 1) % $2::int as place, (row_number() over (order by t.due_at) - 1) / $2::int as batch,
                 count(*) over () / $2::int as full_batches
          from (
            select w.organization_id, w.id, w.fence, w.due_at from ${table} w
            where w.organization_id = open_lanes.organization_id and w.lane = open_lanes.lane and w.due_at <= now()
            order by w.due_at limit $2::int * ${BATCHES_OF_LANE}
          ) as t
        ) as row
        where row.batch = floor((select random()) * greatest(row.full_batches, 1)) and row.place < open_lanes.free
        order by row.place, row.due_at limit $1
      ), due as materialized (
        -- They are locked in this order: claims at once do not wait for each other in a ring.
        select organization_id, id, fence from chosen order by organization_id, id
      )
      ${claimDue(table, columns)}`,
  };
}

function claimDue(table: string, columns: readonly string[], counter?: string): string {
  return `update ${table} as claimed
      set due_at = now() + interval '${LEASE_SECONDS} seconds', fence = claimed.fence + 1${counter ? `, ${counter} = claimed.${counter} + 1` : ''}
      from due
      where claimed.organization_id = due.organization_id and claimed.id = due.id and claimed.fence = due.fence
      returning ${columns.map((column) => `${column}, `).join('')}claimed.organization_id as "organizationId", claimed.id, claimed.fence, now() as "claimedAt"`;
}

/** Gives a claimed row back at once, unless the claim has passed on: another worker need not wait for the lease's end. */
export function releaseStatement(table: string, counter?: string): Statement {
  return {
    name: `release ${table}`,
    text: `update ${table} set due_at = now()${counter ? `, ${counter} = ${counter} - 1` : ''} where organization_id = $1 and id = $2 and fence = $3`,
  };
}

/** What every claimed row has. */
export interface Claimed {
  organizationId: string;
  id: string;
  fence: number;
  /** The database's time of the claim. */
  claimedAt: Date;
}

export interface DueWork<Job> {
  name: string;
  /** Jobs worked on at once; also the largest batch. */
  concurrency: number;
  claim(limit: number): Promise<Job[]>;
  /** @param stopping aborted when this process is about to end: what takes long gives its job back by itself */
  work(job: Job, stopping: AbortSignal): Promise<void>;
  /** Gives back a job that is not going to be finished here. */
  release(job: Job): Promise<void>;
}

/** Claims and works on what is due, when ticked and when woken. Errors end a job, never the loop: its row is due again after the lease. */
export class DueWorkLoop<Job> {
  readonly #inFlight = new Map<Promise<void>, Job>();
  #claiming: Promise<void> | undefined;
  #again = false;
  #more = false;
  readonly #stopping = new AbortController();

  constructor(
    private readonly due: DueWork<Job>,
    private readonly logger: Logger,
  ) {}

  /** There may be something to do. Cheap, never throws, returns at once. */
  wake(): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#claiming) {
      this.#again = true;
      return;
    }
    this.#claiming = this.#claim().finally(() => {
      this.#claiming = undefined;
      if (this.#again) this.wake();
    });
  }

  /** Takes nothing new and waits for what is in flight, at most as long as is given; what is not finished by then is given back. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopping.abort();
    await atMost(timeoutMs, this.#settled());
    const unfinished = [...this.#inFlight.values()];
    await atMost(RELEASE_TIMEOUT_MS, Promise.allSettled(unfinished.map((job) => this.due.release(job))));
  }

  /** What a claim that is under way brings is in flight, too. */
  async #settled(): Promise<void> {
    await this.#claiming;
    await Promise.allSettled(this.#inFlight.keys());
  }

  async #claim(): Promise<void> {
    this.#again = false;
    const free = this.due.concurrency - this.#inFlight.size;
    if (free <= 0) {
      this.#more = true;
      return;
    }
    try {
      const jobs = await this.due.claim(free);
      this.#more = jobs.length === free;
      for (const job of jobs) this.#start(job);
    } catch (error) {
      this.logger.error({ work: this.due.name, error: describeError(error) }, 'could not claim due work');
    }
  }

  #start(job: Job): void {
    const done = this.due
      .work(job, this.#stopping.signal)
      .catch((error: unknown) =>
        this.logger.error(
          { work: this.due.name, error: describeError(error) },
          'due work failed; it will be tried again',
        ),
      )
      .finally(() => {
        this.#inFlight.delete(done);
        if (this.#more) this.wake();
      });
    this.#inFlight.set(done, job);
  }
}

async function atMost(timeoutMs: number, waitedFor: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
  await Promise.race([waitedFor, timeout]);
  clearTimeout(timer);
}

/** Name and code of an error: messages of drivers may quote data. */
export function describeError(error: unknown): string {
  const { name, code, stack } = (error ?? {}) as { name?: string; code?: unknown; stack?: string };
  if (!name) return 'unknown error';
  const where =
    stack
      ?.split('\n')
      .find((line) => line.includes('/src/') || line.includes('/libs/'))
      ?.trim() ?? '';
  return `${name}${typeof code === 'string' ? ` ${code}` : ''} ${where}`.trim();
}
