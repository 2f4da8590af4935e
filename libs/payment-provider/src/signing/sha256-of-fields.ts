import { hash } from 'node:crypto';
import { parseObject } from '../parse-object.js';
import type { InboundWebhook, WebhookVerifier } from '../webhooks.js';
import { equalInConstantTime } from './equal-in-constant-time.js';

/**
 * Verifies a header that holds `hex(SHA-256(JSON of an object made of a secret and some fields of the body))`.
 * It covers those fields only, so a provider that uses it declares its webhooks a `hint`.
 */
export class Sha256OfFieldsVerifier implements WebhookVerifier {
  readonly strategy = 'sha256-of-fields';

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
    const expected = hash('sha256', JSON.stringify(signed));
    return equalInConstantTime(expected, given.toLowerCase());
  }
}
