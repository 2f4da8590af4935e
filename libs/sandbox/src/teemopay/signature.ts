import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { isLosslessNumber, stringify } from 'lossless-json';
import { isJsonObject, type JsonObject } from '../kit/control-input.js';

/** SHA1WithRSA, as the public authentication page says. */
const DIGEST = 'RSA-SHA1';

/** What Java's `isBlank` does not take for white space: whatever is none, and the no-break spaces. */
const INK = /[\S\u00a0\u2007\u202f\ufeff]/;

/** `k1=v1&k2=v2&…&nonce=…`: the body's fields by name in UTF-16 order without `sign` and blank ones, the nonce last. */
export function signingString(body: JsonObject, nonce: string): string {
  const parts = Object.keys(body)
    .filter((name) => name !== 'sign' && !isBlank(body[name]))
    .toSorted((one, other) => (one < other ? -1 : 1))
    .map((name) => `${name}=${rendered(body[name])}`);
  return [...parts, `nonce=${nonce}`].join('&');
}

/** @param privateKey Base64 of PKCS#8 */
export function signText(text: string, privateKey: string): string {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  return sign(DIGEST, Buffer.from(text, 'utf8'), key).toString('base64');
}

/** @param publicKey Base64 of SPKI */
export function isSignatureOf(text: string, signature: string, publicKey: string): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  return verify(DIGEST, Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64'));
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && !INK.test(value));
}

/** Text as it is, a number's literal as it was received, an object or array as compact JSON. */
function rendered(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isLosslessNumber(value)) return value.value;
  return isJsonObject(value) || Array.isArray(value) ? (stringify(value) ?? '') : String(value);
}
