import type { BusyPartition } from '../database/due-work.js';

/** Deliveries in flight at once in one partition. */
export const PARTITION_CONCURRENCY = 8;
/** The same while its last delivery attempt has failed: a server that hangs costs one of them, not all. */
const PARTITION_CONCURRENCY_WHILE_FAILING = 1;
/** Failing partitions that are remembered. The oldest beyond that have their full concurrency again. */
const FAILING_MAX = 1_000;

type Partition = Pick<BusyPartition, 'organizationId' | 'partition'>;

/** What this process has in flight in each partition: one slow or dead server must not use up what the others need. */
export class PartitionConcurrency {
  readonly #inFlight = new Map<string, number>();
  readonly #failing = new Set<string>();

  enter(partition: Partition): void {
    const key = keyOf(partition);
    this.#inFlight.set(key, (this.#inFlight.get(key) ?? 0) + 1);
  }

  /** @returns whether the partition was full, so that more of it may be due */
  leave(partition: Partition, isWell: boolean): boolean {
    const key = keyOf(partition);
    const wasFull = this.#free(key) === 0;
    const left = (this.#inFlight.get(key) ?? 1) - 1;
    if (left > 0) this.#inFlight.set(key, left);
    else this.#inFlight.delete(key);
    this.#failing.delete(key);
    if (!isWell) this.#failing.add(key);
    const [oldest] = this.#failing;
    if (this.#failing.size > FAILING_MAX && oldest !== undefined) this.#failing.delete(oldest);
    return wasFull;
  }

  /** The partitions that have less than PARTITION_CONCURRENCY free. */
  busy(): BusyPartition[] {
    const keys = new Set([...this.#inFlight.keys(), ...this.#failing]);
    return [...keys].map((key) => ({ ...partitionOfKey(key), free: this.#free(key) }));
  }

  #free(key: string): number {
    const limit = this.#failing.has(key) ? PARTITION_CONCURRENCY_WHILE_FAILING : PARTITION_CONCURRENCY;
    return Math.max(0, limit - (this.#inFlight.get(key) ?? 0));
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
