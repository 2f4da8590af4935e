/** Weights from the last digit of the base to the first: DIAN, Orden Administrativa 4 of 1989. */
const WEIGHTS = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43];

/**
 * What the digits of a NIT are. A company's base has 9 digits, a person's is their cédula with 8 or 10. By length: 8 and 9 digits are
 * a base, 10 are a base of 9 and its check digit, 11 a base of 10 and its check digit. So a base of 10 must come with its check digit
 * and a base of 8 without: otherwise it would read as another NIT.
 */
const CHECK_DIGIT_BY_LENGTH: Readonly<Record<number, 'absent' | 'last'>> = {
  8: 'absent',
  9: 'absent',
  10: 'last',
  11: 'last',
};

/** The digit that DIAN derives from the base of a NIT. `base`: 8 to 10 digits. */
export function nitCheckDigit(base: string): string {
  const sum = Array.from(base)
    .toReversed()
    .reduce((total, digit, place) => total + Number(digit) * (WEIGHTS[place] ?? 0), 0);
  const remainder = sum % 11;
  return String(remainder < 2 ? remainder : 11 - remainder);
}

/** Base and check digit (undefined where none was written, right or wrong where one was), or undefined for what is no NIT. */
export function readNit(nit: string): { base: string; checkDigit?: string } | undefined {
  const place = /^\d+$/.test(nit) ? CHECK_DIGIT_BY_LENGTH[nit.length] : undefined;
  if (!place) return undefined;
  return place === 'absent' ? { base: nit } : { base: nit.slice(0, -1), checkDigit: nit.slice(-1) };
}

/** A NIT as its base alone. @throws RangeError for what is no NIT; `checkCustomer` refuses that before. */
export function nitWithoutCheckDigit(nit: string): string {
  return mustRead(nit).base;
}

/** A NIT as its base and its check digit. @throws RangeError for what is no NIT; `checkCustomer` refuses that before. */
export function nitWithCheckDigit(nit: string): string {
  const { base } = mustRead(nit);
  return `${base}${nitCheckDigit(base)}`;
}

function mustRead(nit: string): { base: string } {
  const read = readNit(nit);
  if (!read) throw new RangeError('not a NIT: it has 8 to 11 digits');
  return read;
}
