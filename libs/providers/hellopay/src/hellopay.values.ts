import { hasFourDigitYear } from '@recaudo/payment-provider';

/** How single values of a reply are read: strictly, and never into something that was not said. */

/** HelloPay's ids are UUIDs; whatever else they are, they go into a path. */
export function readId(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._:~-]{0,99}$/.test(value) ? value : undefined;
}

/** ISO 8601 with a zone, as in `2024-01-01T00:00:00.000Z`. */
export function readTime(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(value))
    return undefined;
  const time = new Date(value);
  return hasFourDigitYear(time) ? time : undefined;
}

const IMAGE_CHARACTERS_MAX = 100_000;

/** A picture inside a URL. Dots are let through because the documents' own example has them for what they left out. */
export function readPngDataUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > IMAGE_CHARACTERS_MAX) return undefined;
  return /^data:image\/png;base64,[A-Za-z0-9+/=.]+$/.test(value) ? value : undefined;
}
