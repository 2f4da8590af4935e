const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Waits after each failed attempt, in seconds: together over three days. */
export const RETRY_SECONDS: readonly number[] = [
  5,
  30,
  2 * MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  12 * HOUR,
  12 * HOUR,
  16 * HOUR,
  20 * HOUR,
];
/** A merchant may ask for a longer wait than planned, up to this. */
export const RETRY_AFTER_MAX_SECONDS = 24 * HOUR;

/**
 * The wait after a failed attempt, up to a fifth longer than planned so that many do not come back at the same moment.
 * @param failures before this one
 * @param random from 0 to 1
 * @param askedSeconds how long the merchant asked us to wait
 * @returns null when it is time to give up
 */
export function retryDelaySeconds(failures: number, random: number, askedSeconds = 0): number | null {
  const planned = RETRY_SECONDS[failures];
  if (planned === undefined) return null;
  const wait = Math.max(planned, Math.min(askedSeconds, RETRY_AFTER_MAX_SECONDS));
  return Math.round(wait * (1 + random / 5));
}

/** Statuses of an overloaded server, which may say when to come back. */
const BUSY_STATUSES = [429, 503];

/** What `Retry-After` asks for: seconds, or a date (RFC 9110). */
export function retryAfterSeconds(status: number, header: string | undefined, now: Date): number | undefined {
  if (!BUSY_STATUSES.includes(status) || !header) return undefined;
  const seconds = /^\d{1,9}$/.test(header.trim())
    ? Number(header)
    : Math.ceil((Date.parse(header) - now.getTime()) / 1000);
  return seconds > 0 ? seconds : undefined;
}
