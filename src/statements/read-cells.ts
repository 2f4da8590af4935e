import { type AmountUnit, hasFourDigitYear, type StatementMapping } from '@recaudo/payment-provider';

/** How the cells of a statement are read: strictly, and never into something that was not said. */

const CENTS_PER_PESO = 100n;
/** More is no payment, but another column. */
const AMOUNT_MAX_IN_CENTS = 10n ** 15n;

const AMOUNTS = {
  '.': /^(-?)(\d{1,3}(?:,\d{3})+|\d{1,16})(?:\.(\d{1,2}))?$/,
  ',': /^(-?)(\d{1,3}(?:\.\d{3})+|\d{1,16})(?:,(\d{1,2}))?$/,
} as const;

/** In cents. Thousands may be set apart; a fraction has two digits at most, so that `1.234` is never taken for one and a bit. */
export function readAmount(
  text: string,
  { decimalSeparator, amountUnit }: Pick<StatementMapping, 'decimalSeparator' | 'amountUnit'>,
): bigint | undefined {
  const [, sign, whole, fraction = ''] = AMOUNTS[decimalSeparator].exec(text) ?? [];
  if (whole === undefined) return undefined;
  const units = BigInt(whole.replace(/[.,]/g, ''));
  const hundredths = BigInt(fraction.padEnd(2, '0'));
  const cents = IN_CENTS[amountUnit](units, hundredths);
  if (cents === undefined || cents > AMOUNT_MAX_IN_CENTS) return undefined;
  return sign ? -cents : cents;
}

const IN_CENTS: Readonly<Record<AmountUnit, (units: bigint, hundredths: bigint) => bigint | undefined>> = {
  cents: (units, hundredths) => (hundredths === 0n ? units : undefined),
  pesos: (units, hundredths) => units * CENTS_PER_PESO + hundredths,
};

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)? ?(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/;

/** A date or a time, with its offset or in that of the mapping. */
export function readTime(text: string, utcOffset: string): Date | undefined {
  const [, day, minutes = '00:00', seconds = '00', fraction = '', offset = utcOffset] = TIME.exec(text) ?? [];
  if (!day) return undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  // The 30th of February is the 2nd of March to a Date, and no time to us.
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return undefined;
  const time = new Date(`${day}T${minutes}:${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${isoOffset(offset)}`);
  return hasFourDigitYear(time) ? time : undefined;
}

function isoOffset(offset: string): string {
  if (offset === 'Z' || offset === 'UTC') return 'Z';
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0');
  return `${offset[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}
