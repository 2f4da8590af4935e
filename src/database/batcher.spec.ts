import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Batcher, type BatcherLimits, NotBatched } from './batcher.js';

const LIMITS: BatcherLimits = { batchMax: 4, queuedMax: 1_000, waitMs: 60_000, slowMs: 60_000, inFlightMax: 3 };
const until = async (isSo: () => boolean) => {
  while (!isSo()) await wait(1);
};
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** A batcher whose batches end by command. An item is `share/number`. */
function contest(limits: Partial<BatcherLimits> = {}, bad: (item: string) => boolean = () => false) {
  const batches: { items: readonly string[]; end: () => void }[] = [];
  const alone: string[] = [];
  const batcher = new Batcher<string, string>(
    {
      together: async (items) => {
        await new Promise<void>((end) => batches.push({ items, end }));
        if (items.some(bad)) throw new Error('a bad item');
        return items.map((item) => `${item} done`);
      },
      alone: async (item) => {
        alone.push(item);
        if (bad(item)) throw new Error(`${item} is bad`);
        return `${item} done alone`;
      },
      mayBeOneItem: (error) => (error as Error).message === 'a bad item',
    },
    { ...LIMITS, ...limits },
  );
  const add = (item: string) => batcher.add(item.split('/')[0]!, item);
  return { batcher, batches, alone, add };
}

describe('what is asked for at the same time', () => {
  it('goes together, and what comes meanwhile is the next batch', async () => {
    const { add, batches } = contest();
    const first = [add('a/1'), add('a/2')];
    await settled();
    const later = [add('a/3'), add('a/4'), add('a/5')];
    await settled();
    expect(batches.map(({ items }) => items)).toEqual([['a/1', 'a/2']]);
    batches[0]!.end();
    expect(await Promise.all(first)).toEqual(['a/1 done', 'a/2 done']);
    await settled();
    expect(batches[1]!.items).toEqual(['a/3', 'a/4', 'a/5']);
    batches[1]!.end();
    expect(await Promise.all(later)).toEqual(['a/3 done', 'a/4 done', 'a/5 done']);
  });

  it('is one item where there is one: it waits for no other', async () => {
    const { add, batches } = contest();
    const only = add('a/1');
    await settled();
    batches[0]!.end();
    expect(await only).toBe('a/1 done');
  });

  it('gathers for a while where it may, and no longer than until a batch is full', async () => {
    const { add, batches } = contest({ gatherMs: 40 });
    const since = performance.now();
    void add('a/1');
    await settled();
    void add('b/1');
    await settled();
    expect(batches).toEqual([]);
    await until(() => batches.length > 0);
    expect(performance.now() - since).toBeGreaterThan(35);
    expect(batches[0]!.items).toEqual(['a/1', 'b/1']);
    batches[0]!.end();
    await settled();
    for (const item of ['a/2', 'b/2', 'a/3', 'b/3', 'a/4']) void add(item);
    await settled();
    expect(batches[1]!.items).toEqual(['a/2', 'b/2', 'a/3', 'b/3']);
    // The rest begins a while of its own.
    batches[1]!.end();
    await settled();
    expect(batches).toHaveLength(2);
    await until(() => batches.length > 2);
    expect(batches[2]!.items).toEqual(['a/4']);
  });

  it('fails by itself: one bad item never harms those beside it', async () => {
    const { add, batches, alone } = contest({}, (item) => item === 'a/2');
    const outcomes = Promise.allSettled(['a/1', 'a/2', 'b/1'].map(add));
    await settled();
    batches[0]!.end();
    expect(await outcomes).toEqual([
      { status: 'fulfilled', value: 'a/1 done alone' },
      { status: 'rejected', reason: new Error('a/2 is bad') },
      { status: 'fulfilled', value: 'b/1 done alone' },
    ]);
    expect(alone).toHaveLength(3);
  });

  it('fails together when no item is the reason, and nothing of it is carried out twice', async () => {
    const batcher = new Batcher<string, string>(
      {
        together: () => Promise.reject(new Error('the connection broke')),
        alone: () => Promise.reject(new Error('it was carried out again')),
        mayBeOneItem: () => false,
      },
      LIMITS,
    );
    const outcomes = await Promise.allSettled([batcher.add('a', '1'), batcher.add('b', '1')]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: new Error('the connection broke') });
  });
});

