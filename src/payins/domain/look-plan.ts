/** When a payin is looked at next. Pure: takes the clock as an argument. */

const LATE_LOOK_MIN_SECONDS = 300;
const LATE_LOOK_MAX_SECONDS = 6 * 3600;

/** The wait before look number `looks` (0 is the first) of a payin that is waiting. The plan's last step repeats. */
export function pollDelaySeconds(pollSeconds: readonly number[], looks: number): number {
  return pollSeconds[Math.min(looks, pollSeconds.length - 1)] ?? LATE_LOOK_MIN_SECONDS;
}

/** The next poll, but not past the moment at which the payin runs out. */
export function nextPollAt(now: Date, expiresAt: Date, pollSeconds: readonly number[], looks: number): Date {
  const next = addSeconds(now, pollDelaySeconds(pollSeconds, looks));
  return expiresAt > now && next > expiresAt ? expiresAt : next;
}

/** The next look for late money: rarer the longer ago it ended, and none once the window has closed. */
export function nextLateLookAt(now: Date, endedAt: Date, lateUntil: Date): Date | null {
  const secondsSinceEnd = Math.max(0, (now.getTime() - endedAt.getTime()) / 1000);
  const next = addSeconds(now, Math.min(Math.max(secondsSinceEnd / 2, LATE_LOOK_MIN_SECONDS), LATE_LOOK_MAX_SECONDS));
  return next > lateUntil ? null : next;
}

export function addSeconds(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}
