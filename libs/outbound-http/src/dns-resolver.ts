import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { callbackify } from 'node:util';
import type { Resolve } from './private-addresses.js';

/** Of one question; asked twice in all, and so over before the deadline of a connection. */
const TIMEOUT_MS = 1_500;

/**
 * Asks the name servers itself. `dns.lookup` blocks one of the process' four threads until it has an answer: a few merchants whose name
 * servers are silent would hold up every other call, those to providers included. Names of this machine (`/etc/hosts`) are not known here,
 * and are nothing that a merchant's URL should lead to.
 */
export function dnsResolver(servers?: readonly string[], timeoutMs = TIMEOUT_MS): Resolve {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
  if (servers) resolver.setServers(servers);
  const ask = async (hostname: string, family: 4 | 6): Promise<LookupAddress[]> => {
    const addresses = await (family === 4 ? resolver.resolve4(hostname) : resolver.resolve6(hostname));
    return addresses.map((address) => ({ address, family }));
  };
  const askForAll = callbackify(async (hostname: string) => {
    const answers = await Promise.allSettled([ask(hostname, 4), ask(hostname, 6)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const failure = answers.find((answer) => answer.status === 'rejected');
    if (addresses.length === 0 && failure) throw failure.reason;
    return addresses;
  });
  return (hostname, _options, callback) => askForAll(hostname, callback);
}
