import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAll, errorOf, get, outbound, serve, type TestServer } from './fixture.js';
import { isPublicAddress, publicLookup } from './private-addresses.js';

afterEach(closeAll);

describe('the public internet', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '181.49.0.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700:4700::1111',
    '2800:e0::1',
    '2001:4860:4860::8888',
  ])('has %s', (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    ['this network', ['0.0.0.0', '0.1.2.3']],
    ['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
    ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fdff::1']],
    [
      'link local, cloud metadata',
      ['169.254.0.1', '169.254.169.254', '168.63.129.16', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'fd00:ec2::254'],
    ],
    ['carrier NAT', ['100.64.0.1', '100.127.255.255']],
    ['multicast and broadcast', ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1']],
    [
      'reserved and for documents',
      ['192.0.0.1', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '240.0.0.1', '2001:db8::1', '3fff::1'],
    ],
    ['unspecified', ['::']],
    [
      'IPv4 in IPv6',
      ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::127.0.0.1', '::7f00:1', '::ffff:0:127.0.0.1'],
    ],
    ['NAT64, 6to4, Teredo', ['64:ff9b::7f00:1', '64:ff9b:1::7f00:1', '2002:7f00:1::', '2001::1']],
    ['not given to anyone', ['100::1', '4000::1', '5f00::1', '1::1', 'e000::1']],
    ['no address', ['', 'localhost', 'example.com', '8.8.8.8.8', '8.8.8.8/32', 'g::1', ' 8.8.8.8']],
  ])('has none that is %s', (_kind, addresses) => {
    expect(addresses.filter((address) => isPublicAddress(address))).toEqual([]);
  });
});

describe('a private address', () => {
  it.each(['127.0.0.1', 'localhost', '0x7f.1'])(
    'is reached at %s where it is allowed, so the sentinel can see',
    async (host) => {
      const sentinel = await sentinelEverywhere();
      expect((await outbound({ allowPrivate: true }).send(get(`http://${host}:${sentinel.port}`))).bodyText).toBe(
        'seen',
      );
      expect(sentinel.connections()).toBe(1);
    },
  );

  it('is not reached over a connection that another sender keeps open', async () => {
    const sentinel = await sentinelEverywhere();
    await outbound({ allowPrivate: true }).send(get(sentinel.url));
    expect((await errorOf(outbound({ allowPrivate: false }).send(get(sentinel.url)))).kind).toBe('forbidden_address');
    expect(sentinel.requests).toHaveLength(1);
  });

  it('is refused with advice for a developer, and without the address', async () => {
    const error = await errorOf(outbound({ allowPrivate: false }).send(get('http://10.1.2.3/')));
    expect(error.message).toContain('EPRIVATEADDRESS');
    expect(error.message).not.toContain('10.1.2.3');
  });

  it.each([{ all: true as const }, { family: 4 as const }, {}])(
    'is not what a name resolves to, asked with %p',
    async (options) => {
      const lookup = promisify(publicLookup());
      await expect(lookup('localhost', options as never)).rejects.toMatchObject({ code: 'EPRIVATEADDRESS' });
    },
  );

  function sentinelEverywhere(): Promise<TestServer> {
    const seen = (_request: unknown, response: { end(text: string): unknown }): void => void response.end('seen');
    // Both families where the machine has them.
    return serve(seen, '::').catch(() => serve(seen, '0.0.0.0'));
  }
});
