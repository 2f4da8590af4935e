/** Encodings of text that are read, by the names of the Encoding standard. */
export const TEXT_ENCODINGS = ['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'] as const;
export type TextEncoding = (typeof TEXT_ENCODINGS)[number];

/** What a `charset` may say: `utf-16` leaves the order of the bytes to them. */
export type DeclaredEncoding = TextEncoding | 'utf-16';

/**
 * The encoding that a `Content-Type` declares.
 * @returns undefined where it declares none, and `unknown` for one that is not read
 */
export function declaredEncoding(contentType: string): DeclaredEncoding | 'unknown' | undefined {
  const label = contentType
    .split(';')
    .slice(1)
    .map((parameter) => parameter.trim().toLowerCase())
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replace(/^"([^"]*)"$/, '$1');
  if (!label) return undefined;
  if (label === 'utf-16') return label;
  try {
    // It knows every label: ISO-8859-1 and cp1252 are windows-1252.
    const { encoding } = new TextDecoder(label);
    return TEXT_ENCODINGS.find((known) => known === encoding) ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
