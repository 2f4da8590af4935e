import { setTimeout as wait } from 'node:timers/promises';

export const TIMED_OUT = Symbol('timed out');

/** What the promise settles to, or `TIMED_OUT` where that takes longer. What the promise stands for goes on; its failure then is nobody's. */
export async function within<T>(timeoutMs: number, outcome: Promise<T>): Promise<T | typeof TIMED_OUT> {
  const timer = new AbortController();
  const timeout = wait(timeoutMs, TIMED_OUT, { signal: timer.signal });
  timeout.catch(() => undefined);
  try {
    return await Promise.race([outcome, timeout]);
  } finally {
    timer.abort();
  }
}
