import { isIP } from 'node:net';
import { isPublicAddress } from './private-addresses.js';

/**
 * Ports from 1024 on that belong to databases, caches, queues, control planes and remote shells, and those that the Fetch standard calls
 * bad: nobody takes webhooks there, and what listens there should receive nothing from us. Below 1024 only 443 is ever called.
 */
const PORTS_OF_OTHER_SERVICES: ReadonlySet<number> = new Set([
  ...[1080, 1433, 1521, 1719, 1720, 1723, 1883, 2049, 2181, 2375, 2376, 2379, 2380, 3128, 3306, 3389, 3659, 4045, 4190],
  ...[4369, 5060, 5061, 5432, 5433, 5601, 5672, 5900, 5984, 5985, 5986, 6000, 6379, 6380, 6432, 6443, 6566, 6665, 6666],
  ...[6667, 6668, 6669, 6679, 6697, 7000, 7001, 7474, 7687, 8086, 8125, 8200, 8300, 8301, 8500, 8600, 9042, 9092, 9160],
  ...[9200, 9300, 9418, 10080, 10250, 10255, 10256, 11211, 15672, 16379, 25672, 26257, 26379, 27017, 27018, 27019],
  ...[28015, 50000, 50070, 61616],
]);

/** Names of this machine and of private networks: RFC 6761, 6762, 8375, and ICANN's `internal`, where clouds keep their metadata. */
const PRIVATE_NAME = /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|home\.arpa)$/;

/**
 * Why a merchant's URL is never called, to be read after "must"; undefined where the address that its name resolves to decides. Of what
 * the URL says nothing is repeated.
 * @param allowPrivate plain HTTP, any port and private addresses are fine: development and tests
 */
export function whyNeverCalled(given: URL | string, allowPrivate: boolean): string | undefined {
  const url = typeof given === 'string' ? URL.parse(given) : given;
  if (!url || !['http:', 'https:'].includes(url.protocol)) return 'be an absolute http or https URL';
  if (url.username || url.password) return 'hold no user name or password';
  if (allowPrivate) return undefined;
  if (url.protocol !== 'https:') return 'begin with https:';
  if (!isPortForWebhooks(url.port)) return 'name no port, or one from 1024 on that belongs to no other kind of service';
  return isNeverPublic(hostOf(url)) ? 'name a server on the public internet' : undefined;
}

/** A literal address in a URL never passes through a lookup, so it is checked by itself. */
export function isPrivateLiteral(url: URL): boolean {
  const host = hostOf(url);
  return isIP(host) !== 0 && !isPublicAddress(host);
}

function isPortForWebhooks(port: string): boolean {
  // The URL parser leaves the port of the scheme out.
  return port === '' || (Number(port) >= 1024 && !PORTS_OF_OTHER_SERVICES.has(Number(port)));
}

function isNeverPublic(host: string): boolean {
  if (isIP(host) !== 0) return !isPublicAddress(host);
  const name = host.replace(/\.$/, '');
  return !name.includes('.') || PRIVATE_NAME.test(name);
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}
