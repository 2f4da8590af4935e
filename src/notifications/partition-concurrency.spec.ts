import { describe, expect, it } from '@jest/globals';
import { AHEAD_MAX, PartitionConcurrency, PARTITION_CONCURRENCY } from './partition-concurrency.js';

const A = { organizationId: '01900000-0000-7000-8000-00000000000a', partition: 'a.example' };
const B = { organizationId: '01900000-0000-7000-8000-00000000000b', partition: 'a.example' };

/** A delivery that took so long. */
const SLOW_MS = 1_000;

describe('partitions of notifications', () => {
  it('have a concurrency limit each, also where two organizations share a host', () => {
    const partitions = new PartitionConcurrency();
    expect(partitions.busy()).toEqual([]);
    for (let count = 0; count < PARTITION_CONCURRENCY; count += 1) void partitions.enter(A);
    void partitions.enter(B);
    expect(partitions.busy()).toEqual([
      { ...A, free: 0 },
      { ...B, free: PARTITION_CONCURRENCY - 1 },
    ]);
  });

  it('say whether one is full', () => {
    const partitions = new PartitionConcurrency();
    for (let count = 0; count < PARTITION_CONCURRENCY; count += 1) void partitions.enter(A);
    expect(partitions.isAnyFull).toBe(true);
    partitions.leave(A, true, SLOW_MS);
    expect(partitions.isAnyFull).toBe(false);
  });

  it('limit a failing one to one delivery at a time until one succeeds', () => {
    const partitions = new PartitionConcurrency();
    for (let count = 0; count < PARTITION_CONCURRENCY; count += 1) void partitions.enter(A);
    partitions.leave(A, false, SLOW_MS);
    expect(partitions.busy()).toEqual([{ ...A, free: 0 }]);
    for (let count = 1; count < PARTITION_CONCURRENCY; count += 1) partitions.leave(A, false, SLOW_MS);
    expect(partitions.busy()).toEqual([{ ...A, free: 1 }]);
    void partitions.enter(A);
    partitions.leave(A, true, SLOW_MS);
    expect(partitions.busy()).toEqual([]);
  });

  it('have more claimed than in flight, the more of it is delivered, as long as its server is quick', async () => {
    const partitions = new PartitionConcurrency();
    const freeOf = () => partitions.busy().find(({ partition }) => partition === A.partition)?.free;
    const deliver = (count: number, durationMs: number) => {
      for (let delivered = 0; delivered < count; delivered += 1) {
        void partitions.enter(A);
        partitions.leave(A, true, durationMs);
      }
    };
    deliver(5, 1);
    expect(freeOf()).toBe(PARTITION_CONCURRENCY + 5);
    deliver(1_000, 1);
    expect(freeOf()).toBe(PARTITION_CONCURRENCY + AHEAD_MAX);
    const begun: number[] = [];
    const enter = (number: number) => partitions.enter(A).then(() => begun.push(number));
    const entered = Array.from({ length: PARTITION_CONCURRENCY + AHEAD_MAX }, (_, number) => enter(number));
    const first = (count: number) => Array.from({ length: count }, (_, number) => number);
    await Promise.all(entered.slice(0, PARTITION_CONCURRENCY));
    expect([begun, freeOf()]).toEqual([first(PARTITION_CONCURRENCY), 0]);
    partitions.leave(A, true, 1);
    await entered[PARTITION_CONCURRENCY];
    expect([begun, freeOf()]).toEqual([first(PARTITION_CONCURRENCY + 1), 1]);
    // In the time a slot answers two of 50 ms each; of 200 ms none.
    partitions.leave(A, true, 50);
    expect(freeOf()).toBe(0);
    for (const one of entered.slice(PARTITION_CONCURRENCY + 1)) {
      partitions.leave(A, true, 50);
      await one;
    }
    expect(freeOf()).toBe(2 * PARTITION_CONCURRENCY - 7);
    partitions.leave(A, true, 200);
    expect(freeOf()).toBe(PARTITION_CONCURRENCY - 6);
  });

  it('begin nothing that waits while one at a time fails, and give it back in time or when it has nowhere to go', async () => {
    const partitions = new PartitionConcurrency();
    for (let delivered = 0; delivered < 10; delivered += 1) {
      void partitions.enter(A);
      partitions.leave(A, true, 1);
    }
    for (let count = 0; count < PARTITION_CONCURRENCY; count += 1) void partitions.enter(A);
    const ends: [number, boolean][] = [];
    const waiting = [1, 2, 3].map((number) => partitions.enter(A).then((begins) => ends.push([number, begins])));
    for (let count = 1; count < PARTITION_CONCURRENCY; count += 1) partitions.leave(A, false, 1);
    await Promise.resolve();
    expect(ends).toEqual([]);
    partitions.leave(A, false, 1);
    await waiting[0];
    expect(ends).toEqual([[1, true]]);
    partitions.giveUp(B);
    await waiting[1];
    expect(ends[1]).toEqual([2, false]);
    await waiting[2];
    partitions.leave(A, true, 1);
    const held = Array.from({ length: PARTITION_CONCURRENCY }, () => partitions.enter(A));
    await Promise.all(held);
    const late = partitions.enter(A);
    partitions.giveUp(A);
    expect(await late).toBe(false);
    expect(partitions.isAnyFull).toBe(false);
  });

  it('remember a bounded number of failing ones', () => {
    const partitions = new PartitionConcurrency();
    for (let count = 0; count < 3_000; count += 1) {
      const partition = { ...A, partition: String(count) };
      void partitions.enter(partition);
      partitions.leave(partition, false, SLOW_MS);
    }
    expect(partitions.busy()).toHaveLength(1_000);
    expect(partitions.busy()[0]).toMatchObject({ partition: '2000' });
  });
});
