import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Admission } from './admission.js';

/** One share alone has two of them. */
const LONG = { workingMax: 4, waitingMax: 4, waitMs: 60_000 };

/** What became of one that entered. */
function entering(admission: Admission, share: string): { outcome?: boolean } {
  const seen: { outcome?: boolean } = {};
  void admission.enter(share).then((outcome) => (seen.outcome = outcome));
  return seen;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('admission', () => {
  it('admits up to its limits, to work and to wait, and refuses the others at once', async () => {
    const admission = new Admission(LONG);
    const all = Array.from({ length: 8 }, () => entering(admission, 'a'));
    await settled();
    expect(all.map(({ outcome }) => outcome)).toEqual([
      true,
      true,
      undefined,
      undefined,
      undefined,
      undefined,
      false,
      false,
    ]);
    expect(admission.isFull('a')).toBe(true);
    admission.leave('a');
    await settled();
    expect(all[2]!.outcome).toBe(true);
    expect(admission.isFull('a')).toBe(false);
  });

  it('gives the next turn to the share that has the fewest, and room in a full queue at the cost of the longest', async () => {
    const admission = new Admission(LONG);
    const flood = Array.from({ length: 6 }, () => entering(admission, 'flood'));
    const others = [entering(admission, 'one'), entering(admission, 'two')];
    await settled();
    // Whatever the flood does, and however long, others come in.
    expect(others.map(({ outcome }) => outcome)).toEqual([true, true]);
    expect([admission.isFull('flood'), admission.isFull('quiet')]).toEqual([true, false]);
    const quiet = entering(admission, 'quiet');
    await settled();
    expect(flood.map(({ outcome }) => outcome)).toEqual([true, true, undefined, undefined, undefined, false]);
    admission.leave('flood');
    await settled();
    expect([quiet.outcome, flood[2]!.outcome]).toEqual([true, undefined]);
  });

  it('lets nobody wait for longer than its limit', async () => {
    const admission = new Admission({ ...LONG, workingMax: 1, waitMs: 10 });
    expect(await admission.enter('a')).toBe(true);
    expect(await admission.enter('a')).toBe(false);
    admission.leave('a');
    expect(await admission.enter('a')).toBe(true);
  });

  it('refuses at once who would wait for longer than its limit, at the recent pace', async () => {
    let now = 0;
    const admission = new Admission({ workingMax: 4, waitingMax: 100, waitMs: 100 }, () => now);
    const waiting = Array.from({ length: 40 }, () => entering(admission, 'a'));
    await settled();
    expect(waiting.filter(({ outcome }) => outcome === false)).toEqual([]);
    // A turn ends each 20 ms: of those that come now, five would get theirs in time.
    for (let turns = 0; turns < 38; turns += 1) {
      now += 20;
      admission.leave('a');
      await settled();
    }
    expect(waiting.every(({ outcome }) => outcome === true)).toBe(true);
    const late = Array.from({ length: 20 }, () => entering(admission, 'a'));
    await settled();
    expect(late.filter(({ outcome }) => outcome === undefined)).toHaveLength(6);
    expect(late.filter(({ outcome }) => outcome === false)).toHaveLength(14);
    for (let turns = 0; turns < 8; turns += 1) {
      admission.leave('a');
      await settled();
    }
  });

  it('answers everybody, never exceeds its limit, and is empty in the end, whatever the order', async () => {
    const shares = fc.constantFrom('a', 'b', 'c');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(shares, fc.constant(undefined)), { maxLength: 60 }), async (steps) => {
        const admission = new Admission(LONG);
        const entered: { share: string; seen: { outcome?: boolean }; left?: boolean }[] = [];
        const working = () => entered.filter(({ seen, left }) => seen.outcome === true && !left);
        const leaveOne = () => {
          const one = working()[0];
          if (!one) return;
          one.left = true;
          admission.leave(one.share);
        };
        for (const share of steps) {
          if (share) entered.push({ share, seen: entering(admission, share) });
          else leaveOne();
          await settled();
          expect(working().length).toBeLessThanOrEqual(LONG.workingMax);
        }
        while (working().length > 0) {
          leaveOne();
          await settled();
        }
        expect(entered.filter(({ seen }) => seen.outcome === undefined)).toEqual([]);
        // As good as new.
        const again = Array.from({ length: 3 }, () => entering(admission, 'a'));
        await settled();
        expect(again.map(({ outcome }) => outcome)).toEqual([true, true, undefined]);
        admission.leave('a');
        await settled();
      }),
      { numRuns: 50 },
    );
  });
});
