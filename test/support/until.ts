import { setTimeout as wait } from 'node:timers/promises';

/** Between two questions: what comes at once is seen at once, and what takes long is not asked about all the time. */
const PAUSE_MIN_MS = 5;
const PAUSE_MAX_MS = 100;

/** Waits for a fact: asks until the answer is something, and fails with the last answer when it takes too long. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (let pauseMs = PAUSE_MIN_MS; Date.now() < deadline; pauseMs = Math.min(1.5 * pauseMs, PAUSE_MAX_MS)) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    last = answer;
    await wait(pauseMs);
  }
  throw new Error(`waited ${timeoutMs} ms in vain for ${what}; last answer: ${JSON.stringify(last)}`);
}
