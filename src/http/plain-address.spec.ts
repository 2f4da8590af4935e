import { describe, expect, it } from '@jest/globals';
import { plainAddress } from './plain-address.js';

describe('plainAddress', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['2001:DB8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1', '::1'],
  ])('%s is %s', (address, plain) => {
    expect(plainAddress(address)).toBe(plain);
  });

  it.each([undefined, '', 'unknown', '203.0.113', '203.0.113.7:443', "'; drop table payins", '::ffff:999.0.0.1'])(
    'takes %s for no address',
    (address) => {
      expect(plainAddress(address)).toBeNull();
    },
  );
});
