import type { BusyPartition } from '../database/due-work.js';

/** Deliveries in flight at once in one partition. */
export const PARTITION_CONCURRENCY = 8;
/** The same while its last delivery attempt has failed: a server that hangs costs one of them, not all. */
const PARTITION_CONCURRENCY_WHILE_FAILING = 1;
/** Failing partitions that are remembered. The oldest beyond that have their full concurrency again. */
const FAILING_MAX = 1_000;
/** Messages that are claimed before there is a slot for them: what the partition's server answers within so long, as it has answered lately. */
const AHEAD_MS = 100;
/** No more than this, and no more than were delivered since one failed or waited too long. */
export const AHEAD_MAX = 240;
/** A message that has waited for a slot for so long is given back: another process may have one. */
const WAIT_MAX_MS = 1_000;

/** How an empty partition went is remembered for so long, and no longer than until the next claim; of no more than so many. */
const EMPTY_KEPT_MS = 1_000;
const USES_MAX = 1_000;

type Partition = Pick<BusyPartition, 'organizationId' | 'partition'>;

interface Waiting {
  begin(): void;
  giveUp(): void;
}

interface Use {
  /** In flight, or waiting for a slot. */
  claimed: number;
  inFlight: number;
  /** In the order in which they came. */
  readonly waiting: Set<Waiting>;
  /** Since one failed or waited too long. */
  delivered: number;
  /** How long the last delivery took. */
  durationMs: number;
  /** When nothing was left: a `performance.now()`. */
  emptySince: number;
}

/** What this process has claimed in each partition: one slow or dead server must not use up what the others need. */
export class PartitionConcurrency {
  readonly #uses = new Map<string, Use>();
  readonly #failing = new Set<string>();

  /** Takes a slot, or waits for one. @returns false when there was none in time: the partition is left already */
  enter(partition: Partition): Promise<boolean> {
    const key = keyOf(partition);
    const use = this.#useOf(key);
    use.claimed += 1;
    if (use.inFlight < this.#slotsOf(key)) {
      use.inFlight += 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        use.waiting.delete(waiting);
      };
      const waiting: Waiting = {
        begin: () => {
          end();
          use.inFlight += 1;
          resolve(true);
        },
        giveUp: () => {
          end();
          this.#release(key, use);
          resolve(false);
        },
      };
      const timer = setTimeout(() => {
        // It is not as quick as it was.
        use.delivered = 0;
        waiting.giveUp();
      }, WAIT_MAX_MS);
      use.waiting.add(waiting);
    });
  }

  /** @param durationMs how long the delivery took */
  leave(partition: Partition, isWell: boolean, durationMs: number): void {
    const key = keyOf(partition);
    this.#failing.delete(key);
    if (!isWell) this.#failing.add(key);
    const [oldest] = this.#failing;
    if (this.#failing.size > FAILING_MAX && oldest !== undefined) this.#failing.delete(oldest);
    const use = this.#useOf(key);
    use.delivered = isWell ? use.delivered + 1 : 0;
    use.durationMs = durationMs;
    use.inFlight -= 1;
    this.#release(key, use);
    for (const waiting of use.waiting) {
      if (use.inFlight >= this.#slotsOf(key)) break;
      waiting.begin();
    }
  }

  /** What waits in the partition has nowhere to go. */
  giveUp(partition: Partition): void {
    for (const waiting of this.#uses.get(keyOf(partition))?.waiting ?? []) waiting.giveUp();
  }

  /** The partitions that have other than PARTITION_CONCURRENCY free. */
  busy(): BusyPartition[] {
    const emptySince = performance.now() - EMPTY_KEPT_MS;
    for (const [key, use] of this.#uses) if (use.claimed === 0 && use.emptySince < emptySince) this.#uses.delete(key);
    return [...new Set([...this.#uses.keys(), ...this.#failing])]
      .map((key) => ({ ...partitionOfKey(key), free: this.#free(key) }))
      .filter(({ free }) => free !== PARTITION_CONCURRENCY);
  }

  /** Something may be due in a partition that has nothing free. */
  get isAnyFull(): boolean {
    for (const key of this.#uses.keys()) if (this.#free(key) === 0) return true;
    return false;
  }

  #useOf(key: string): Use {
    const known = this.#uses.get(key);
    if (known) return known;
    const use: Use = { claimed: 0, inFlight: 0, waiting: new Set(), delivered: 0, durationMs: 0, emptySince: 0 };
    this.#uses.set(key, use);
    return use;
  }

  #release(key: string, use: Use): void {
    use.claimed -= 1;
    if (use.claimed > 0) return;
    use.emptySince = performance.now();
    if (this.#uses.size > USES_MAX) this.#uses.delete(key);
  }

  #slotsOf(key: string): number {
    return this.#failing.has(key) ? PARTITION_CONCURRENCY_WHILE_FAILING : PARTITION_CONCURRENCY;
  }

  #free(key: string): number {
    const use = this.#uses.get(key);
    const slots = this.#slotsOf(key);
    if (!use) return slots;
    const soon = Math.floor((slots * AHEAD_MS) / Math.max(use.durationMs, 1)) - slots;
    const ahead = Math.max(0, Math.min(AHEAD_MAX, use.delivered, soon));
    return Math.max(0, slots + ahead - use.claimed);
  }
}

/** An organization's id has a fixed length. */
const ID_LENGTH = 36;

function keyOf({ organizationId, partition }: Partition): string {
  return organizationId + partition;
}

function partitionOfKey(key: string): Partition {
  return { organizationId: key.slice(0, ID_LENGTH), partition: key.slice(ID_LENGTH) };
}
