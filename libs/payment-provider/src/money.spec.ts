import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CURRENCIES,
  formatAmount,
  fromProviderAmount,
  isWholeUnits,
  parseAmount,
  readWholeAmount,
  toProviderAmount,
  unitInCents,
} from './money.js';

describe('an amount of a currency', () => {
  it.each([...CURRENCIES, 'CLP'])('in %s is read as it was written, and is exact', (currency) => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), (amount) => {
        expect(parseAmount(formatAmount(amount, currency), currency)).toBe(amount);
        expect(isWholeUnits(amount * unitInCents(currency), currency)).toBe(true);
      }),
    );
  });

  it('is written in units with all decimals', () => {
    expect([5_000_050n, 5n, 0n, -5n].map((amount) => formatAmount(amount, 'COP'))).toEqual([
      '50000.50',
      '0.05',
      '0.00',
      '-0.05',
    ]);
    expect(isWholeUnits(5_000_050n, 'COP')).toBe(false);
  });

  it('is read with as many decimals as the currency has, or fewer', () => {
    expect(['50000', '50000.5', '50000.50', '0.05'].map((text) => parseAmount(text, 'COP'))).toEqual([
      5_000_000n,
      5_000_050n,
      5_000_050n,
      5n,
    ]);
    for (const text of ['', '.5', '5.', '0.005', '1.000', '-1', '+1', ' 1', '1e3', '1,5', '0x10', '1'.repeat(17)])
      expect(parseAmount(text, 'COP')).toBeUndefined();
  });

  it('has no decimals where its currency has none', () => {
    expect(unitInCents('CLP')).toBe(1n);
    expect([50_000n, 5n, 0n, -5n].map((amount) => formatAmount(amount, 'CLP'))).toEqual(['50000', '5', '0', '-5']);
    expect(['50000', '5'].map((text) => parseAmount(text, 'CLP'))).toEqual([50_000n, 5n]);
    for (const text of ['50000.0', '50000.5', '50000.50']) expect(parseAmount(text, 'CLP')).toBeUndefined();
    expect(isWholeUnits(5n, 'CLP')).toBe(true);
  });
});

describe('provider amounts', () => {
  it('survive the way out and back in either unit', () => {
    const pesos = fc.bigInt({ min: 0n, max: 10n ** 14n });
    fc.assert(
      fc.property(
        pesos,
        fc.constantFrom('cents' as const, 'pesos' as const),
        fc.constantFrom('COP', 'CLP'),
        (units, unit, currency) => {
          const amount = units * unitInCents(currency);
          expect(fromProviderAmount(toProviderAmount(amount, unit, currency), unit, currency)).toBe(amount);
        },
      ),
    );
  });

  it('are as large as the decimals of their currency say', () => {
    expect([toProviderAmount(500n, 'pesos', 'COP'), fromProviderAmount(5n, 'pesos', 'COP')]).toEqual([5n, 500n]);
    expect([toProviderAmount(500n, 'pesos', 'CLP'), fromProviderAmount(5n, 'pesos', 'CLP')]).toEqual([500n, 5n]);
  });

  it('refuses to round centavos away', () => {
    expect(() => toProviderAmount(150n, 'pesos', 'COP')).toThrow(RangeError);
  });

  it.each([
    1.5,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    '',
    '1.0',
    '1e3',
    '-1',
    ' 1',
    null,
    undefined,
    true,
    [],
    {},
  ])('reads nothing from %p', (value) => expect(readWholeAmount(value)).toBeUndefined());

  it('reads whole numbers and strings of digits', () => {
    expect(readWholeAmount(5000)).toBe(5000n);
    expect(readWholeAmount('5000')).toBe(5000n);
  });
});
