const PLAIN = /^(?:[!-~]+(?: [!-~]+)*)?$/;

/**
 * A header or a status as it is compared: in any Unicode form, upper or lower case, full width or with another kind of blank it is the same
 * word. An accent is part of it.
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
