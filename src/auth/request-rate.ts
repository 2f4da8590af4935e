import { LRUCache } from 'lru-cache';

const WINDOW_MS = 60_000;
const CALLERS_MAX = 50_000;

/** How often somebody has come in the current minute. `remaining` below 0: too often. */
export interface Rate {
  limit: number;
  remaining: number;
  /** Until the minute is over. */
  resetSeconds: number;
}

/** Counts requests by caller and minute, in this process alone: each replica lets as many in. */
export class RequestRate {
  readonly #windows = new LRUCache<string, { count: number; endsAt: number }>({ max: CALLERS_MAX });

  /** @param limit requests a minute */
  constructor(private readonly limit: number) {}

  count(caller: string): Rate {
    const now = performance.now();
    let window = this.#windows.get(caller);
    if (!window || window.endsAt <= now) {
      window = { count: 0, endsAt: now + WINDOW_MS };
      this.#windows.set(caller, window);
    }
    window.count += 1;
    const { limit } = this;
    return { limit, remaining: limit - window.count, resetSeconds: Math.ceil((window.endsAt - now) / 1_000) };
  }
}
