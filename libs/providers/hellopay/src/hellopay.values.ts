/** How single values of a reply are read: strictly, and never into something that was not said. */

/** HelloPay's ids are UUIDs; whatever else they are, they go into a path. */
export function readId(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._:~-]{0,99}$/.test(value) ? value : undefined;
}

/** Texts that go into rows: no empty, no endless and no unprintable ones. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]{0,254})$/.test(value) ? value : undefined;
}

/** A status as they write it, in any script: what we do not know is kept for a person to read. */
export function readStatus(value: unknown): string | undefined {
  return typeof value === 'string' && /^[^\p{C}\p{Z}](?:[^\p{C}]{0,254})$/u.test(value) ? value : undefined;
}

/** A code, not a sentence: a message could repeat the payer's data. */
export function readCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(value) ? value : undefined;
}

/** A currency that is none differs from every real one, and is safe to write down. */
export function readCurrency(value: string): string {
  return /^[A-Za-z]{3}$/.test(value) ? value.toUpperCase() : 'XXX';
}

/** ISO 8601 with a zone, as in `2024-01-01T00:00:00.000Z`. */
export function readTime(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(value))
    return undefined;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

export function readHttpUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 2048 || !URL.canParse(value)) return undefined;
  return ['http:', 'https:'].includes(new URL(value).protocol) ? value : undefined;
}

const IMAGE_CHARACTERS_MAX = 100_000;

/** A picture inside a URL. Dots are let through because the documents' own example has them for what they left out. */
export function readPngDataUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > IMAGE_CHARACTERS_MAX) return undefined;
  return /^data:image\/png;base64,[A-Za-z0-9+/=.]+$/.test(value) ? value : undefined;
}

export function readObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
