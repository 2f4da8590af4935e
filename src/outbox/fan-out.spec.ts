import { describe, expect, it } from '@jest/globals';
import { partitionOf } from './fan-out.js';

describe('the partition of a callbackUrl', () => {
  it('is that of its server, whatever the path, because its messages fail together', () => {
    expect(partitionOf('https://shop.example/a?b=c')).toBe(partitionOf('https://SHOP.example:443/'));
    expect(partitionOf('https://shop.example')).not.toBe(partitionOf('https://shop.example:8443'));
  });

  it('is one of 256, however many servers an organization names: each partition is a step of every claim', () => {
    const partitions = Array.from({ length: 5_000 }, (_, number) => partitionOf(`https://shop-${number}.example`));
    expect(new Set(partitions).size).toBe(256);
  });
});
