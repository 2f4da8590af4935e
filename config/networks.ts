import { ValidateBy, type ValidationOptions } from 'class-validator';
import ipaddr from 'ipaddr.js';

/** An address and how many of its first bits count. */
export type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** @param text `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32` @throws Error for anything else */
export function parseNetwork(text: string): Network {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** Strictly: `10.1` and `010.0.0.1` mean different things to different programs. */
export function isNetwork(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const [address = '', bits, ...more] = text.split('/');
  if (more.length > 0) return false;
  const isV4 = ipaddr.IPv4.isValidFourPartDecimal(address);
  if (!isV4 && !(address.includes(':') && ipaddr.IPv6.isValid(address) && !address.includes('%'))) return false;
  if (isV4 && !/^(?:(?:0|[1-9]\d{0,2})(?:\.|$)){4}$/.test(address)) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isV4 ? 32 : 128));
}

/** A network of proxies: not all addresses, and an IPv4 address is written as one. */
export function isProxyNetwork(text: unknown): boolean {
  if (!isNetwork(text)) return false;
  const [address, bits] = parseNetwork(text as string);
  return (
    bits > 0 && !/^::ffff:/i.test(text as string) && !(address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress())
  );
}

/** An address or a network. */
export function IsNetwork(options?: ValidationOptions): PropertyDecorator {
  const defaultMessage = () => 'each of $property must be an address or a network: 203.0.113.7, 203.0.113.0/24';
  return ValidateBy({ name: 'isNetwork', validator: { validate: isNetwork, defaultMessage } }, options);
}

export function IsProxyNetwork(options?: ValidationOptions): PropertyDecorator {
  const defaultMessage = () => 'each of $property must be an address or a network such as 10.0.0.0/8';
  return ValidateBy({ name: 'isProxyNetwork', validator: { validate: isProxyNetwork, defaultMessage } }, options);
}
