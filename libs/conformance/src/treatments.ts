import { once } from 'node:events';
import type { Json } from './places.js';
import type { Reply, Treatment } from './wire.js';

// What a network, a proxy or a provider in trouble does to a request.

const DRIP_MS = 20;

/** The request never reaches the provider. */
export const reset: Treatment = ({ response }) => void response.socket?.resetAndDestroy();

/** The provider acts on it, and the reply is lost. */
export const losingTheReply: Treatment = async ({ forward, response }) => {
  await forward();
  response.socket?.resetAndDestroy();
};

/** Nothing happens at all. */
export const hanging: Treatment = () => undefined;

/** The provider acts on it, and answers when nobody listens any more. */
export const answeringTooLate: Treatment = async ({ forward, answer, response }) => {
  const reply = await forward();
  if (!response.closed) await once(response, 'close');
  answer(reply);
};

/** The provider acts on it, and the reply comes byte by byte: always alive, and far past any deadline. */
export const dripping: Treatment = async ({ forward, response }) => {
  const { status, headers, body } = await forward();
  response.writeHead(status, { ...headers, 'content-length': body.length + 100_000 });
  const timer = setInterval(() => response.write(' '), DRIP_MS);
  response.once('close', () => clearInterval(timer));
};

/** The provider acts on it, and the reply breaks off in the middle. */
export const breakingOff: Treatment = async ({ forward, response }) => {
  const { status, headers, body } = await forward();
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.write(body.subarray(0, body.length / 2), () => response.socket?.resetAndDestroy());
};

/** The provider acts on it, and something else comes back. */
export function changing(change: (reply: Reply) => Reply): Treatment {
  return async ({ forward, answer }) => answer(change(await forward()));
}

/** The provider never sees it; this comes back. */
export function answering(reply: Reply): Treatment {
  return ({ answer }) => answer(reply);
}

export function jsonReply(body: Json, status = 200, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}

export function textReply(text: string, status = 200, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'content-type': 'text/html', ...headers }, body: Buffer.from(text) };
}
