import { createHmac } from 'node:crypto';
import type { Secret } from '../secret.js';
import type { InboundWebhook, WebhookVerifier } from '../webhooks.js';
import { equalInConstantTime } from './equal-in-constant-time.js';

/**
 * Verifies a header that holds the HMAC-SHA256 of the raw body. It covers the whole body, so a provider that uses it may declare its
 * webhooks `authoritative`.
 */
export class HmacOfBodyVerifier implements WebhookVerifier {
  readonly strategy = 'hmac-of-body';

  constructor(
    private readonly options: {
      header: string;
      secret: Secret;
      /** How the header writes it; hex is lower-case. */
      encoding: 'hex' | 'base64';
      /** What stands before it, e.g. `sha256=`. */
      prefix?: string;
    },
  ) {}

  verify({ rawBody, headers }: InboundWebhook): boolean {
    const { header, secret, encoding, prefix = '' } = this.options;
    const given = headers[header.toLowerCase()];
    const expected = createHmac('sha256', secret.reveal()).update(rawBody).digest(encoding);
    return typeof given === 'string' && equalInConstantTime(given, prefix + expected);
  }
}
