import { describe, expect, it } from '@jest/globals';
import { readTypedAmount } from './typed-amount.js';

describe('an amount that a payer types', () => {
  it.each([
    ['50000', 5_000_000n],
    ['50.000', 5_000_000n],
    ['$ 50.000', 5_000_000n],
    ['$\u00a01.250.000', 125_000_000n],
    ['50,000', 5_000_000n],
    ['50.000,00', 5_000_000n],
    ['1.250.000,0', 125_000_000n],
    ["1'250'000", 125_000_000n],
    [' 7 ', 700n],
  ])('is read: %s', (text, cents) => expect(readTypedAmount(text, 'COP')).toBe(cents));

  it.each(['', '   ', '$', 'cincuenta', '-5', '5e4', '0x10', '1.25.000', '50.0000', '9'.repeat(16), '５０'])(
    'is asked for again: %s',
    (text) => expect(readTypedAmount(text, 'COP')).toBe('MISSING'),
  );

  it.each(['50.000,50', '50000.5', '1,5', '12.34'])('has no cents: %s', (text) =>
    expect(readTypedAmount(text, 'COP')).toBe('NOT_WHOLE'),
  );
});
