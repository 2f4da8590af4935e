/** The one currency of the simulated providers. */
export const CURRENCY = 'COP';
export const CENTS_PER_PESO = 100n;

/** Reads pesos as a person types them (`50000`, `50.000`, `50000,50`) into cents; null when that is not an amount. */
export function parsePesos(typed: string): bigint | null {
  const trimmed = typed.trim();
  const text = /^\d{1,3}(\.\d{3})+(,\d{1,2})?$/.test(trimmed) ? trimmed.replaceAll('.', '') : trimmed;
  const match = /^(\d{1,12})(?:[.,](\d{1,2}))?$/.exec(text);
  if (match === null) return null;
  const cents = BigInt(match[1] ?? '0') * CENTS_PER_PESO + BigInt((match[2] ?? '').padEnd(2, '0'));
  return cents > 0n ? cents : null;
}

/** `$ 50.000`, with `,50` only where there are cents. */
export function formatPesos(cents: bigint): string {
  const pesos = String(cents / CENTS_PER_PESO).replace(/\B(?=(\d{3})+$)/g, '.');
  return `$ ${pesos}${cents % CENTS_PER_PESO === 0n ? '' : `,${twoDigits(cents)}`}`;
}

/** As an HTML number input takes it: `50000`, `50000.50`. */
export function pesosInput(cents: bigint): string {
  return `${cents / CENTS_PER_PESO}${cents % CENTS_PER_PESO === 0n ? '' : `.${twoDigits(cents)}`}`;
}

/** With both decimals: `50000.00`. */
export function pesosText(cents: bigint): string {
  return `${cents / CENTS_PER_PESO}.${twoDigits(cents)}`;
}

/** Pesos as a JSON number. Those that are not whole are the only non-integers, and exact to two decimals. */
export function pesosNumber(cents: bigint): number {
  return Number(pesosText(cents));
}

function twoDigits(cents: bigint): string {
  return String(cents % CENTS_PER_PESO).padStart(2, '0');
}
