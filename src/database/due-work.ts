import type { Logger } from '@nestjs/common';
import { mayTakeAnother, NOBODY, onBehalfOf } from '@recaudo/fair-share';
import type { NumberedQuery } from './database.js';

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
  /** Of the rows of which this is one kind; what leads the index on the due time. */
  kind?: `${string} = $3`;
  condition?: string;
  /** A column that the claim raises: a try counts from its beginning, so that one which takes the process down counts, too. */
  counter?: string;
  /** Work of an organization in lanes (the column `lane`), of which one must not hold up another; $3 are BusyLanes. */
  partitions?: { places: number };
}

/** What a worker has under way for an organization. */
export interface Busy {
  organizationId: string;
  inFlight: number;
}

/** What a worker has under way in a lane that leaves it fewer places than others. */
export interface BusyPartition {
  organizationId: string;
  partition: string;
  free: number;
}

/** Of an organization's oldest due rows, or a lane's, this many batches are looked at. */
const BATCHES = 8;

/**
 * Claims due rows for a lease: at most $1, the places that a worker has free, of each organization by `mayTakeAnother`, given what is under
 * way for it ($2, Busy as JSON), and its first before any other's second. So no backlog, however long, stands before another's row. It steps from
 * organization to organization (and lane to lane) through an index on them and `due_at`, one row each: its cost follows those for whom anything waits, and
 * not the rows. Any number of workers may run it at once: a row goes to the one whose update finds the fence that its select saw. Which of
 * the oldest batches of an organization one takes is chance, so that they do not all reach for the same rows and all but one get none; a
 * batch that is not full comes last. The database's clock decides.
 */
export function claimQuery(options: ClaimOptions): NumberedQuery {
  const { label, table, columns = [], kind = 'true', condition = 'true', counter, partitions } = options;
  const keys = partitions ? ['organization_id', 'partition'] : ['organization_id'];
  const list = keys.join(', ');
  const step = (after: string) => `
          select ${list}, due_at from ${table}
          where due_at is not null and ${kind} ${after}
          order by ${list}, due_at limit 1`;
  return {
    name: `claim ${label}`,
    text: `
      with recursive waiting as (
        (${step('')})
        union all
        select next.* from waiting, lateral (${step(`and (${list}) > (${keys.map((key) => `waiting.${key}`).join(', ')})`)}) as next
      ), open as (
        select waiting.*, coalesce(busy."inFlight", 0) as in_flight, ${partitions ? `coalesce(busy_partition.free, ${partitions.places})` : '$1::int'} as places
        from waiting
        left join jsonb_to_recordset($2::jsonb) as busy ("organizationId" uuid, "inFlight" int) on busy."organizationId" = waiting.organization_id
        ${partitions ? `left join jsonb_to_recordset($3::jsonb) as busy_partition ("organizationId" uuid, partition text, free int) on busy_partition."organizationId" = waiting.organization_id and busy_partition.partition = waiting.partition` : ''}
        where waiting.due_at <= now()
      ), batches as (
        -- As many as each would get if all had enough.
        select open.*, ${partitions ? `least(${partitions.places}, ` : ''}greatest(1, ceil($1::numeric / (count(*) over () + 1)))${partitions ? ')' : ''}::int as size
        from open where places > 0
      ), candidates as (
        select row.*, batches.in_flight
        from batches, lateral (
          select t.*, (row_number() over (order by t.due_at) - 1) % batches.size as place,
                 (row_number() over (order by t.due_at) - 1) / batches.size as batch, count(*) over () / batches.size as full_batches
          from (
            select w.organization_id, w.id, w.fencing_token, w.due_at from ${table} w
            where ${keys.map((key) => `w.${key} = batches.${key}`).join(' and ')} and w.due_at <= now() and ${kind} and ${condition}
            order by w.due_at limit batches.size * ${BATCHES}
          ) as t
        ) as row
        where row.batch = floor((select random()) * greatest(row.full_batches, 1)) and row.place < batches.places
      ), ranked as (
        select organization_id, id, fencing_token, due_at,
               in_flight + row_number() over (partition by organization_id order by place, due_at) - 1 as held
        from candidates
      ), due as materialized (
        -- They are locked in this order: claims at once do not wait for each other in a ring.
        select organization_id, id, fencing_token
        from (select *, row_number() over (order by held, due_at) - 1 as taken from ranked) as in_turn
        where held < $1 - taken
        order by organization_id, id
      )
      ${claimDue(table, columns, counter)}`,
  };
}

function claimDue(table: string, columns: readonly string[], counter?: string): string {
  return `update ${table} as claimed
      set due_at = now() + interval '${LEASE_SECONDS} seconds', fencing_token = claimed.fencing_token + 1${counter ? `, ${counter} = claimed.${counter} + 1` : ''}
      from due
      where claimed.organization_id = due.organization_id and claimed.id = due.id and claimed.fencing_token = due.fencing_token
      returning ${columns.map((column) => `${column}, `).join('')}claimed.organization_id as "organizationId", claimed.id, claimed.fencing_token as "fencingToken", now() as "claimedAt"`;
}

/** Gives a claimed row back at once, unless the claim has passed on: another worker need not wait for the lease's end. */
export function releaseQuery(table: string, counter?: string): NumberedQuery {
  return {
    name: `release ${table}`,
    text: `update ${table} set due_at = now()${counter ? `, ${counter} = ${counter} - 1` : ''} where organization_id = $1 and id = $2 and fencing_token = $3`,
  };
}

/** What every claimed row has. */
export interface Claimed {
  organizationId: string;
  id: string;
  fencingToken: number;
  /** The database's time of the claim. */
  claimedAt: Date;
}

type Owned = Pick<Claimed, 'organizationId'>;

export interface DueWork<Job extends Owned> {
  name: string;
  /** Jobs worked on at once, of all organizations together; one alone has half of them. */
  concurrency: number;
  /** @param free places; @param busy what is under way here */
  claim(free: number, busy: readonly Busy[]): Promise<Job[]>;
  /** @param stopping aborted when this process is about to end: what takes long gives its job back by itself */
  work(job: Job, stopping: AbortSignal): Promise<void>;
  /** Gives back a job that is not going to be finished here. */
  release(job: Job): Promise<void>;
}

/** Claims and works on what is due, when ticked and when woken. Errors end a job, never the loop: its row is due again after the lease. */
export class DueWorkLoop<Job extends Owned> {
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
    const busy = this.#busy();
    try {
      // Whoever woke it, a claim is made for all.
      const jobs = await onBehalfOf(NOBODY, () => this.due.claim(free, busy));
      // What waits of an organization that has its share, or of one of several in whose turn it was not, is not seen.
      this.#more = jobs.length > 0 || busy.some(({ inFlight }) => !mayTakeAnother(inFlight, free));
      for (const job of jobs) this.#start(job);
    } catch (error) {
      this.logger.error({ work: this.due.name, error: describeError(error) }, 'could not claim due work');
    }
  }

  #busy(): Busy[] {
    const inFlight = new Map<string, number>();
    for (const { organizationId } of this.#inFlight.values())
      inFlight.set(organizationId, (inFlight.get(organizationId) ?? 0) + 1);
    return [...inFlight].map(([organizationId, count]) => ({ organizationId, inFlight: count }));
  }

  #start(job: Job): void {
    const done = onBehalfOf(job.organizationId, () => this.due.work(job, this.#stopping.signal))
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
