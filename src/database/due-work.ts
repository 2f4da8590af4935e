import type { Logger } from '@nestjs/common';
import { mayTakeAnother, NOBODY, onBehalfOf } from '@recaudo/fair-share';
import { describeError } from '../logging/describe-error.js';
import { within } from './within.js';

/** A database that is away must not hold up the end. */
const RELEASE_TIMEOUT_MS = 1_000;

/** A slot that becomes free is filled no later, and sooner only where half of all have become free: a claim of many costs little more than a claim of one. */
const FILLED_WITHIN_MS = 10;

/** How many jobs of an organization a worker has in flight. */
export interface Busy {
  organizationId: string;
  inFlight: number;
}

/** A partition in which a worker has less room than in others. */
export interface BusyPartition {
  organizationId: string;
  partition: string;
  free: number;
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
  /** @param free slots; @param busy what is under way here */
  claim(free: number, busy: readonly Busy[]): Promise<Job[]>;
  /** @param stopping aborted when this process is about to end: what takes long gives its job back by itself */
  work(job: Job, stopping: AbortSignal): Promise<void>;
  /** Something that is due may be left out of the next claim, for what is under way. */
  leavesOut?(): boolean;
  /** What a line about a job that failed says of it. */
  describe?(job: Job): object;
  /** Gives back a job that is not going to be finished here. */
  release(job: Job): Promise<void>;
}

/** Claims and works on what is due, when ticked and when woken. Errors end a job, never the loop: its row is due again after the lease. */
export class DueWorkLoop<Job extends Owned> {
  readonly #inFlight = new Map<Promise<void>, Job>();
  #claiming: Promise<void> | undefined;
  #again = false;
  #more = false;
  /** Jobs under way after the last claim. */
  #filled = 0;
  #endedMeanwhile = false;
  #soon: NodeJS.Timeout | undefined;
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
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#claiming = this.#claim().finally(() => {
      this.#claiming = undefined;
      if (this.#again) this.wake();
      else if (this.#endedMeanwhile) this.#fill();
    });
  }

  /** Whether a job of the organization is under way, or a claim that may bring one. */
  isBusyWith(organizationId: string): boolean {
    return (
      this.#claiming !== undefined || [...this.#inFlight.values()].some((job) => job.organizationId === organizationId)
    );
  }

  /** Takes nothing new and waits for what is in flight, at most as long as is given; what is not finished by then is given back. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#soon);
    await within(timeoutMs, this.#settled());
    const unfinished = [...this.#inFlight.values()];
    await within(RELEASE_TIMEOUT_MS, Promise.allSettled(unfinished.map((job) => this.due.release(job))));
  }

  /** What a claim that is under way brings is in flight, too. */
  async #settled(): Promise<void> {
    await this.#claiming;
    await Promise.allSettled(this.#inFlight.keys());
  }

  async #claim(): Promise<void> {
    this.#again = false;
    this.#endedMeanwhile = false;
    const free = this.due.concurrency - this.#inFlight.size;
    if (free <= 0) {
      this.#more = true;
      return;
    }
    const busy = this.#busy();
    const leavesOut = this.due.leavesOut?.() ?? false;
    try {
      // Whoever woke it, a claim is made for all.
      const jobs = await onBehalfOf(NOBODY, () => this.due.claim(free, busy));
      // What waits of an organization that has its share, or of one of several in whose turn it was not, is not seen.
      this.#more = jobs.length > 0 || leavesOut || busy.some(({ inFlight }) => !mayTakeAnother(inFlight, free));
      for (const job of jobs) this.#start(job);
      this.#filled = this.#inFlight.size;
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
          { work: this.due.name, ...this.due.describe?.(job), error: describeError(error) },
          'due work failed; it is due again after its lease',
        ),
      )
      .finally(() => {
        this.#inFlight.delete(done);
        this.#fill();
      });
    this.#inFlight.set(done, job);
  }

  /** A job has ended. */
  #fill(): void {
    this.#endedMeanwhile = true;
    if (!this.#more || this.#claiming) return;
    if (this.#inFlight.size <= this.#filled / 2) this.wake();
    else if (!this.#stopping.signal.aborted) this.#soon ??= setTimeout(() => this.wake(), FILLED_WITHIN_MS);
  }
}
