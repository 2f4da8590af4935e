import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyRequest } from 'fastify';
import { plainAddress } from './plain-address.js';

const requests = new AsyncLocalStorage<FastifyRequest>();

/** Where a request came from. */
export interface RequestOrigin {
  requestId: string;
  /** The caller's, as `TRUSTED_PROXIES` report it. */
  address: string | null;
}

/** Runs what follows, and what this waits for, as part of the request. */
export function asPartOf(request: FastifyRequest, next: () => void): void {
  requests.run(request, next);
}

/** @returns undefined outside of a request: on the command line, and in due work */
export function presentOrigin(): RequestOrigin | undefined {
  const request = requests.getStore();
  return request && originOf(request);
}

export function originOf(request: FastifyRequest): RequestOrigin {
  return { requestId: request.id, address: callerAddress(request) };
}

/** The caller's address. What a trusted proxy forwards that is none is ignored: then it is the proxy's. */
export function callerAddress({ ip, raw }: FastifyRequest): string | null {
  return plainAddress(ip) ?? plainAddress(raw.socket.remoteAddress);
}
