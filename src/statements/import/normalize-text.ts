const PLAIN = /^(?:[!-~]+(?: [!-~]+)*)?$/;

/**
 * A header or a status as it is compared: the Unicode form, upper or lower case, full width and the kind of blank make no difference. An
 * accent does.
 */
export function normalizeText(text: string): string {
  // Most are plain, and there are millions of them.
  if (PLAIN.test(text)) return text.toUpperCase();
  return text
    .normalize('NFKC')
    .toUpperCase()
    .normalize('NFKC')
    .replace(/\p{Cf}+/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}
