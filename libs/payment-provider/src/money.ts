/** The currencies that a payin can be in. */
export const CURRENCIES = ['COP'] as const;
export type Currency = (typeof CURRENCIES)[number];
/** The currency of whatever names none. */
export const HOME_CURRENCY: Currency = 'COP';

/**
 * How many decimals a currency's unit has (ISO 4217): its amounts are kept in minor units, here called cents. Also of neighbours without
 * decimals: a provider may report a currency that no payin can be in.
 */
const DECIMALS = { COP: 2, CLP: 0, PYG: 0 } as const satisfies Record<Currency, number> & Record<string, number>;

/** Of a currency that is not listed, the decimals of most currencies. */
export function decimalsOf(currency: string): number {
  return Object.hasOwn(DECIMALS, currency) ? DECIMALS[currency as keyof typeof DECIMALS] : 2;
}

/** One unit of the currency in its minor units: a peso is 100 centavos. */
export function unitInCents(currency: string): bigint {
  return 10n ** BigInt(decimalsOf(currency));
}

export function isWholeUnits(amountInCents: bigint, currency: string): boolean {
  return amountInCents % unitInCents(currency) === 0n;
}

/**
 * Reads units as `50000`, `50000.5` or `50000.50`, exactly.
 * @returns undefined for anything else, and for more decimals than the currency has
 */
export function parseAmount(text: string, currency: string): bigint | undefined {
  const [, units, fraction = ''] = /^(\d{1,16})(?:\.(\d+))?$/.exec(text) ?? [];
  const decimals = decimalsOf(currency);
  return units === undefined || fraction.length > decimals
    ? undefined
    : BigInt(units) * unitInCents(currency) + BigInt(fraction.padEnd(decimals, '0'));
}

/** Writes units with all decimals of the currency, e.g. `50000.00`. */
export function formatAmount(amountInCents: bigint, currency: string): string {
  const decimals = decimalsOf(currency);
  const digits = String(amountInCents < 0n ? -amountInCents : amountInCents).padStart(decimals + 1, '0');
  const sign = amountInCents < 0n ? '-' : '';
  const [units, fraction] = [digits.slice(0, digits.length - decimals), digits.slice(digits.length - decimals)];
  return fraction === '' ? `${sign}${units}` : `${sign}${units}.${fraction}`;
}

/** The unit in which a provider writes amounts on its wire: minor units or, called pesos, whole ones. Everything inside Recaudo is in cents. */
export const AMOUNT_UNITS = ['cents', 'pesos'] as const;
export type AmountUnit = (typeof AMOUNT_UNITS)[number];

/**
 * Writes an amount in a provider's unit.
 * @throws RangeError when the amount is not a whole number of units and the unit is `pesos`; nothing is ever rounded.
 */
export function toProviderAmount(amountInCents: bigint, unit: AmountUnit, currency: string): bigint {
  if (unit === 'cents') return amountInCents;
  if (!isWholeUnits(amountInCents, currency)) throw new RangeError(`the amount is not a whole number of ${currency}`);
  return amountInCents / unitInCents(currency);
}

/** Reads an amount written in a provider's unit into cents. */
export function fromProviderAmount(amount: bigint, unit: AmountUnit, currency: string): bigint {
  return unit === 'cents' ? amount : amount * unitInCents(currency);
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
