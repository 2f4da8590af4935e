import { TIMED_OUT, within } from './within.js';

export interface CachedReadOptions {
  /** How long an outcome is good enough. 0: each reader wants a new one, and shares the one that is being read. */
  freshForMs: number;
  /** No reader waits longer; the read goes on for the next. */
  waitMs: number;
}

/** Whoever waits for the end of trouble need not wait longer than this. */
const FAILURE_FRESH_FOR_MS = 1_000;

/** One read at a time, and at most one in every `freshForMs` (after a failure in every second), however many ask: what needs no key must not cost by the call. */
export class CachedRead<T> {
  #underWay: Promise<T> | undefined;
  #last: { endedAt: number; freshForMs: number; outcome: Promise<T> } | undefined;
  #value: { value: T } | undefined;

  constructor(
    private readonly read: () => Promise<T>,
    private readonly options: CachedReadOptions,
  ) {}

  /**
   * An outcome that is fresh and not from before `since` (a `performance.now()`).
   * @throws as the read did; Error when it takes longer than `waitMs`
   */
  fresh(since = -Infinity): Promise<T> {
    const last = this.#last;
    if (!this.#underWay && last && last.endedAt > since && performance.now() - last.endedAt < last.freshForMs)
      return last.outcome;
    return this.#atMost(this.#underWay ?? this.#start());
  }

  /** The last value, however old, while a newer one is read. Only the first is waited for; undefined where there is none. */
  async latest(): Promise<T | undefined> {
    const newer = this.fresh().catch(() => undefined);
    return this.#value ? this.#value.value : newer;
  }

  #start(): Promise<T> {
    const outcome = this.read();
    this.#underWay = outcome;
    const end = (freshForMs: number) => {
      this.#underWay = undefined;
      this.#last = { endedAt: performance.now(), freshForMs, outcome };
    };
    const { freshForMs } = this.options;
    outcome
      .then((value) => {
        this.#value = { value };
        return end(freshForMs);
      })
      .catch(() => end(Math.min(freshForMs, FAILURE_FRESH_FOR_MS)));
    return outcome;
  }

  async #atMost(outcome: Promise<T>): Promise<T> {
    const value = await within(this.options.waitMs, outcome);
    if (value === TIMED_OUT) throw new Error('the read takes too long');
    return value;
  }
}
