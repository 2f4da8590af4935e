import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/**
 * Whether a browser sends it for another site: nothing here asks who somebody is, so a page anywhere could pay orders and set faults behind the back of whoever
 * has the sandbox running. Programs say neither where they come from nor that they come from there, and are let in.
 * @param ownNames host names beside those of this machine under which the sandbox is reached
 */
export function isFromOtherSite({ headers }: Pick<FastifyRequest, 'headers'>, ownNames: readonly string[]): boolean {
  const site = headers['sec-fetch-site'];
  const { origin, host = '' } = headers;
  if (site === undefined && origin === undefined) return false;
  // A name of theirs that leads to this machine makes their page one of ours.
  if (!isOwnName(host, ownNames)) return true;
  // Browsers leave it out where the sandbox is reached over a network without TLS, as from a phone.
  return site === undefined ? hostOf(origin!) !== host : site !== 'same-origin';
}

function isOwnName(host: string, ownNames: readonly string[]): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) !== 0 || hostname === 'localhost' || hostname.endsWith('.localhost') || ownNames.includes(hostname);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
