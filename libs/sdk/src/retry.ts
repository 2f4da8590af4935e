const FIRST_WAIT_MS = 300;
const WAIT_MAX_MS = 8_000;
const JITTER_MAX_MS = 1_000;

/**
 * What can be sent again. `always`: it has its effect once, however often it comes. `refused`: only after an answer which says that nothing was
 * done.
 */
export type Repeatable = 'always' | 'refused';

const PASSING = new Set([408, 429, 502, 503, 504]);

/** Whether the same request can be sent again after this answer, and may then be answered otherwise. */
export function isWorthRetrying({ status, code }: { status: number; code: string }, repeatable: Repeatable): boolean {
  return repeatable === 'always'
    ? PASSING.has(status)
    : code === 'RATE_LIMITED' || code === 'OVERLOADED' || code === 'REQUEST_TIMEOUT';
}

/** @param retry how many have been before @param random from 0 to 1 @param askedMs `Retry-After`: no shorter, and a little longer, for not all to come at once */
export function waitMs(retry: number, random: number, askedMs: number | null): number {
  const planned = Math.min(FIRST_WAIT_MS * 2 ** retry, WAIT_MAX_MS);
  if (askedMs === null || askedMs < planned / 2) return planned / 2 + (random * planned) / 2;
  return askedMs + random * Math.min(askedMs / 4, JITTER_MAX_MS);
}

/** @param header seconds or a date (RFC 9110) */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const ms = /^\s*\d{1,9}\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}
