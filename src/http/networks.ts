import ipaddr from 'ipaddr.js';
import type { Network } from '../../config/networks.js';

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
