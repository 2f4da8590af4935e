import { setTimeout as wait } from 'node:timers/promises';

export interface PatienceOptions {
  /** Looks in a row without any sign of progress after which it is given up. */
  checksMax: number;
  everyMs: number;
}

/** Longer than the service's own longest wait: with its default settings, a minute until it looks for what has run out. */
export const PATIENCE: PatienceOptions = { checksMax: 600, everyMs: 250 };

/**
 * How long the stories wait. Not by a clock: a look is over when the service has answered it, so a slow machine has as many chances as a
 * quick one, and every sign that anything moves, in whichever story, begins the count anew.
 */
export class Patience {
  #progress = 0;
  readonly #seen = new Map<string, string>();

  constructor(private readonly options: PatienceOptions = PATIENCE) {}

  /** Something was looked at; it is a sign of progress if it is not as it was. */
  sees(what: string, state: unknown): void {
    const text = JSON.stringify(state);
    if (this.#seen.get(what) === text) return;
    this.#seen.set(what, text);
    this.#progress += 1;
  }

  /**
   * Looks until there is something to see, or nothing has moved for too many looks.
   * @param notBefore until then nothing can be there, and no look counts
   */
  async until<T>(
    look: () => T | undefined | Promise<T | undefined>,
    notBefore: Date = new Date(0),
  ): Promise<T | undefined> {
    let progress = this.#progress;
    for (let idle = 0; ;) {
      const seen = await look();
      if (seen !== undefined) return seen;
      const moves = progress !== this.#progress || Date.now() < notBefore.getTime();
      progress = this.#progress;
      idle = moves ? 0 : idle + 1;
      if (idle >= this.options.checksMax) return undefined;
      await wait(this.options.everyMs);
    }
  }
}
