import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Thrown instead of connecting to an address that is not on the public internet. */
export class PrivateAddressError extends Error {
  readonly code = 'EPRIVATEADDRESS';

  constructor() {
    super('the address is not on the public internet; OUTBOUND_ALLOW_PRIVATE=true lets development and tests reach it');
  }
}

/** All that IANA has given out for use on the internet; the rest of IPv6 only looks ordinary, `::7f00:1` for one, which holds 127.0.0.1. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');

/** Azure's own services answer each of its machines at this address, which is public by number only. */
const AZURE_HOST = '168.63.129.16';

/** True for addresses of the public internet only: everything special (private, loopback, mapped, NAT64, …) is not. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' ? parsed.toString() !== AZURE_HOST : parsed.match(GLOBAL_IPV6);
}

/** Asks for all addresses of a name, as `dns.lookup` does with `all`. */
export type Resolve = (
  hostname: string,
  options: { all: true; family?: number | 'IPv4' | 'IPv6'; hints?: number },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Resolves a name once and refuses it when any of its addresses is not public; the socket connects to what was checked, whatever the name
 * resolves to by then.
 */
export function publicLookup(resolve: Resolve = dnsLookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const first = addresses[0];
      if (!first || addresses.some(({ address }) => !isPublicAddress(address))) {
        return callback(new PrivateAddressError(), '', 0);
      }
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}
