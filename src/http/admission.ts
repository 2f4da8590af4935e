export interface AdmissionLimits {
  /** Requests worked on at once. More at once make each slower and none sooner done. */
  workingMax: number;
  /** Requests that wait for their turn. */
  waitingMax: number;
  /** No turn is waited for longer. */
  waitMs: number;
}

interface Waiter {
  share: string;
  answer(isAdmitted: boolean): void;
}

/**
 * Decides which requests are worked on. One that would wait behind too many others is refused at once, so that it can go elsewhere and those that
 * are taken keep their time. Turns go to the share (an organization, say) that has the fewest under way, and a queue that is full is made
 * room in at the cost of the longest part of it: a flood delays another share by its own next turn.
 */
export class Admission {
  readonly #working = new Map<string, number>();
  #workingCount = 0;
  /** In the order in which they came. */
  #waiting: Waiter[] = [];

  constructor(private readonly limits: AdmissionLimits) {}

  /** True when one of this share would not even wait. */
  isFull(share: string): boolean {
    return this.#waiting.length >= this.limits.waitingMax && this.#longestOver(share) === undefined;
  }

  /** @returns false: it is refused; else `leave` must follow, once */
  enter(share: string): Promise<boolean> {
    if (this.#workingCount < this.limits.workingMax) {
      this.reenter(share);
      return Promise.resolve(true);
    }
    if (this.#waiting.length >= this.limits.waitingMax) {
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
      const timer = setTimeout(() => waiter.answer(false), this.limits.waitMs);
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
    const left = this.#workingOf(share) - 1;
    if (left > 0) this.#working.set(share, left);
    else this.#working.delete(share);
    while (this.#workingCount < this.limits.workingMax) {
      const next = this.#next();
      if (!next) return;
      this.reenter(next.share);
      next.answer(true);
    }
  }

  #workingOf(share: string): number {
    return this.#working.get(share) ?? 0;
  }

  /** Of those that wait longest, the one whose share has the fewest under way. */
  #next(): Waiter | undefined {
    let next: Waiter | undefined;
    for (const waiter of this.#waiting)
      if (!next || this.#workingOf(waiter.share) < this.#workingOf(next.share)) next = waiter;
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
