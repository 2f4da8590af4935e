import ipaddr from 'ipaddr.js';

const OWN_RANGES: readonly string[] = ['loopback', 'private', 'uniqueLocal', 'unspecified'];
/** `localhost` and other names without a dot, as containers have them, and the two endings that nobody can register (RFC 6761; ICANN for `internal`). */
const OWN_NAME = /^(?:[^.]+|.+\.(?:localhost|internal))$/;

/**
 * Whether a simulator may stand at the address: on this machine or in a private network. No name is looked up, so in doubt it is a real
 * server's.
 */
export function isSimulatorAddress(baseUrl: string): boolean {
  const host = (URL.parse(baseUrl)?.hostname ?? '').replace(/^\[|\]$|\.$/g, '');
  return ipaddr.isValid(host) ? OWN_RANGES.includes(ipaddr.process(host).range()) : OWN_NAME.test(host);
}
