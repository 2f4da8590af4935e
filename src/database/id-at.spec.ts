import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idAt } from './id-at.js';

const instants = fc.date({ min: new Date(0), max: new Date('2999-12-31'), noInvalidDate: true });
const msecsOf = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

describe('an id of an instant', () => {
  it('carries it, and so sorts as the instants do, whatever this process’ clock says', () => {
    fc.assert(
      fc.property(fc.uniqueArray(instants, { selector: Number }), (times) => {
        const ids = times.map(idAt);
        expect(ids.map(msecsOf)).toEqual(times.map(Number));
        const byTime = times.toSorted((one, other) => one.getTime() - other.getTime());
        expect(ids.toSorted().map(msecsOf)).toEqual(byTime.map(Number));
      }),
    );
  });

  it('is another one each time, in the order in which they were made', () => {
    const at = new Date('2026-11-29T12:00:00Z');
    const ids = Array.from({ length: 1_000 }, () => idAt(at));
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
