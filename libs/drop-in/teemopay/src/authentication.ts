import type { IncomingHttpHeaders } from 'node:http';
import type { ContractCall } from '@recaudo/drop-in-contract';
import { type Fields, isFields } from '@recaudo/payment-provider';
import { ofRequest } from './errors.js';
import { keysOf } from './keys.js';
import { NonceMemory } from './nonces.js';

/** The public page on signatures: 30 seconds, either way. */
const TIMESTAMP_WINDOW_MS = 30_000;
const NONCE_LENGTH = 32;

const nonces = new NonceMemory();

/** Seed 004 says `app_code`; newer pages of other countries show `appCode`. */
export function applicationOf({ app_code: documented, appcode: newer }: IncomingHttpHeaders): string | undefined {
  const code = documented ?? newer;
  return typeof code === 'string' && code !== '' ? code : undefined;
}

/**
 * The body of a request whose headers and signature are right.
 * @param isRepeated the same nonce and signature came before: the same request
 * @throws Refusal, and what a body that is no JSON is refused with
 */
export function authenticated(call: ContractCall, now: Date): { fields: Fields; isRepeated: boolean } {
  const { headers, rawBody, secrets } = call;
  if (rawBody.length === 0) throw ofRequest('empty');
  if (!isJson(headers)) throw ofRequest('notJson');
  const fields = call.json();
  if (!isFields(fields)) throw ofRequest('notJson');
  if (headers['country'] !== 'CO') throw ofRequest('country');
  const { timestamp, nonce } = headers;
  if (typeof timestamp !== 'string' || !/^\d{13}$/.test(timestamp)) throw ofRequest('noTimestamp');
  if (Math.abs(now.getTime() - Number(timestamp)) > TIMESTAMP_WINDOW_MS) throw ofRequest('oldTimestamp');
  if (typeof nonce !== 'string' || nonce.length !== NONCE_LENGTH) throw ofRequest('nonce');
  if (!keysOf(secrets).verifier.verify({ rawBody, headers })) throw ofRequest('signature');
  const signature = String(fields['sign']);
  const before = nonces.use(secrets['appCode']!, nonce, signature);
  if (before !== undefined && before !== signature) throw ofRequest('nonce');
  return { fields, isRepeated: before !== undefined };
}

function isJson(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() === 'application/json';
}
