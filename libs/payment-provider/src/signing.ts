import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from './secret.js';
import type { InboundWebhook, WebhookVerifier } from './webhooks.js';

/** DI token: how this provider's requests are signed. */
export const REQUEST_SIGNER = Symbol('RequestSigner');
/** DI token: how this provider's webhooks are verified. There is no default: a provider without a verifier has no webhooks. */
export const WEBHOOK_VERIFIER = Symbol('WebhookVerifier');

export interface UnsignedRequest {
  method: 'GET' | 'POST';
  path: string;
  /** The serialised body, as it will go out. */
  body?: string;
}

/** Gives the headers that authenticate a request. */
export interface RequestSigner {
  sign(request: UnsignedRequest): Record<string, string>;
}

/** HTTP Basic plus a token in a header of its own. */
export class BasicAndTokenSigner implements RequestSigner {
  constructor(private readonly options: { username: Secret; password: Secret; tokenHeader: string; token: Secret }) {}

  sign(): Record<string, string> {
    const { username, password, tokenHeader, token } = this.options;
    const credentials = Buffer.from(`${username.reveal()}:${password.reveal()}`).toString('base64');
    return { [tokenHeader]: token.reveal(), Authorization: `Basic ${credentials}` };
  }
}

/** Compares in constant time; strings of other lengths are simply different. */
export function equalInConstantTime(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/**
 * Verifies a header that holds `hex(SHA-256(JSON of an object made of a secret and some fields of the body))`.
 * It covers those fields only, so a provider that uses it declares its webhooks a `hint`.
 */
export class Sha256OfFieldsVerifier implements WebhookVerifier {
  constructor(
    private readonly options: {
      header: string;
      /** The object whose compact JSON is hashed, in the provider's key order; undefined when the body lacks a field. */
      signedObject: (body: Readonly<Record<string, unknown>>) => Record<string, string> | undefined;
    },
  ) {}

  verify({ rawBody, headers }: InboundWebhook): boolean {
    const given = headers[this.options.header];
    if (typeof given !== 'string' || !/^[0-9a-f]{64}$/i.test(given)) return false;
    const body = parseObject(rawBody);
    const signed = body && this.options.signedObject(body);
    if (!signed) return false;
    const expected = createHash('sha256').update(JSON.stringify(signed)).digest('hex');
    return equalInConstantTime(expected, given.toLowerCase());
  }
}

/** The body as a JSON object, or undefined for anything else. */
export function parseObject(rawBody: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(rawBody.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
