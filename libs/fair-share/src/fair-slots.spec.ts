import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FairSlots, type ReleaseSlot, NoSlot } from './fair-slots.js';
import { NOBODY, onBehalfOf, presentShare } from './share.js';

const PATIENT = new AbortController().signal;

/** Slots whose takers hold them until they leave by command, in the order in which they began. */
function contest(slots: number, queuedMax: number) {
  const fair = new FairSlots(slots, queuedMax);
  const began: { share: string; leave: ReleaseSlot }[] = [];
  const refused: string[] = [];
  const take = async (share: string, patience = PATIENT): Promise<void> => {
    await fair.take(share, patience).then(
      (leave) => void began.push({ share, leave }),
      (error: unknown) => {
        if (!(error instanceof NoSlot)) throw error;
        refused.push(`${share} ${error.reason}`);
      },
    );
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { fair, began, refused, take, settle, sharesThatBegan: () => began.map(({ share }) => share) };
}

describe('slots that are shared', () => {
  it.each([
    [1, 1],
    [2, 1],
    [20, 10],
    [64, 32],
    [65, 33],
  ])('of %p leave somebody alone %p, and one at least to whoever comes next', async (slots, alone) => {
    const { began, take, settle, fair } = contest(slots, 1_000);
    for (let count = 0; count < 200; count += 1) void take('greedy');
    await settle();
    expect([began.length, fair.taken, fair.waiting]).toEqual([alone, alone, 200 - alone]);
    if (slots === 1) return;
    void take('quiet');
    await settle();
    expect(began.at(-1)!.share).toBe('quiet');
  });

  it('come, when they become free, to those that hold the fewest, in turns', async () => {
    const { began, take, settle, sharesThatBegan } = contest(2, 1_000);
    for (let count = 0; count < 9; count += 1) void take('a');
    for (let count = 0; count < 3; count += 1) void take('b');
    void take('c');
    await settle();
    expect(sharesThatBegan()).toEqual(['a', 'b']);
    for (let turn = 0; turn < 11; turn += 1) {
      began[turn]!.leave();
      await settle();
    }
    // a and b in turns, and c, who came last of all, with the next one that is free.
    expect(sharesThatBegan().slice(0, 4)).toEqual(['a', 'b', 'c', 'a']);
    expect(
      sharesThatBegan()
        .slice(0, 8)
        .filter((share) => share === 'b'),
    ).toHaveLength(3);
    expect(
      sharesThatBegan()
        .slice(8)
        .every((share) => share === 'a'),
    ).toBe(true);
  });

  it('have a queue of which nobody takes more than half', async () => {
    const { take, settle, refused, fair } = contest(2, 10);
    for (let count = 0; count < 20; count += 1) void take('greedy');
    void take('quiet');
    void take('quiet');
    await settle();
    expect(fair.waiting).toBe(6);
    expect(refused).toEqual(Array<string>(14).fill('greedy queue_full'));
  });

  it('are not waited for longer than a caller’s patience, nor given to one who has gone', async () => {
    const { began, take, settle, refused, fair, sharesThatBegan } = contest(1, 10);
    const patience = new AbortController();
    void take('a');
    void take('impatient', patience.signal);
    void take('b');
    await settle();
    patience.abort();
    await settle();
    expect([refused, fair.waiting]).toEqual([['impatient waited_too_long'], 1]);
    began[0]!.leave();
    // Twice is once.
    began[0]!.leave();
    await settle();
    expect(sharesThatBegan()).toEqual(['a', 'b']);
    began[1]!.leave();
    expect([fair.taken, fair.waiting]).toEqual([0, 0]);
  });

  it('let one who asks for one at a time wait for one turn at most, whatever a greedy one does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.constantFrom('greedy', 'quiet', 'leave'), { maxLength: 120 }),
        async (slots, steps) => {
          const { began, take, settle, fair, sharesThatBegan } = contest(slots, 10_000);
          let [isAsking, leftSince] = [false, 0];
          for (const step of steps) {
            if (step === 'greedy') for (let count = 0; count < 5; count += 1) void take('greedy');
            if (step === 'quiet' && !isAsking) {
              [isAsking, leftSince] = [true, 0];
              void take('quiet');
            }
            await settle();
            if (step === 'leave' && began.length > 0) {
              began.shift()!.leave();
              leftSince += 1;
              await settle();
            }
            const at = sharesThatBegan().indexOf('quiet');
            if (at >= 0) {
              isAsking = false;
              began.splice(at, 1)[0]!.leave();
              await settle();
            }
            // With two slots or more it never waits; with one, until that one is left.
            expect(isAsking && (slots > 1 || leftSince > 0)).toBe(false);
            expect(fair.taken).toBeLessThanOrEqual(slots);
          }
        },
      ),
    );
  });
});

describe('the present share', () => {
  it('is that of the work, through everything that it waits for, and nobody’s outside', async () => {
    const seen = await Promise.all(
      ['a', 'b'].map((share) =>
        onBehalfOf(share, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          return [presentShare(), onBehalfOf('c', presentShare), presentShare()];
        }),
      ),
    );
    expect(seen).toEqual([
      ['a', 'c', 'a'],
      ['b', 'c', 'b'],
    ]);
    expect(presentShare()).toBe(NOBODY);
  });
});
