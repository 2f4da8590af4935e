import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readTime } from './read-times.js';
import { UnreadableCell } from './unreadable.js';

const at = (text: string) => readTime(text, '-05:00').toISOString();

describe('a time', () => {
  it('is the same with a blank as with the T of programs', () => {
    const noInvalidDate = { noInvalidDate: true, min: new Date('2000-01-02'), max: new Date('2099-12-30') };
    fc.assert(
      fc.property(fc.date(noInvalidDate), fc.constantFrom('Z', '-05:00', '+15:59', '-00:30'), (date, offset) => {
        const iso = `${date.toISOString().slice(0, -1)}${offset}`;
        expect([at(iso), at(iso.replace('T', ' '))]).toEqual(Array(2).fill(new Date(iso).toISOString()));
      }),
    );
  });

  it.each([
    ['2026-11-20', '2026-11-20T05:00:00.000Z'],
    ['2026-11-20 10:00', '2026-11-20T15:00:00.000Z'],
    ['2026-11-20 10:00:01', '2026-11-20T15:00:01.000Z'],
    ['2026-11-20T10:00:01.123456Z', '2026-11-20T10:00:01.123Z'],
    ['2026-11-20T10:00:01+02:00', '2026-11-20T08:00:01.000Z'],
    ['2026-11-20 10:00:01 -0500', '2026-11-20T15:00:01.000Z'],
    ['2026-11-20 10:00:01 GMT-5', '2026-11-20T15:00:01.000Z'],
    ['2026-11-20 10:00:01 UTC', '2026-11-20T10:00:01.000Z'],
    ['29/11/2026', '2026-11-29T05:00:00.000Z'],
    ['29/11/2026 11:38', '2026-11-29T16:38:00.000Z'],
    ['29-11-2026 11:38:20', '2026-11-29T16:38:20.000Z'],
    ['29.11.2026 23:59:59', '2026-11-30T04:59:59.000Z'],
    ['2026/11/29 8:05', '2026-11-29T13:05:00.000Z'],
    ['1/2/2026', '2026-02-01T05:00:00.000Z'],
    ['03/04/2026', '2026-04-03T05:00:00.000Z'],
    ['29/11/2026 11:38 a. m.', '2026-11-29T16:38:00.000Z'],
    ['29/11/2026, 11:38:20\u202fp.\u00a0m.', '2026-11-30T04:38:20.000Z'],
    ['29/11/2026 12:00 a. m.', '2026-11-29T05:00:00.000Z'],
    ['29/11/2026 12:30 PM', '2026-11-29T17:30:00.000Z'],
    ['29/11/2026 12:00 m.', '2026-11-29T17:00:00.000Z'],
    ['29-nov-2026 01:02 pm', '2026-11-29T18:02:00.000Z'],
    ['29-nov.-2026', '2026-11-29T05:00:00.000Z'],
    ['29 de noviembre de 2026', '2026-11-29T05:00:00.000Z'],
    ['1 ago 2026', '2026-08-01T05:00:00.000Z'],
    ['5-Jan-2026', '2026-01-05T05:00:00.000Z'],
  ])('%s is read, the day first, in the offset that it has or in that of the mapping', (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it.each([
    ['11/29/2026', /month before the day, and in Colombia the day is first/],
    ['4/13/2026 10:00', /month before the day/],
    ['29/11/26', /year of two digits/],
    ['29-nov-26', /year of two digits/],
    ['29-nov.-26 10:00', /year of two digits/],
    ['29/11/0026', /must be a date or a time/],
    ['01/01/1900', /must be a date or a time/],
    ['0001-01-01', /must be a date or a time/],
    ['46355,4849', /as Excel keeps dates/],
    ...[
      ...['', 'yesterday', '1764000000', '2026-02-30', '30/02/2026', '2026-13-01', '31/13/2026', '13/13/2026'],
      ...['2026-11-20 25:00', '2026-11-20 10:60', '29/11/2026 13:05 p. m.', '29/11/2026 0:10 am', '29/11/2026 1:00 m.'],
      ...[
        '0000-01-01',
        '9999-12-31 23:00',
        '29/11-2026',
        '2026-29-11',
        '29/11/20261',
        '29/11/2026 hoy',
        '29 de foo de 2026',
      ],
      ...['2026-11-20 10:00:01 +99:00', '2026-11-20 10:00 -050', `29/11/2026${' '.repeat(100_000)}x`],
    ].map((text) => [text, /must be a date or a time/] as const),
  ] as const)('%p is refused with how to write it', (text, message) => {
    expect(() => at(text)).toThrow(UnreadableCell);
    expect(() => at(text)).toThrow(message);
  });

  it('is the same instant in any of the ways to write it', () => {
    const time = fc.date({ min: new Date('2000-01-02'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(time, fc.constantFrom('/', '-', '.'), fc.constantFrom(' ', ', ', 'T'), (instant, mark, between) => {
        const [day, clock] = new Date(instant.getTime() - 5 * 3_600_000).toISOString().slice(0, 19).split('T');
        const [y, m, d] = day!.split('-');
        const [h, rest] = [Number(clock!.slice(0, 2)), clock!.slice(2)];
        const half = `${h % 12 || 12}${rest} ${h < 12 ? 'a' : 'p'}. m.`;
        const expected = new Date(Math.floor(instant.getTime() / 1000) * 1000).toISOString();
        for (const date of [
          [y, m, d],
          [d, m, y],
        ].map((parts) => parts.join(mark)))
          for (const written of [clock!, half]) expect(at(`${date}${between}${written}`)).toBe(expected);
      }),
    );
  });
});
