/** The unit in which a provider writes amounts on its wire. Everything inside Recaudo is in cents. */
export const AMOUNT_UNITS = ['cents', 'pesos'] as const;
export type AmountUnit = (typeof AMOUNT_UNITS)[number];

const CENTS_PER_PESO = 100n;

/**
 * Writes an amount in a provider's unit.
 * @throws RangeError when the amount is not a whole number of pesos and the unit is `pesos`; nothing is ever rounded.
 */
export function toProviderAmount(amountInCents: bigint, unit: AmountUnit): bigint {
  if (unit === 'cents') return amountInCents;
  if (amountInCents % CENTS_PER_PESO !== 0n) throw new RangeError('the amount is not a whole number of pesos');
  return amountInCents / CENTS_PER_PESO;
}

/** Reads an amount written in a provider's unit into cents. */
export function fromProviderAmount(amount: bigint, unit: AmountUnit): bigint {
  return unit === 'cents' ? amount : amount * CENTS_PER_PESO;
}

/**
 * Reads a JSON value as a whole, non-negative amount. Strings of digits are taken too, because providers mix both.
 * @returns undefined for anything that is not exactly such a number: no rounding, no guessing.
 */
export function readWholeAmount(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
  if (typeof value === 'string') return /^\d{1,16}$/.test(value) ? BigInt(value) : undefined;
  return undefined;
}
