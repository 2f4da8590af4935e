import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { parse } from 'lossless-json';
import { isJsonObject, type JsonObject } from '../kit/control-input.js';
import { entryRefusal, refusal } from './errors.js';
import { isSignatureOf, signingString } from './signature.js';
import type { TeemoPaySandboxSwitches } from './switches.js';
import type { TeemoPayCredentials } from './teemopay.js';

const NONCE_LIFE_MS = 24 * 60 * 60 * 1_000;
const NONCES_MAX = 100_000;

/** The nonces of 24 hours, at most 100,000; a restart forgets them. */
export class NonceBook {
  /** Oldest first. */
  readonly #seenAt = new Map<string, number>();

  isTaken(nonce: string, now: number): boolean {
    const seenAt = this.#seenAt.get(nonce);
    return seenAt !== undefined && now - seenAt < NONCE_LIFE_MS;
  }

  take(nonce: string, now: number): void {
    this.#seenAt.delete(nonce);
    this.#seenAt.set(nonce, now);
    for (const [oldest, seenAt] of this.#seenAt) {
      if (this.#seenAt.size <= NONCES_MAX && now - seenAt < NONCE_LIFE_MS) return;
      this.#seenAt.delete(oldest);
    }
  }
}

export interface EntryRules {
  readonly credentials: TeemoPayCredentials;
  readonly switches: TeemoPaySandboxSwitches;
  readonly nonces: NonceBook;
}

/** The body of a request that may come in; throws `Refusal` otherwise. Its numbers keep their literals. */
export function bodyOfEntered(request: Pick<FastifyRequest, 'headers' | 'body'>, rules: EntryRules): JsonObject {
  const { credentials, switches, nonces } = rules;
  const now = Date.now();
  const body = bodyOf(request);
  const header = (name: string): string => String(request.headers[name] ?? '');
  if (header('country') !== 'CO') throw entryRefusal('country');
  // Most pages say `app_code`, some newer ones `appCode`.
  const appCode = header('app_code') || header('appcode');
  if (appCode === '') throw entryRefusal('appCode');
  if (!isSame(appCode, credentials.appCode)) throw refusal('416');
  const timestamp = header('timestamp');
  if (!/^\d{13}$/.test(timestamp)) throw entryRefusal('noTimestamp');
  const { timestampWindowMs } = switches;
  if (timestampWindowMs > 0 && Math.abs(now - Number(timestamp)) > timestampWindowMs)
    throw entryRefusal('oldTimestamp');
  const nonce = header('nonce');
  if (nonce.length !== 32 || (switches.nonceOnce && nonces.isTaken(nonce, now))) throw entryRefusal('nonce');
  const { sign } = body;
  const signed =
    typeof sign === 'string' && isSignatureOf(signingString(body, nonce), sign, credentials.merchantPublicKey);
  if (!signed) throw entryRefusal('signature');
  nonces.take(nonce, now);
  return body;
}

function bodyOf({ headers, body }: Pick<FastifyRequest, 'headers' | 'body'>): JsonObject {
  if (typeof body !== 'string' || body.trim() === '') throw entryRefusal('empty');
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) throw entryRefusal('notJson');
  const value = parsed(body);
  if (!isJsonObject(value)) throw entryRefusal('notJson');
  return value;
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw entryRefusal('notJson');
  }
}

function isSame(received: string, expected: string): boolean {
  const [one, other] = [Buffer.from(received), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
