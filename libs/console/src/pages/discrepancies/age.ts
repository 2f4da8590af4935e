import type { discrepanciesTexts } from './texts.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `3 d`, `5 h`, `12 min`: enough to say what is old. */
export function ageText(seconds: number, t: (typeof discrepanciesTexts)['es']['age']): string {
  if (seconds >= DAY) return t.days(Math.floor(seconds / DAY));
  if (seconds >= HOUR) return t.hours(Math.floor(seconds / HOUR));
  return seconds >= MINUTE ? t.minutes(Math.floor(seconds / MINUTE)) : t.now;
}
