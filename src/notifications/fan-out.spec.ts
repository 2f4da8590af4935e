import { describe, expect, it } from '@jest/globals';
import { laneOf } from './fan-out.js';

describe('the lane of a callbackUrl', () => {
  it('is that of its server, whatever the path, so that its messages share a fate', () => {
    expect(laneOf('https://shop.example/a?b=c')).toBe(laneOf('https://SHOP.example:443/'));
    expect(laneOf('https://shop.example')).not.toBe(laneOf('https://shop.example:8443'));
  });

  it('is one of 256, however many servers an organization names: each lane is a step of every claim', () => {
    const lanes = Array.from({ length: 5_000 }, (_, number) => laneOf(`https://shop-${number}.example`));
    expect(new Set(lanes).size).toBe(256);
  });
});
