import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AmountReader } from './read-amounts.js';
import { UnreadableCell } from './unreadable.js';

const pesos = { amountUnit: 'pesos' } as const;
const pesosWithPoint = { amountUnit: 'pesos', decimalSeparator: '.' } as const;
const pesosWithComma = { amountUnit: 'pesos', decimalSeparator: ',' } as const;
const cents = { amountUnit: 'cents' } as const;
const centsWithPoint = { amountUnit: 'cents', decimalSeparator: '.' } as const;

describe('an amount', () => {
  it.each([
    ['50000', pesosWithPoint, 5_000_000n],
    ['50000.5', pesosWithPoint, 5_000_050n],
    ['50,000.55', pesosWithPoint, 5_000_055n],
    ['1.234.567,89', pesosWithComma, 123_456_789n],
    ['1.234', pesosWithComma, 123_400n],
    ['-50000', pesosWithPoint, -5_000_000n],
    ['5000000', centsWithPoint, 5_000_000n],
    ['5000000.00', centsWithPoint, 5_000_000n],
    ['5,000,000', centsWithPoint, 5_000_000n],
    ['0', centsWithPoint, 0n],
    ['$201.000', pesos, 20_100_000n],
    ['$ 50.000,00', pesos, 5_000_000n],
    ['$50,000.00', pesos, 5_000_000n],
    ['50000,00', pesos, 5_000_000n],
    ['COP 50.000', pesos, 5_000_000n],
    ['COP$ 50.000', pesos, 5_000_000n],
    ['50.000 COP', pesos, 5_000_000n],
    ['$\u00a050.000,00', pesos, 5_000_000n],
    ['50\u202f000,00', pesos, 5_000_000n],
    ["1'234.567", pesos, 123_456_700n],
    ["$ 1'234.567,50", pesos, 123_456_750n],
    ['(50.000)', pesos, -5_000_000n],
    ['($ 50.000,00)', pesos, -5_000_000n],
    ['$ (50,000.00)', pesos, -5_000_000n],
    ['COP$(50.000)', pesos, -5_000_000n],
    ['-$ 50.000', pesos, -5_000_000n],
    ['$ -50.000', pesos, -5_000_000n],
    ['50.000-', pesos, -5_000_000n],
    ['−50.000', pesos, -5_000_000n],
    ['1.234.567', pesos, 123_456_700n],
    ['1,234,567', pesos, 123_456_700n],
    ['5.000.000', cents, 5_000_000n],
    ['$ 5.000.000,00', cents, 5_000_000n],
  ] as const)('%s is read exactly', (text, mapping, expected) => {
    expect(new AmountReader(mapping).read(text, 2)).toBe(expected);
  });

  it.each([
    // A peso and a fraction, or more than a thousand: unclear.
    ['1.234', pesosWithPoint],
    ['1,234', pesosWithComma],
    ['1,23', pesosWithPoint],
    ['12,34,567', pesosWithPoint],
    ['50000.555', pesosWithPoint],
    ['5000000.5', centsWithPoint],
    ['5e6', cents],
    ['+5', cents],
    ['', cents],
    ['.5', pesos],
    ['5.', pesos],
    ['٥', cents],
    ['5²', pesos],
    ['9'.repeat(17), cents],
    ['9'.repeat(16), pesos],
    ['50000.000', pesos],
    ['0.500', pesos],
    ['1.2345', pesos],
    ['1.234,567', pesos],
    ['1.234,50,00', pesos],
    ['1.23.456', pesos],
    ['50.00,00', pesos],
    ['5 0000', pesos],
    ['$', pesos],
    ['$$5', pesos],
    ['US$ 50', pesos],
    ['€ 50', pesos],
    ['-(50)', pesos],
    ['--50', pesos],
    ['-50-', pesos],
    ['(50', pesos],
    ['50)', pesos],
    [`5${' '.repeat(100_000)}5`, pesos],
    ['5 '.repeat(50_000), pesos],
    [`${'5'.repeat(100_000)}x`, pesos],
  ] as const)('%s is none', (text, mapping) => {
    expect(() => new AmountReader(mapping).read(text, 2)).toThrow(UnreadableCell);
  });

  it('in pesos is not an amount of another currency', () => {
    expect(() => new AmountReader(pesos).read('COP 50', 2, 'USD')).toThrow(UnreadableCell);
    expect(new AmountReader(pesos).read('$ 50', 2, 'USD')).toBe(5_000n);
  });

  it('has the decimals of its currency', () => {
    const read = (cell: string) => new AmountReader(pesos).read(cell, 2, 'CLP');
    expect(['$ 50.000', '50000,00'].map(read)).toEqual([50_000n, 50_000n]);
    expect(() => read('50000,50')).toThrow(UnreadableCell);
  });

  it('is read exactly, however it is written', () => {
    const written = fc.record({
      amount: fc.bigInt(0n, 10n ** 14n),
      group: fc.constantFrom('', 'mark', ' ', '\u00a0', "'"),
      decimal: fc.constantFrom('.' as const, ',' as const),
      before: fc.constantFrom('', '$', '$ ', 'COP ', '$\u00a0', 'COP$ '),
      minus: fc.constantFrom('', '-', '()', 'behind'),
      isSaid: fc.boolean(),
    });
    fc.assert(
      fc.property(written, ({ amount, group, decimal, before, minus, isSaid }) => {
        const mark = group === 'mark' ? (decimal === '.' ? ',' : '.') : group;
        const whole = String(amount / 100n).replace(/\B(?=(\d{3})+$)/g, mark);
        const plain = `${before}${whole}${decimal}${String(amount % 100n).padStart(2, '0')}`;
        const text = { '': plain, '-': `-${plain}`, '()': `(${plain})`, behind: `${plain}-` }[minus];
        const reader = new AmountReader({ amountUnit: 'pesos', ...(isSaid && { decimalSeparator: decimal }) });
        expect(reader.read(text, 2)).toBe(minus === '' ? amount : -amount);
      }),
    );
  });
});

describe('the amounts of a file', () => {
  const LINES = fc.array(
    fc.record({
      pesos: fc.integer({ min: 1, max: 100_000_000 }),
      hundredths: fc.integer({ min: 0, max: 99 }),
      isGrouped: fc.boolean(),
      hasDecimals: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  );

  it('count for what they are, whichever mark their writer uses and wherever in the file it shows', () => {
    fc.assert(
      fc.property(LINES, fc.constantFrom('.' as const, ',' as const), (lines, decimal) => {
        const reader = new AmountReader(pesos);
        const group = decimal === '.' ? ',' : '.';
        for (const [index, { pesos: whole, hundredths, isGrouped, hasDecimals }] of lines.entries()) {
          const digits = isGrouped ? String(whole).replace(/\B(?=(\d{3})+$)/g, group) : String(whole);
          const text = hasDecimals ? `${digits}${decimal}${String(hundredths).padStart(2, '0')}` : digits;
          expect(reader.read(text, index + 2)).toBe(BigInt(whole) * 100n + (hasDecimals ? BigInt(hundredths) : 0n));
        }
        expect(reader.wrong().lines).toEqual([]);
      }),
    );
  });

  it('are never a thousand times what a writer of three decimals meant, where any other line shows it', () => {
    const reader = new AmountReader(pesos);
    expect(reader.read('50.000', 2)).toBe(5_000_000n);
    expect(() => reader.read('1234.500', 3)).toThrow(UnreadableCell);
    expect(reader.read('7.5', 4)).toBe(750n);
    expect(reader.wrong().lines).toEqual([2]);
  });
});
