import { setTimeout as wait } from 'node:timers/promises';

export interface ProgressWaitOptions {
  /** It gives up after so many checks in a row without progress. */
  checksMax: number;
  everyMs: number;
}

/** Longer than the service's own longest wait: with its default settings, a minute until it expires what has run out. */
export const PROGRESS_WAIT: ProgressWaitOptions = { checksMax: 600, everyMs: 250 };

/**
 * How long the scenarios wait. It counts checks, not seconds: a check ends when the service has answered, so a slow machine has as many
 * checks as a fast one. Progress in any scenario starts the count again.
 */
export class ProgressWait {
  #progress = 0;
  readonly #states = new Map<string, string>();

  constructor(private readonly options: ProgressWaitOptions = PROGRESS_WAIT) {}

  /** Records a state; it is progress when it differs from the last one. */
  observe(what: string, state: unknown): void {
    const text = JSON.stringify(state);
    if (this.#states.get(what) === text) return;
    this.#states.set(what, text);
    this.#progress += 1;
  }

  /**
   * Checks until there is a result, or there was no progress for too many checks.
   * @param notBefore before this time there can be no result, and no check counts
   */
  async until<T>(
    check: () => T | undefined | Promise<T | undefined>,
    notBefore: Date = new Date(0),
  ): Promise<T | undefined> {
    let progress = this.#progress;
    for (let idle = 0; ;) {
      const result = await check();
      if (result !== undefined) return result;
      const moves = progress !== this.#progress || Date.now() < notBefore.getTime();
      progress = this.#progress;
      idle = moves ? 0 : idle + 1;
      if (idle >= this.options.checksMax) return undefined;
      await wait(this.options.everyMs);
    }
  }
}
