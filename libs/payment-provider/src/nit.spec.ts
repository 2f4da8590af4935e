import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nitCheckDigit, nitWithCheckDigit, nitWithoutCheckDigit, readNit } from './nit.js';

const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`));
/** Bases whose check digit can be written behind them and read back. */
const base = fc.oneof(digits(9), digits(10));

describe('the check digit of a NIT', () => {
  // Published examples of providers and of the rule itself; the last three reach each of its branches.
  it.each([
    ['800191045', '1'],
    ['901458652', '7'],
    ['800173557', '4'],
    ['41261533', '2'],
    ['890903938', '8'],
    ['890903937', '0'],
    ['899999068', '1'],
  ])('of %s is %s', (nit, expected) => {
    expect(nitCheckDigit(nit)).toBe(expected);
  });

  it('survives the way out and back', () => {
    fc.assert(
      fc.property(base, (nit) => {
        // Ten digits read as nine and a check digit, so a base of ten is only ever written with its own.
        const whole = nit.length === 10 ? `${nit}${nitCheckDigit(nit)}` : nitWithCheckDigit(nit);
        expect(nitWithoutCheckDigit(whole)).toBe(nit);
        expect(nitWithCheckDigit(whole)).toBe(whole);
      }),
    );
  });

  it('tells a mistyped digit and two swapped neighbours', () => {
    fc.assert(
      fc.property(digits(9), fc.nat(8), fc.integer({ min: 1, max: 9 }), (nit, place, shift) => {
        const other = (Number(nit[place]) + shift) % 10;
        const mistyped = `${nit.slice(0, place)}${other}${nit.slice(place + 1)}`;
        // A remainder of 1 and one of 10 share the digit 1: the only mistakes that the rule itself lets through.
        fc.pre(nitCheckDigit(nit) !== '1');
        expect(nitCheckDigit(mistyped)).not.toBe(nitCheckDigit(nit));
      }),
    );
  });
});

describe('a written NIT', () => {
  it.each([
    ['41261533', '41261533', undefined],
    ['901458652', '901458652', undefined],
    ['9014586527', '901458652', '7'],
    ['10123456781', '1012345678', '1'],
  ])('of the digits %s has the base %s and the check digit %s', (nit, readBase, checkDigit) => {
    expect(readNit(nit)).toEqual(checkDigit ? { base: readBase, checkDigit } : { base: readBase });
  });

  it.each(['', '1234567', '123456789012', '90145865a', '901.458.652', '９０１４５８６５２', '-90145865'])(
    'is not %p',
    (nit) => {
      expect(readNit(nit)).toBeUndefined();
      expect(() => nitWithCheckDigit(nit)).toThrow(RangeError);
      expect(() => nitWithoutCheckDigit(nit)).toThrow(RangeError);
    },
  );
});
