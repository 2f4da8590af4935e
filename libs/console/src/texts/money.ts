/** Cents are the last two digits: no fraction is ever computed. */
const DIGITS_OF_CENTS = 2;

/** `$ 50.000`; with its cents where there are some. In both languages: it is how Colombia writes pesos. */
export function formatMoney(cents: number | bigint): string {
  const text = BigInt(cents).toString();
  const digits = text.replace('-', '').padStart(DIGITS_OF_CENTS + 1, '0');
  const pesos = digits.slice(0, -DIGITS_OF_CENTS).replaceAll(/\B(?=(?:\d{3})+$)/g, '.');
  const rest = digits.slice(-DIGITS_OF_CENTS);
  return `${text.startsWith('-') ? '-' : ''}$ ${pesos}${/^0+$/.test(rest) ? '' : `,${rest}`}`;
}

/** What a person types: `50.000`, `$ 50,000`, `50000,5`. @returns cents; undefined where it is no amount */
export function parseMoney(text: string): number | undefined {
  const plain = text.replaceAll(/[\s$]/g, '');
  const [, whole, rest = ''] = /^(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,](\d{1,2}))?$/.exec(plain) ?? [];
  if (whole === undefined) return undefined;
  const cents = Number(whole.replaceAll(/[.,]/g, '') + rest.padEnd(DIGITS_OF_CENTS, '0'));
  return Number.isSafeInteger(cents) ? cents : undefined;
}
