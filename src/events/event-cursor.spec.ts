import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Problem } from '../http/problem.js';
import { eventCursorOf, eventPlaceOf } from './event-cursor.js';

const places = fc.record({
  position: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  subjectId: fc.uuid(),
  sequence: fc.nat(2 ** 31 - 1),
});

describe('a cursor of events', () => {
  it('is read as it was written, whatever the place', () => {
    fc.assert(fc.property(places, (place) => expect(eventPlaceOf(eventCursorOf(place))).toEqual(place)));
  });

  it('that was cut, lengthened or changed in any character is refused', () => {
    fc.assert(
      fc.property(places, fc.nat(43), fc.constantFrom('A', 'b', '-', '_', '7'), (place, at, other) => {
        const cursor = eventCursorOf(place);
        expect(cursor).toHaveLength(44);
        const changed = cursor.slice(0, at) + other + cursor.slice(at + 1);
        for (const damaged of [cursor.slice(0, at), cursor + other, ...(changed === cursor ? [] : [changed])])
          expect(() => eventPlaceOf(damaged)).toThrow(Problem);
      }),
    );
  });
});
