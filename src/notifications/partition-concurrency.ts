import type { BusyPartition } from '../database/due-work.js';

/** In flight at once in one lane. */
export const PLACES = 8;
/** The same while its last try has failed: a server that hangs costs one place, not all. */
const PLACES_WHILE_FAILING = 1;
/** Remembered lanes that fail; of more than that the oldest are tried with all places again. */
const FAILING_MAX = 1_000;

type Partition = Pick<BusyPartition, 'organizationId' | 'partition'>;

/** What this process has in flight, by lane: one slow or dead server must not take the places of the others. */
export class PartitionConcurrency {
  readonly #inFlight = new Map<string, number>();
  readonly #failing = new Set<string>();

  enter(partition: Partition): void {
    const key = keyOf(partition);
    this.#inFlight.set(key, (this.#inFlight.get(key) ?? 0) + 1);
  }

  /** @returns whether the lane was full, so that more of it may be due */
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

  /** The lanes that have fewer than PLACES left. */
  busy(): BusyPartition[] {
    const keys = new Set([...this.#inFlight.keys(), ...this.#failing]);
    return [...keys].map((key) => ({ ...partitionOfKey(key), free: this.#free(key) }));
  }

  #free(key: string): number {
    const places = this.#failing.has(key) ? PLACES_WHILE_FAILING : PLACES;
    return Math.max(0, places - (this.#inFlight.get(key) ?? 0));
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
