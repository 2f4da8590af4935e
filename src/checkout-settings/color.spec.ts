import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contrastOf, DEFAULT_COLOR, PAGE_COLOR, READABLE_CONTRAST, readableColors } from './color.js';

const color = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

describe('the contrast of two colours', () => {
  // As https://webaim.org/resources/contrastchecker/ has them.
  it.each([
    ['#000000', '#ffffff', 21],
    ['#ffffff', '#ffffff', 1],
    ['#777777', '#ffffff', 4.48],
    ['#ff0000', '#ffffff', 4],
    ['#0000ff', '#ffffff', 8.59],
    ['#ffff00', '#ffffff', 1.07],
  ])('of %s and %s is %d, whichever comes first', (one, other, expected) => {
    expect(contrastOf(one, other)).toBeCloseTo(expected, 1);
    expect(contrastOf(other, one)).toBe(contrastOf(one, other));
  });
});

describe('what a page makes of a colour', () => {
  it('can be read, whatever the colour is', () => {
    fc.assert(
      fc.property(color, (given) => {
        const { textOnColor, linkColor } = readableColors(given);
        expect(contrastOf(textOnColor, given)).toBeGreaterThanOrEqual(READABLE_CONTRAST);
        expect(contrastOf(linkColor, PAGE_COLOR)).toBeGreaterThanOrEqual(READABLE_CONTRAST);
        expect(linkColor).toMatch(/^#[0-9a-f]{6}$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the colour itself where that can be read, and otherwise one of the same hue', () => {
    expect(readableColors(DEFAULT_COLOR).linkColor).toBe(DEFAULT_COLOR);
    const { linkColor } = readableColors('#ffd200');
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(linkColor.slice(at, at + 2), 16));
    expect([red! > green!, green! > blue!, blue]).toEqual([true, true, 0]);
    expect(red! / green!).toBeCloseTo(0xff / 0xd2, 1);
  });
});
