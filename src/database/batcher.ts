import { mayTakeAnother } from '@recaudo/fair-share';

export interface BatcherLimits {
  /** Items of one batch: more would gain nothing, and each would wait longer. */
  batchMax: number;
  /** Items that wait, of all shares together. */
  queuedMax: number;
  /** The longest wait of an item for its batch. */
  waitMs: number;
  /** The next batch waits for the end of the last one, but no longer: something holds it up. */
  slowMs: number;
  /** Batches at once, when all but one are slow. */
  inFlightMax: number;
  /** What nobody waits for may let a batch gather for so long, or until it is full. Default: what comes at the same moment. */
  gatherMs?: number;
}

export interface Batch<Item, Result> {
  /** Carries out all of them or none. @returns a result for each, in their order */
  together(items: readonly Item[]): Promise<readonly Result[]>;
  /** Carries out one by itself. */
  alone(item: Item, share: string): Promise<Result>;
  /** Nothing of a batch was carried out, and one of its items may be the reason. */
  mayBeOneItem(error: unknown): boolean;
}

/** The item never was in a batch: as many wait as may, or it has waited too long. */
export class NotBatched extends Error {
  constructor(readonly reason: 'queue_full' | 'waited_too_long') {
    super(reason === 'queue_full' ? 'too many wait for a batch already' : 'waited too long for a batch');
    this.name = 'NotBatched';
  }
}

interface Waiting<Item, Result> {
  item: Item;
  share: string;
  since: number;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Carries out together what is asked for at the same time: an item that comes while nothing is under way begins at once (or after `gatherMs`), and
 * those that come meanwhile are the next batch. A batch takes one item of each share in turn, and a share's own in their order; of the queue everybody has a share.
 * Of a batch that fails, each item is carried out alone: only the bad one fails.
 */
export class Batcher<Item, Result> {
  /** By share, in the order of their turns. */
  readonly #queues = new Map<string, Waiting<Item, Result>[]>();
  #queuedCount = 0;
  #inFlight = 0;
  #slow = 0;
  #isPlanned = false;
  #gathering: NodeJS.Timeout | undefined;

  constructor(
    private readonly batch: Batch<Item, Result>,
    private readonly limits: BatcherLimits,
  ) {}

  /**
   * @param share an opaque key: whose item it is
   * @throws NotBatched; whatever carrying it out throws
   */
  add(share: string, item: Item): Promise<Result> {
    const queue = this.#queues.get(share) ?? [];
    if (!mayTakeAnother(queue.length, this.limits.queuedMax - this.#queuedCount))
      return Promise.reject(new NotBatched('queue_full'));
    return new Promise((resolve, reject) => {
      queue.push({ item, share, since: performance.now(), resolve, reject });
      this.#queues.set(share, queue);
      this.#queuedCount += 1;
      this.#plan();
    });
  }

  /** After what is being read from the network at this moment: requests that came together go together. */
  #plan(): void {
    if (this.#isPlanned || !this.#mayBegin()) return;
    const { gatherMs, batchMax } = this.limits;
    const begin = (): void => {
      clearTimeout(this.#gathering);
      this.#gathering = undefined;
      this.#isPlanned = false;
      if (this.#mayBegin()) void this.#begin();
    };
    if (gatherMs && this.#queuedCount < batchMax) {
      this.#gathering ??= setTimeout(begin, gatherMs);
      return;
    }
    this.#isPlanned = true;
    setImmediate(begin);
  }

  #mayBegin(): boolean {
    return this.#queuedCount > 0 && this.#inFlight === this.#slow && this.#inFlight < this.limits.inFlightMax;
  }

  async #begin(): Promise<void> {
    this.#endLongWaits();
    const batch = this.#take();
    if (batch.length === 0) return;
    this.#inFlight += 1;
    let isSlow = false;
    const whileSlow = setInterval(() => {
      if (!isSlow) this.#slow += 1;
      isSlow = true;
      this.#endLongWaits();
      this.#plan();
    }, this.limits.slowMs).unref();
    await this.#carryOut(batch);
    clearInterval(whileSlow);
    this.#inFlight -= 1;
    if (isSlow) this.#slow -= 1;
    this.#plan();
  }

  async #carryOut(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.batch.together(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index]!));
    } catch (error) {
      for (const waiting of batch) {
        if (!this.batch.mayBeOneItem(error)) waiting.reject(error);
        // Nobody waits for one that is held up.
        else this.batch.alone(waiting.item, waiting.share).then(waiting.resolve, waiting.reject);
      }
    }
  }

  #take(): Waiting<Item, Result>[] {
    const batch: Waiting<Item, Result>[] = [];
    while (batch.length < this.limits.batchMax && this.#queues.size > 0) {
      const [share, queue] = this.#queues.entries().next().value!;
      this.#queues.delete(share);
      batch.push(queue.shift()!);
      if (queue.length > 0) this.#queues.set(share, queue);
    }
    this.#queuedCount -= batch.length;
    return batch;
  }

  #endLongWaits(): void {
    const since = performance.now() - this.limits.waitMs;
    for (const [share, queue] of this.#queues) {
      while (queue.length > 0 && queue[0]!.since < since) {
        this.#queuedCount -= 1;
        queue.shift()!.reject(new NotBatched('waited_too_long'));
      }
      if (queue.length === 0) this.#queues.delete(share);
    }
  }
}
