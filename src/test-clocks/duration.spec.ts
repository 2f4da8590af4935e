import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { durationOf, secondsOf } from './duration.js';

describe('a duration', () => {
  it.each([
    ['P3D', 259_200],
    ['PT72H', 259_200],
    ['P1W', 604_800],
    ['PT90S', 90],
    ['P1DT2H3M4S', 93_784],
    ['PT0S', 0],
  ])('%s is %d seconds', (text, seconds) => expect(secondsOf(text)).toBe(seconds));

  it.each(['', 'P', 'PT', 'P3', '3D', 'P1M', 'P1Y', 'P1DT', 'P-1D', 'PT1.5S', 'p3d', 'P3D ', 'PT1M1H', 'P9999999D'])(
    'is not "%s"',
    (text) => expect(secondsOf(text)).toBeUndefined(),
  );

  it('is written so that it is read as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * 86_400 }), (seconds) => secondsOf(durationOf(seconds)) === seconds),
    );
  });

  it('is written in days, hours, minutes and seconds, without what is zero', () => {
    expect([0, 60, 259_200, 93_784].map(durationOf)).toEqual(['PT0S', 'PT1M', 'P3D', 'P1DT2H3M4S']);
  });
});