describe('the queue', () => {
  it('refuses at once what is too much, and leaves half of it to others', async () => {
    const { add, batches } = contest({ queuedMax: 8 });
    void add('a/0');
    await settled();
    const refused: string[] = [];
    const tryToAdd = (item: string) =>
      void add(item).catch((error: unknown) => refused.push(`${item} ${(error as NotBatched).reason}`));
    for (let number = 1; number <= 6; number += 1) tryToAdd(`greedy/${number}`);
    tryToAdd('quiet/1');
    await settled();
    expect(refused).toEqual(['greedy/5 queue_full', 'greedy/6 queue_full']);
    expect(batches).toHaveLength(1);
  });

  it('is not waited in for ever: what never was in a batch says so, and is not carried out later', async () => {
    const { add, batches, alone } = contest({ waitMs: 20, slowMs: 5, inFlightMax: 1 });
    void add('a/1');
    await settled();
    const late = add('a/2').catch((error: unknown) => error);
    expect(await late).toEqual(new NotBatched('waited_too_long'));
    batches[0]!.end();
    await settled();
    expect(batches).toHaveLength(1);
    expect(alone).toEqual([]);
  });

  it('goes on beside a batch that something holds up, but only beside so many', async () => {
    const { add, batches } = contest({ slowMs: 10, inFlightMax: 2 });
    for (const item of ['a/1', 'a/2', 'a/3']) {
      void add(item);
      await settled();
    }
    expect(batches).toHaveLength(1);
    await wait(40);
    expect(batches).toHaveLength(2);
    void add('a/4');
    await wait(40);
    expect(batches).toHaveLength(2);
    batches[0]!.end();
    await settled();
    expect(batches.map(({ items }) => items)).toEqual([['a/1'], ['a/2', 'a/3'], ['a/4']]);
  });

  it('is left by a share in its own order, and by each share before any other’s second: a property', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.constant('end')), { maxLength: 80 }),
        fc.integer({ min: 1, max: 5 }),
        async (steps, batchMax) => {
          const { add, batches } = contest({ batchMax });
          const numbers: Record<string, number> = { a: 0, b: 0, c: 0 };
          const outcomes: Promise<string>[] = [];
          const waiting = new Set<string>();
          let [begun, ended] = [0, 0];
          const check = async () => {
            await settled();
            for (; begun < batches.length; begun += 1) {
              const { items } = batches[begun]!;
              expect(items.length).toBeLessThanOrEqual(batchMax);
              // As many of each as of any other, but for those of which no more wait.
              const taken = (share: string) => items.filter((item) => item.startsWith(share)).length;
              for (const item of items) waiting.delete(item);
              for (const one of 'abc')
                for (const other of 'abc')
                  if ([...waiting].some((item) => item.startsWith(one)))
                    expect(taken(one)).toBeGreaterThanOrEqual(taken(other) - 1);
            }
          };
          for (const step of [...steps, ...Array<string>(steps.length + 1).fill('end')]) {
            if (step === 'end') batches[ended++]?.end();
            else {
              numbers[step]! += 1;
              waiting.add(`${step}/${numbers[step]}`);
              outcomes.push(add(`${step}/${numbers[step]}`));
            }
            if (ended > batches.length) ended = batches.length;
            await check();
          }
          const carriedOut = batches.flatMap(({ items }) => items);
          for (const share of 'abc')
            expect(carriedOut.filter((item) => item.startsWith(share))).toEqual(
              Array.from({ length: numbers[share]! }, (_, index) => `${share}/${index + 1}`),
            );
          expect(await Promise.all(outcomes)).toHaveLength(carriedOut.length);
        },
      ),
    );
  });
});
