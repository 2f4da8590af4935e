import { describe, expect, it } from '@jest/globals';
import { PartitionConcurrency, PARTITION_CONCURRENCY } from './partition-concurrency.js';

const A = { organizationId: '01900000-0000-7000-8000-00000000000a', partition: 'a.example' };
const B = { organizationId: '01900000-0000-7000-8000-00000000000b', partition: 'a.example' };

describe('partitions of notifications', () => {
  it('have a concurrency limit each, also where two organizations share a host', () => {
    const partitions = new PartitionConcurrency();
    expect(partitions.busy()).toEqual([]);
    for (let count = 0; count < PARTITION_CONCURRENCY; count += 1) partitions.enter(A);
    partitions.enter(B);
    expect(partitions.busy()).toEqual([
      { ...A, free: 0 },
      { ...B, free: PARTITION_CONCURRENCY - 1 },
    ]);
  });

  it('say when one that was full has room again, and only then', () => {
    const partitions = new PartitionConcurrency();
    for (let count = 0; count < PARTITION_CONCURRENCY; count += 1) partitions.enter(A);
    expect(partitions.leave(A, true)).toBe(true);
    expect(partitions.leave(A, true)).toBe(false);
  });

  it('limit a failing one to one delivery at a time until one succeeds', () => {
    const partitions = new PartitionConcurrency();
    for (let count = 0; count < PARTITION_CONCURRENCY; count += 1) partitions.enter(A);
    partitions.leave(A, false);
    expect(partitions.busy()).toEqual([{ ...A, free: 0 }]);
    for (let count = 1; count < PARTITION_CONCURRENCY; count += 1) partitions.leave(A, false);
    expect(partitions.busy()).toEqual([{ ...A, free: 1 }]);
    partitions.enter(A);
    partitions.leave(A, true);
    expect(partitions.busy()).toEqual([]);
  });

  it('remember a bounded number of failing ones', () => {
    const partitions = new PartitionConcurrency();
    for (let count = 0; count < 3_000; count += 1) {
      const partition = { ...A, partition: String(count) };
      partitions.enter(partition);
      partitions.leave(partition, false);
    }
    expect(partitions.busy()).toHaveLength(1_000);
    expect(partitions.busy()[0]).toMatchObject({ partition: '2000' });
  });
});
