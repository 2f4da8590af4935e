import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFrom, readTo } from './period.js';

/** Computed from the zone's own data, which the product does not use here. */
const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Bogota', dateStyle: 'short' });

const DAY = '2026-11-29';
const isInside = (time: Date, day: string) => time >= readFrom(day)! && time < readTo(day)!;

describe('a date', () => {
  it.each([
    ['2026-11-29T00:00:00.000-05:00', true],
    ['2026-11-29T18:59:00.000-05:00', true],
    ['2026-11-29T19:00:00.000-05:00', true],
    ['2026-11-29T23:59:59.999-05:00', true],
    ['2026-11-28T23:59:59.999-05:00', false],
    ['2026-11-30T00:00:00.000-05:00', false],
  ])('is a whole Colombian day, from its first instant to its last: %s', (time, belongs) => {
    expect(isInside(new Date(time), DAY)).toBe(belongs);
  });

  it('has in it exactly the instants that the zone gives that date', () => {
    const time = fc.date({ min: new Date('1994-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(time, fc.integer({ min: -1, max: 1 }), (at, shift) => {
        const day = new Date(at.getTime() + shift * 86_400_000).toISOString().slice(0, 10);
        expect(isInside(at, day)).toBe(calendar.format(at) === day);
      }),
    );
  });

  it('follows on the one before it without a gap, and stays in the years that can be written', () => {
    expect(readTo('2026-11-29')).toEqual(readFrom('2026-11-30'));
    expect(readTo('2028-02-28')).toEqual(readFrom('2028-02-29'));
    expect(readFrom('0001-01-01')?.toISOString()).toBe('0001-01-01T05:00:00.000Z');
    expect(readTo('9999-12-31')?.toISOString()).toBe('9999-12-31T23:59:59.999Z');
  });
});

describe('a time', () => {
  it('is the instant that it says', () => {
    for (const read of [readFrom, readTo]) {
      expect(read('2026-11-29T10:00:00Z')?.toISOString()).toBe('2026-11-29T10:00:00.000Z');
      expect(read('2026-11-29T10:00-05:00')?.toISOString()).toBe('2026-11-29T15:00:00.000Z');
    }
  });

  it.each([
    '2024-02-29T24:00:00Z',
    '2024-05-31T10:00Z',
    '2024-05-31T10:00:00.123456789-05:00',
    '2024-05-31T10:00:00+15:59',
    '2024-05-31T10:00:00-15:59',
    '2024-05-31T10:00:00-00:00',
  ])('%s is one', (text) => {
    expect([readFrom(text), readTo(text)]).toEqual([new Date(text), new Date(text)]);
  });

  it.each([
    '',
    '29/11/2026',
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
  ])('or a date that is none of that is refused: "%s"', (text) => {
    expect([readFrom(text), readTo(text)]).toEqual([undefined, undefined]);
  });

  it('has an offset of up to 15:59, with and without fractions', () => {
    const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
    fc.assert(
      fc.property(fc.constantFrom('+', '-'), two(99), two(99), (sign, hours, minutes) => {
        const offset = `${sign}${hours}:${minutes}`;
        const taken = Number(hours) <= 15 && Number(minutes) <= 59;
        for (const fraction of ['', '.5'])
          expect(readFrom(`2024-05-31T10:00:00${fraction}${offset}`) !== undefined).toBe(taken);
      }),
    );
  });
});
