import { describe, expect, it } from '@jest/globals';
import { isNetwork, isProxyNetwork } from './networks.js';

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
  it.each([undefined, null, 7, ['10.0.0.1']])('is not %j', (text) => expect(isNetwork(text)).toBe(false));
});

describe('a network of proxies', () => {
  it.each(['203.0.113.7', '10.0.0.0/8', '10.0.0.0/32', '2001:db8::1', '2001:db8::/32', '::1/128'])('is %s', (range) =>
    expect(isProxyNetwork(range)).toBe(true),
  );

  it.each(['', 'proxy', '10.0.0', '10.0.0.0/0', '::/0', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', '/8', 7, null])(
    'is not %s',
    (range) => expect(isProxyNetwork(range)).toBe(false),
  );

  it.each([
    '2001:db8::/129',
    '::ffff:10.0.0.1',
    '::ffff:0a00:1',
    '0:0:0:0:0:ffff:10.0.0.0/104',
    'fe80::1%eth0',
    '010.0.0.1',
  ])('is not %s', (range) => expect(isProxyNetwork(range)).toBe(false));
});
