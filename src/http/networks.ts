import ipaddr from 'ipaddr.js';

/** An address and how many of its first bits count. */
export type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** @param text `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32` @throws Error for anything else */
export function networkOf(text: string): Network {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** Strictly: `10.1` and `010.0.0.1` mean different things to different programs. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  if (more.length > 0) return false;
  const isV4 = ipaddr.IPv4.isValidFourPartDecimal(address);
  if (!isV4 && !(address.includes(':') && ipaddr.IPv6.isValid(address) && !address.includes('%'))) return false;
  if (isV4 && !/^(?:(?:0|[1-9]\d{0,2})(?:\.|$)){4}$/.test(address)) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isV4 ? 32 : 128));
}

/** @param address as the connection has it: an IPv4 address may come as an IPv6 one */
export function isWithin(networks: readonly Network[], address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const plain = ipaddr.process(address);
  return networks.some(([network, bits]) => plain.kind() === network.kind() && plain.match(network, bits));
}

/** Whether all of a network lies within the others. */
export function isPartOf(networks: readonly Network[], [address, bits]: Network): boolean {
  return networks.some(
    ([network, outer]) => address.kind() === network.kind() && outer <= bits && address.match(network, outer),
  );
}
