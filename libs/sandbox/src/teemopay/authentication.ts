import type { FastifyRequest } from 'fastify';
import { parse } from 'lossless-json';
import { isJsonObject, type JsonObject } from '../kit/control-input.js';
import { isJsonRequest, isSameText } from '../kit/texts.js';
import { requestRefusal, refusal } from './errors.js';
import { isSignatureOf, signingString } from './signature.js';
import type { TeemoPaySwitches } from './switches.js';
import type { TeemoPayCredentials } from './types.js';

const NONCE_LIFE_MS = 24 * 60 * 60 * 1_000;
const NONCES_MAX = 100_000;

/** The nonces of 24 hours, at most 100,000; a restart forgets them. */
export class NonceStore {
  /** Oldest first. */
  readonly #seenAt = new Map<string, number>();

  isUsed(nonce: string, now: number): boolean {
    const seenAt = this.#seenAt.get(nonce);
    return seenAt !== undefined && now - seenAt < NONCE_LIFE_MS;
  }

  use(nonce: string, now: number): void {
    this.#seenAt.delete(nonce);
    this.#seenAt.set(nonce, now);
    for (const [oldest, seenAt] of this.#seenAt) {
      if (this.#seenAt.size <= NONCES_MAX && now - seenAt < NONCE_LIFE_MS) return;
      this.#seenAt.delete(oldest);
    }
  }
}

export interface AuthenticationRules {
  readonly credentials: TeemoPayCredentials;
  readonly switches: TeemoPaySwitches;
  readonly nonces: NonceStore;
}

/** The body of a request whose headers and signature are right; throws `Refusal` otherwise. Its numbers keep their literals. */
export function authenticatedBody(
  request: Pick<FastifyRequest, 'headers' | 'body'>,
  rules: AuthenticationRules,
): JsonObject {
  const { credentials, switches, nonces } = rules;
  const now = Date.now();
  const body = bodyOf(request);
  const header = (name: string): string => String(request.headers[name] ?? '');
  if (header('country') !== 'CO') throw requestRefusal('country');
  // Most pages say `app_code`, some newer ones `appCode`.
  const appCode = header('app_code') || header('appcode');
  if (appCode === '') throw requestRefusal('appCode');
  if (!isSameText(appCode, credentials.appCode)) throw refusal('416');
  const timestamp = header('timestamp');
  if (!/^\d{13}$/.test(timestamp)) throw requestRefusal('noTimestamp');
  const { timestampWindowMs } = switches;
  if (timestampWindowMs > 0 && Math.abs(now - Number(timestamp)) > timestampWindowMs)
    throw requestRefusal('oldTimestamp');
  const nonce = header('nonce');
  if (nonce.length !== 32 || (switches.nonceOnce && nonces.isUsed(nonce, now))) throw requestRefusal('nonce');
  const { sign } = body;
  const signed =
    typeof sign === 'string' && isSignatureOf(signingString(body, nonce), sign, credentials.merchantPublicKey);
  if (!signed) throw requestRefusal('signature');
  nonces.use(nonce, now);
  return body;
}

function bodyOf(request: Pick<FastifyRequest, 'headers' | 'body'>): JsonObject {
  const { body } = request;
  if (typeof body !== 'string' || body.trim() === '') throw requestRefusal('empty');
  if (!isJsonRequest(request)) throw requestRefusal('notJson');
  const value = parsed(body);
  if (!isJsonObject(value)) throw requestRefusal('notJson');
  return value;
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw requestRefusal('notJson');
  }
}
