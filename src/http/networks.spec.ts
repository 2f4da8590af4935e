import { describe, expect, it } from '@jest/globals';
import { parseNetwork } from '../../config/networks.js';
import { isPartOf, isWithin } from './networks.js';

describe('a network', () => {
  it('has the addresses within, in either form', () => {
    const networks = ['203.0.113.0/24', '2001:db8::/32', '10.0.0.1'].map(parseNetwork);
    for (const address of ['203.0.113.9', '::ffff:203.0.113.9', '2001:db8:1::1', '10.0.0.1'])
      expect([address, isWithin(networks, address)]).toEqual([address, true]);
    for (const address of ['203.0.114.9', '2001:db9::1', '10.0.0.2', '::1', 'unknown', ''])
      expect([address, isWithin(networks, address)]).toEqual([address, false]);
  });

  it('is part of another where all of it is', () => {
    const outer = [parseNetwork('10.0.0.0/8')];
    expect(isPartOf(outer, parseNetwork('10.1.0.0/16'))).toBe(true);
    expect(isPartOf(outer, parseNetwork('10.0.0.1'))).toBe(true);
    expect(isPartOf(outer, parseNetwork('0.0.0.0/0'))).toBe(false);
    expect(isPartOf(outer, parseNetwork('11.0.0.0/16'))).toBe(false);
    expect(isPartOf(outer, parseNetwork('::/0'))).toBe(false);
  });
});
