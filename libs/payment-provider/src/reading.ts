/** How single values of a provider's reply are read: strictly, and never into something that was not said. */

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function readFields(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

/** Texts that go into rows and URLs: no empty, no endless and no unprintable ones. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]{0,254})$/.test(value) ? value : undefined;
}

/** A sentence for a person to read, in any script. */
export function readSentence(value: unknown): string | undefined {
  return typeof value === 'string' && /^[^\p{C}\p{Z}][^\p{C}]{0,499}$/u.test(value) ? value : undefined;
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

export function readHttpUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 2048 || !URL.canParse(value)) return undefined;
  const isPlain = value.startsWith('https://') || value.startsWith('http://');
  return isPlain || ['http:', 'https:'].includes(new URL(value).protocol) ? value : undefined;
}

/** A time of the years 1 to 9999 in UTC, which JavaScript, JSON and PostgreSQL all write alike. False for a time that is none. */
export function hasFourDigitYear(time: Date): boolean {
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999;
}
