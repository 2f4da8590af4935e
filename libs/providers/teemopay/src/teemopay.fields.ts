import { hasFourDigitYear, parseAmount, ProviderError } from '@recaudo/payment-provider';

/** How TeemoPay writes texts, amounts and times in what it sends. Pure. */

/** Nothing of theirs names a currency. */
export const TEEMOPAY_CURRENCIES = ['COP'] as const;

/** Colombia's clock, all year: every time that TeemoPay writes, <https://docs.teemopay.com/en/guides/timezone>. */
const UTC_OFFSET_HOURS = -5;
const MS_PER_HOUR = 3_600_000;

export function unreadable(message: string): ProviderError {
  return new ProviderError('unreadable_reply', 'unknown', `TeemoPay: ${message}`);
}

/** A number of theirs or ours. Without `&`, so that no two signed fields can be passed off as one of these. */
export function readId(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.:-]{1,64}$/.test(value) ? value : undefined;
}

/** A status as a number or as its digits; the documents have both. Another text is kept for a person to read. */
export function readStatus(value: unknown): string | undefined {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && /^[^\p{C}\p{Z}&](?:[^\p{C}&]{0,63})$/u.test(text) ? text : undefined;
}

/** `"1000.00"` pesos in cents, exactly. A JSON number is taken only where it is whole: anything else went through a double. */
export function readPesos(value: unknown): bigint | undefined {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' ? parseAmount(text, TEEMOPAY_CURRENCIES[0]) : undefined;
}

/** `2025-01-01 00:00:00`, with or without milliseconds. */
export function readTime(value: unknown): Date | undefined {
  const [, day, clock, ms = '.000'] =
    (typeof value === 'string' && /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{3})?$/.exec(value)) || [];
  if (!day) return undefined;
  const asUtc = new Date(`${day}T${clock}${ms}Z`);
  // The 30th of February is the 2nd of March to a Date, and no time to us.
  if (Number.isNaN(asUtc.getTime()) || writeUtc(asUtc) !== `${day} ${clock}${ms}`) return undefined;
  const time = new Date(asUtc.getTime() - UTC_OFFSET_HOURS * MS_PER_HOUR);
  return hasFourDigitYear(time) ? time : undefined;
}

/** `2026-03-01 23:59:59.999`. */
export function writeTime(time: Date): string {
  return writeUtc(new Date(time.getTime() + UTC_OFFSET_HOURS * MS_PER_HOUR));
}

function writeUtc(time: Date): string {
  return time.toISOString().replace('T', ' ').replace('Z', '');
}
