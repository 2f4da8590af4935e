import { isIP } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An address as it is compared and stored: an IPv4 address that came by an IPv6 socket is an IPv4 address. Null for what is none. */
export function plainAddress(address: string | undefined): string | null {
  const [plain = ''] = (address ?? '').replace(MAPPED, '$1').toLowerCase().split('%', 1);
  return isIP(plain) ? plain : null;
}
