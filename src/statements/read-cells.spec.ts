import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAmount, readTime } from './read-cells.js';

const pesos = { amountUnit: 'pesos', decimalSeparator: '.' } as const;
const pesosWithComma = { amountUnit: 'pesos', decimalSeparator: ',' } as const;
const cents = { amountUnit: 'cents', decimalSeparator: '.' } as const;

describe('an amount', () => {
  it.each([
    ['50000', pesos, 5_000_000n],
    ['50000.5', pesos, 5_000_050n],
    ['50,000.55', pesos, 5_000_055n],
    ['1.234.567,89', pesosWithComma, 123_456_789n],
    ['1.234', pesosWithComma, 123_400n],
    ['-50000', pesos, -5_000_000n],
    ['5000000', cents, 5_000_000n],
    ['5000000.00', cents, 5_000_000n],
    ['5,000,000', cents, 5_000_000n],
    ['0', cents, 0n],
  ] as const)('%s is read exactly', (text, mapping, expected) => {
    expect(readAmount(text, mapping)).toBe(expected);
  });

  it.each([
    // A peso and a bit, or a thousand and more: nobody can say.
    ['1.234', pesos],
    ['1,234', pesosWithComma],
    ['1,23', pesos],
    ['12,34,567', pesos],
    ['50000.555', pesos],
    ['5000000.5', cents],
    ['5e6', cents],
    ['+5', cents],
    ['$50000', pesos],
    ['50 000', pesos],
    ['', cents],
    ['.5', pesos],
    ['5.', pesos],
    ['٥', cents],
    ['9'.repeat(17), cents],
    ['9'.repeat(16), pesos],
  ] as const)('%s is none', (text, mapping) => {
    expect(readAmount(text, mapping)).toBeUndefined();
  });

  it('comes back as it was, however it is written', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10n ** 14n),
        fc.boolean(),
        fc.constantFrom('.', ','),
        (amount, grouped, decimalSeparator) => {
          const group = decimalSeparator === '.' ? ',' : '.';
          const whole = String(amount / 100n);
          const written = grouped ? whole.replace(/\B(?=(\d{3})+$)/g, group) : whole;
          const text = `${written}${decimalSeparator}${String(amount % 100n).padStart(2, '0')}`;
          expect(readAmount(text, { amountUnit: 'pesos', decimalSeparator })).toBe(amount);
        },
      ),
    );
  });
});

describe('a time', () => {
  it.each([
    ['2026-11-20', '2026-11-20T05:00:00.000Z'],
    ['2026-11-20 10:00', '2026-11-20T15:00:00.000Z'],
    ['2026-11-20 10:00:01', '2026-11-20T15:00:01.000Z'],
    ['2026-11-20T10:00:01.123456Z', '2026-11-20T10:00:01.123Z'],
    ['2026-11-20T10:00:01+02:00', '2026-11-20T08:00:01.000Z'],
    ['2026-11-20 10:00:01 -0500', '2026-11-20T15:00:01.000Z'],
    ['2026-11-20 10:00:01 UTC', '2026-11-20T10:00:01.000Z'],
  ])('%s is read in the offset that it has, or in that of the mapping', (text, expected) => {
    expect(readTime(text, '-05:00')?.toISOString()).toBe(expected);
  });

  it.each([
    '',
    '20/11/2026',
    '2026-02-30',
    '2026-13-01',
    '2026-11-20 25:00',
    '0000-01-01',
    '9999-12-31 23:00',
    'yesterday',
    '1764000000',
  ])('%s is none', (text) => {
    expect(readTime(text, '-05:00')).toBeUndefined();
  });
});
