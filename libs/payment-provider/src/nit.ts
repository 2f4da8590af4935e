import type { PERSON_TYPES } from './order.js';

/** Weights from the last digit of the base to the first: DIAN, Orden Administrativa 4 of 1989. */
const WEIGHTS = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43];

/** A person's NIT is their cédula, 3 to 8 or 10 digits; a company's has 9. */
const BASE_DIGITS_MIN = 3;
const BASE_DIGITS_MAX = 10;
/** Cédulas of ten digits are numbered from 1,000,000,000 on, and are far from 2,000,000,000. */
const TEN_DIGIT_CEDULA = /^1\d{9}$/;
/** Companies are numbered from 800,000,000 on. */
const COMPANY_BASE = /^[89]\d{8}$/;

/** What a written NIT says, or why it cannot be read, in words for who wrote it. */
export type NitReading = { base: string; checkDigit: string } | NitFault;
export interface NitFault {
  fault: string;
  code: 'NIT_FORM' | 'NIT_AMBIGUOUS' | 'NIT_CHECK_DIGIT';
}

/** The digit that DIAN derives from the base of a NIT. `base`: at most 10 digits. */
export function nitCheckDigit(base: string): string {
  const sum = Array.from(base)
    .toReversed()
    .reduce((total, digit, place) => total + Number(digit) * (WEIGHTS[place] ?? 0), 0);
  const remainder = sum % 11;
  return String(remainder < 2 ? remainder : 11 - remainder);
}

/**
 * A NIT as Colombians write it, e.g. `860.002.964-4`, without what is only printed: its digits, and a hyphen before the check digit where
 * that was set apart, by any dash, or by a dot or blank behind a group of three digits.
 */
export function canonicalNit(written: string): string {
  const text = written
    .replaceAll(/[\p{Pd}\u2212]/gu, '-')
    .replaceAll(/[.\s]+/gu, ' ')
    .trim();
  const isSetApart = /-\s?\d$/u.test(text) || /\d{3} \d$/u.test(text);
  const characters = text.replaceAll(/[-\s]/gu, '');
  return isSetApart ? `${characters.slice(0, -1)}-${characters.slice(-1)}` : characters;
}

/**
 * Reads a canonical NIT. What stands behind a hyphen is its check digit. Without one, the last digit may be the check digit or belong to the
 * base: where both can be, nothing is guessed. Zeros before it count for nothing, in the check digit neither. Only a company (`JURIDICA`) cannot have a person's number.
 */
export function readNit(nit: string, personType?: (typeof PERSON_TYPES)[number]): NitReading {
  const [, digits = '', checkDigit] = /^(\d+)(?:-(\d))?$/.exec(nit) ?? [];
  const base = digits.replace(/^0+(?=\d)/, '');
  if (checkDigit !== undefined && isBase(base)) return withCheckDigit(base, checkDigit);
  if (base === '' || checkDigit !== undefined || base.length > BASE_DIGITS_MAX + 1) return NO_NIT;
  const bases = [base, base.slice(0, -1)].filter(
    (candidate) =>
      isBase(candidate) && (candidate === base ? isWholeBase(base) : base.endsWith(nitCheckDigit(candidate))),
  );
  const companies = bases.filter((candidate) => COMPANY_BASE.test(candidate));
  const [only, another] = personType === 'JURIDICA' && companies.length > 0 ? companies : bases;
  if (only !== undefined && another === undefined) return { base: only, checkDigit: nitCheckDigit(only) };
  if (another !== undefined) return AMBIGUOUS;
  return base.length < BASE_DIGITS_MIN ? NO_NIT : withCheckDigit(base.slice(0, -1), base.slice(-1));
}

const NO_NIT: NitFault = {
  code: 'NIT_FORM',
  fault: 'a NIT has at most 10 digits, and then its check digit behind a hyphen, e.g. 860002964-4',
};
const AMBIGUOUS: NitFault = {
  code: 'NIT_AMBIGUOUS',
  fault:
    'the last digit of this NIT may be its check digit or belong to its number: write the check digit behind a hyphen, e.g. 860002964-4',
};

function isBase(digits: string): boolean {
  return digits.length >= BASE_DIGITS_MIN && digits.length <= BASE_DIGITS_MAX;
}

/** Whether digits can be a base without a check digit. */
function isWholeBase(digits: string): boolean {
  return digits.length < BASE_DIGITS_MAX || TEN_DIGIT_CEDULA.test(digits);
}

function withCheckDigit(base: string, checkDigit: string): NitReading {
  const expected = nitCheckDigit(base);
  if (checkDigit === expected) return { base, checkDigit };
  return {
    code: 'NIT_CHECK_DIGIT',
    fault: `the check digit, which is the last digit of this NIT, is wrong: it should be ${expected}`,
  };
}
