import { expect, it } from '@jest/globals';
import { moneyText, typedAmount } from './money-text.js';

it.each([
  [5_000_000n, '$\u00a050.000', '$50,000', '50000'],
  [100n, '$\u00a01', '$1', '1'],
  [123_456_789n, '$\u00a01.234.567,89', '$1,234,567.89', '1234567.89'],
  [900_719_925_474_099_300n, '$\u00a09.007.199.254.740.993', '$9,007,199,254,740,993', '9007199254740993'],
])('writes %p cents exactly, as it is read and as it is typed', (cents, spanish, english, typed) => {
  expect([moneyText(cents, 'COP', 'es'), moneyText(cents, 'COP', 'en'), typedAmount(cents, 'COP')]).toEqual([
    spanish,
    english,
    typed,
  ]);
});
