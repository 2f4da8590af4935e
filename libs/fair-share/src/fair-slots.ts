/**
 * The one rule of fairness: whoever holds slots takes another only while more are free than they hold. Alone one gets half of all, two get
 * a third each, and so on: some are always free for whoever comes next, however long those that are taken are held.
 */
export function mayTakeAnother(held: number, free: number): boolean {
  return held < free;
}

/** Why there was no slot: as many wait as may, or the caller's patience was over. */
export class NoSlot extends Error {
  constructor(readonly reason: 'queue_full' | 'waited_too_long') {
    super(reason === 'queue_full' ? 'too many wait already' : 'no slot became free in time');
    this.name = 'NoSlot';
  }
}

/** Gives the slot back; more than once changes nothing. */
export type ReleaseSlot = () => void;

interface Waiter {
  begin(): void;
}

/**
 * A number of slots at something that is shared, and a queue before them, both divided by `mayTakeAnother`. A slot that becomes free goes
 * to whoever waits and holds the fewest, of equals to the one whose last turn ended longest ago; within a share first come, first served.
 */
export class FairSlots {
  readonly #held = new Map<string, number>();
  /** In the order in which their last turns ended. */
  readonly #queues = new Map<string, Waiter[]>();
  #free: number;
  #queueFree: number;

  constructor(
    private readonly slots: number,
    private readonly queuedMax: number,
  ) {
    this.#free = slots;
    this.#queueFree = queuedMax;
  }

  get taken(): number {
    return this.slots - this.#free;
  }

  get waiting(): number {
    return this.queuedMax - this.#queueFree;
  }

  /** A slot without a wait, if there is one. */
  takeAtOnce(share: string): ReleaseSlot | undefined {
    const isAhead = this.#queues.has(share);
    return !isAhead && mayTakeAnother(this.#heldBy(share), this.#free) ? this.#begin(share) : undefined;
  }

  /**
   * @param patience ends the wait
   * @throws NoSlot
   */
  async take(share: string, patience: AbortSignal): Promise<ReleaseSlot> {
    return this.takeAtOnce(share) ?? this.#wait(share, patience);
  }

  #wait(share: string, patience: AbortSignal): Promise<ReleaseSlot> {
    const queue = this.#queues.get(share) ?? [];
    if (!mayTakeAnother(queue.length, this.#queueFree)) return Promise.reject(new NoSlot('queue_full'));
    if (patience.aborted) return Promise.reject(new NoSlot('waited_too_long'));
    this.#queueFree -= 1;
    this.#queues.set(share, queue);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        begin: () => {
          patience.removeEventListener('abort', giveUp);
          resolve(this.#begin(share));
        },
      };
      const giveUp = (): void => {
        this.#remove(share, waiter);
        reject(new NoSlot('waited_too_long'));
      };
      patience.addEventListener('abort', giveUp, { once: true });
      queue.push(waiter);
    });
  }

  #begin(share: string): ReleaseSlot {
    this.#free -= 1;
    this.#held.set(share, this.#heldBy(share) + 1);
    let isLeft = false;
    return () => {
      if (isLeft) return;
      isLeft = true;
      this.#free += 1;
      const left = this.#heldBy(share) - 1;
      if (left > 0) this.#held.set(share, left);
      else this.#held.delete(share);
      this.#toTheEnd(share);
      this.#serve();
    };
  }

  #serve(): void {
    for (let share = this.#next(); share !== undefined; share = this.#next()) {
      const waiter = this.#queues.get(share)![0]!;
      this.#remove(share, waiter);
      waiter.begin();
    }
  }

  /** Whose turn it is; nobody's while those that wait hold as many as are free. */
  #next(): string | undefined {
    let next: string | undefined;
    for (const share of this.#queues.keys())
      if (next === undefined || this.#heldBy(share) < this.#heldBy(next)) next = share;
    return next !== undefined && mayTakeAnother(this.#heldBy(next), this.#free) ? next : undefined;
  }

  #toTheEnd(share: string): void {
    const queue = this.#queues.get(share);
    if (!queue) return;
    this.#queues.delete(share);
    this.#queues.set(share, queue);
  }

  #remove(share: string, waiter: Waiter): void {
    const queue = this.#queues.get(share);
    const slot = queue?.indexOf(waiter) ?? -1;
    if (!queue || slot < 0) return;
    queue.splice(slot, 1);
    this.#queueFree += 1;
    if (queue.length === 0) this.#queues.delete(share);
  }

  #heldBy(share: string): number {
    return this.#held.get(share) ?? 0;
  }
}
