import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isInstant } from './is-instant.js';

describe('an instant', () => {
  it.each([
    '2024-05-31',
    '0001-01-01',
    '9999-12-31',
    '2024-02-29T24:00:00Z',
    '2024-05-31T10:00Z',
    '2024-05-31T10:00:00.123456789-05:00',
    '2024-05-31T10:00:00+15:59',
    '2024-05-31T10:00:00-15:59',
    '2024-05-31T10:00:00-00:00',
  ])('is %s', (text) => expect(isInstant(text)).toBe(true));

  it.each([
    '0000-01-01',
    '2024-02-30',
    '2023-02-29T10:00:00Z',
    '2024-05-31T10:00:00',
    '2024-05-31T10:00:60Z',
    '2024-05-31T24:00:01Z',
    '2024-05-31T10:00:00+16:00',
    '2024-05-31T10:00:00-23:59',
    '2024-05-31T10:00:00+99:99',
    '2024-05-31T10:00:00+05:60',
    // A year that is written in bounds and is none of them in UTC, and the other way round.
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-05:00',
    '0000-12-31T23:00:00-05:00',
    '2024-05-31 10:00:00Z',
    `2024-05-31T10:00:00.${'1'.repeat(10)}Z`,
    20240531,
    undefined,
  ])('is not %p', (text) => expect(isInstant(text)).toBe(false));

  it('with any offset of the clock is refused or taken alike with and without fractions', () => {
    const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
    fc.assert(
      fc.property(fc.constantFrom('+', '-'), two(99), two(99), (sign, hours, minutes) => {
        const offset = `${sign}${hours}:${minutes}`;
        const taken = Number(hours) <= 15 && Number(minutes) <= 59;
        expect(isInstant(`2024-05-31T10:00:00${offset}`)).toBe(taken);
        expect(isInstant(`2024-05-31T10:00:00.5${offset}`)).toBe(taken);
      }),
    );
  });
});
