import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromProviderAmount, readWholeAmount, toProviderAmount } from './money.js';

describe('provider amounts', () => {
  it('survive the way out and back in either unit', () => {
    const pesos = fc.bigInt({ min: 0n, max: 10n ** 14n });
    fc.assert(
      fc.property(pesos, fc.constantFrom('cents' as const, 'pesos' as const), (amount, unit) => {
        expect(fromProviderAmount(toProviderAmount(amount * 100n, unit), unit)).toBe(amount * 100n);
      }),
    );
  });

  it('refuses to round centavos away', () => {
    expect(() => toProviderAmount(150n, 'pesos')).toThrow(RangeError);
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
