import { describe, expect, it } from '@jest/globals';
import { isAddressRange } from './is-address-range.js';

describe('isAddressRange', () => {
  it.each(['203.0.113.7', '10.0.0.0/8', '10.0.0.0/32', '2001:db8::1', '2001:db8::/32', '::1/128'])(
    'takes %s',
    (range) => {
      expect(isAddressRange(range)).toBe(true);
    },
  );

  it.each(['', 'proxy', '10.0.0', '10.0.0.0/0', '::/0', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', '/8', 7, null])(
    'refuses %s',
    (range) => {
      expect(isAddressRange(range)).toBe(false);
    },
  );

  it.each(['2001:db8::/129', '::ffff:10.0.0.1', 'fe80::1%eth0'])('refuses %s', (range) => {
    expect(isAddressRange(range)).toBe(false);
  });
});
