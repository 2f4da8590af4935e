const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Waits after each failed try, in seconds: together over three days. */
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

/**
 * The wait after a failed try, up to a fifth longer than planned so that many do not come back at the same moment.
 * @param tries failed before this one
 * @param random from 0 to 1
 * @returns null when it is time to give up
 */
export function retryDelaySeconds(tries: number, random: number): number | null {
  const planned = RETRY_SECONDS[tries];
  return planned === undefined ? null : Math.round(planned * (1 + random / 5));
}
