import { describe, expect, it } from '@jest/globals';
import { isNetwork, isPartOf, isWithin, networkOf } from './networks.js';

describe('a network', () => {
  it.each(['203.0.113.7', '203.0.113.0/24', '0.0.0.0/0', '2001:db8::/32', '::1', '::ffff:10.0.0.1'])('is %s', (text) =>
    expect(isNetwork(text)).toBe(true),
  );
  it.each([
    '',
    '10.1',
    '010.0.0.1',
    '0x7f.1',
    '10.0.0.1/33',
    '10.0.0.1/',
    '10.0.0.0/8/8',
    '::1/129',
    'fe80::1%eth0',
    'x',
  ])('is not %j', (text) => expect(isNetwork(text)).toBe(false));

  it('has the addresses within, in either form', () => {
    const networks = ['203.0.113.0/24', '2001:db8::/32', '10.0.0.1'].map(networkOf);
    for (const address of ['203.0.113.9', '::ffff:203.0.113.9', '2001:db8:1::1', '10.0.0.1'])
      expect([address, isWithin(networks, address)]).toEqual([address, true]);
    for (const address of ['203.0.114.9', '2001:db9::1', '10.0.0.2', '::1', 'unknown', ''])
      expect([address, isWithin(networks, address)]).toEqual([address, false]);
  });

  it('is part of another where all of it is', () => {
    const outer = [networkOf('10.0.0.0/8')];
    expect(isPartOf(outer, networkOf('10.1.0.0/16'))).toBe(true);
    expect(isPartOf(outer, networkOf('10.0.0.1'))).toBe(true);
    expect(isPartOf(outer, networkOf('0.0.0.0/0'))).toBe(false);
    expect(isPartOf(outer, networkOf('11.0.0.0/16'))).toBe(false);
    expect(isPartOf(outer, networkOf('::/0'))).toBe(false);
  });
});
