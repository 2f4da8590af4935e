export interface AdmissionLimits {
  /** Requests worked on at once. More would only make each slower. */
  workingMax: number;
  /** Requests that wait for their turn. */
  waitingMax: number;
  /** The longest wait for a turn. A request that would wait longer is refused at once. */
  waitMs: number;
}

/** The weight of the newest time between turns in the expected one. */
const NEWEST = 0.1;

interface Waiter {
  share: string;
  answer(isAdmitted: boolean): void;
}

/**
 * Decides which requests are worked on. One that would wait behind too many others, or for too long at the pace of late, is refused at once, so
 * that it can go elsewhere and those that are taken keep their time. A share (an organization, say) takes another turn only while more are free than it has, so that one whose work is
 * held up leaves half of them; turns go to the share that has the fewest, and a full queue makes room at the cost of its longest part.
 */
export class Admission {
  readonly #working = new Map<string, number>();
  #workingCount = 0;
  /** In the order in which they came. */
  #waiting: Waiter[] = [];
  /** Between the ends of two turns, while somebody waited. */
  #paceMs = 0;
  #lastEndAt: number | undefined;

  constructor(
    private readonly limits: AdmissionLimits,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** True when one of this share would not even wait. */
  isFull(share: string): boolean {
    return !this.#mayWork(share) && this.#isQueueFull() && this.#longestOver(share) === undefined;
  }

  /** @returns false: it may not work without a wait; else `leave` must follow, once */
  enterAtOnce(share: string): boolean {
    const mayWork = this.#mayWork(share);
    if (mayWork) this.reenter(share);
    return mayWork;
  }

  /** @returns false: it is refused; else `leave` must follow, once */
  enter(share: string): Promise<boolean> {
    if (this.enterAtOnce(share)) return Promise.resolve(true);
    if (this.#isQueueFull()) {
      const longest = this.#longestOver(share);
      if (longest === undefined) return Promise.resolve(false);
      this.#waiting.findLast((waiter) => waiter.share === longest)?.answer(false);
    }
    return new Promise((resolve) => {
      const waiter: Waiter = {
        share,
        answer: (isAdmitted) => {
          clearTimeout(timer);
          this.#waiting = this.#waiting.filter((other) => other !== waiter);
          resolve(isAdmitted);
        },
      };
      const timer = setTimeout(() => waiter.answer(false), this.limits.waitMs).unref();
      this.#waiting.push(waiter);
    });
  }

  /** For what is under way already and goes on: it is never refused, and may be one too many for a moment. */
  reenter(share: string): void {
    this.#workingCount += 1;
    this.#working.set(share, this.#workingOf(share) + 1);
  }

  leave(share: string): void {
    this.#workingCount -= 1;
    this.#measurePace();
    const left = this.#workingOf(share) - 1;
    if (left > 0) this.#working.set(share, left);
    else this.#working.delete(share);
    for (let next = this.#next(); next; next = this.#next()) {
      this.reenter(next.share);
      next.answer(true);
    }
  }

  #isQueueFull(): boolean {
    const { waitingMax, waitMs } = this.limits;
    return this.#waiting.length >= waitingMax || this.#waiting.length * this.#paceMs > waitMs;
  }

  #measurePace(): void {
    const now = this.now();
    const isBusy = this.#waiting.length > 0;
    if (isBusy && this.#lastEndAt !== undefined) this.#paceMs += (now - this.#lastEndAt - this.#paceMs) * NEWEST;
    this.#lastEndAt = isBusy ? now : undefined;
  }

  #workingOf(share: string): number {
    return this.#working.get(share) ?? 0;
  }

  #mayWork(share: string): boolean {
    return this.#workingOf(share) < this.limits.workingMax - this.#workingCount;
  }

  /** Of those that may work and wait longest, the one whose share has the fewest under way. */
  #next(): Waiter | undefined {
    let next: Waiter | undefined;
    for (const waiter of this.#waiting)
      if (this.#mayWork(waiter.share) && (!next || this.#workingOf(waiter.share) < this.#workingOf(next.share)))
        next = waiter;
    return next;
  }

  /** The share that most wait of, if these are more than of the given one and it. */
  #longestOver(share: string): string | undefined {
    const counts = new Map<string, number>();
    for (const waiter of this.#waiting) counts.set(waiter.share, (counts.get(waiter.share) ?? 0) + 1);
    const longest = [...counts].reduce((most, count) => (count[1] > most[1] ? count : most), ['', 0] as const);
    return longest[1] > (counts.get(share) ?? 0) + 1 ? longest[0] : undefined;
  }
}
