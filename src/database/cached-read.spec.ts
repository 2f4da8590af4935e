import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { CachedRead } from './cached-read.js';

/** A read that a test ends. */
class Reads {
  readonly open: { resolve(value: number): void; reject(error: Error): void }[] = [];

  readonly read = (): Promise<number> =>
    new Promise((resolve, reject) => {
      this.open.push({ resolve, reject });
    });
}

const LONG = { freshForMs: 60_000, waitMs: 60_000 };

describe('a cached read', () => {
  it('is one for all who ask while it is under way, and afterwards while it is fresh', async () => {
    const reads = new Reads();
    const cached = new CachedRead(reads.read, LONG);
    const asked = [cached.fresh(), cached.fresh(), cached.latest()];
    reads.open[0]!.resolve(1);
    expect(await Promise.all(asked)).toEqual([1, 1, 1]);
    expect(await Promise.all([cached.fresh(), cached.latest()])).toEqual([1, 1]);
    expect(reads.open).toHaveLength(1);
  });

  it('is done again for a reader who needs a newer one', async () => {
    const reads = new Reads();
    const cached = new CachedRead(reads.read, LONG);
    const first = cached.fresh();
    reads.open[0]!.resolve(1);
    await first;
    const second = cached.fresh(performance.now());
    reads.open[1]!.resolve(2);
    expect(await second).toBe(2);
  });

  it('gives the last value at once while a newer one is read', async () => {
    const reads = new Reads();
    const cached = new CachedRead(reads.read, { ...LONG, freshForMs: 0 });
    const first = cached.latest();
    reads.open[0]!.resolve(1);
    expect(await first).toBe(1);
    expect(await cached.latest()).toBe(1);
    expect(await cached.latest()).toBe(1);
    expect(reads.open).toHaveLength(2);
    reads.open[1]!.reject(new Error('away'));
    await wait(0);
    expect(await cached.latest()).toBe(1);
  });

  it('that failed is not repeated by everybody at once', async () => {
    const reads = new Reads();
    const cached = new CachedRead(reads.read, LONG);
    const asked = [cached.fresh(), cached.fresh()];
    reads.open[0]!.reject(new Error('away'));
    for (const one of [...asked, cached.fresh()]) await expect(one).rejects.toThrow('away');
    expect(await cached.latest()).toBeUndefined();
    expect(reads.open).toHaveLength(1);
  });

  it('is waited for no longer than its limit', async () => {
    const cached = new CachedRead(new Reads().read, { ...LONG, waitMs: 10 });
    await expect(cached.fresh()).rejects.toThrow('takes too long');
  });
});
