import { setTimeout as wait } from 'node:timers/promises';

/** Waits for a fact: asks until the answer is something, and fails with the last answer when it takes too long. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    last = answer;
    await wait(25);
  }
  throw new Error(`waited ${timeoutMs} ms in vain for ${what}; last answer: ${JSON.stringify(last)}`);
}
