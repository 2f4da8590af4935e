import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Secret } from '../secret.js';
import type { InboundWebhook, WebhookVerifier } from '../webhooks.js';
import { equalInConstantTime } from './equal-in-constant-time.js';

/**
 * Verifies a header that holds the HMAC-SHA256 of the raw body. It covers the whole body, so a provider that uses it may declare its
 * webhooks `authoritative`.
 */
export class HmacOfBodyVerifier implements WebhookVerifier {
  readonly strategy = 'hmac-of-body';
  /** Made once: with a text each webhook would pay for it. */
  private readonly key: KeyObject;

  constructor(
    private readonly options: {
      header: string;
      secret: Secret;
      /** How the header writes it; hex is lower-case. */
      encoding: 'hex' | 'base64';
      /** What stands before it, e.g. `sha256=`. */
      prefix?: string;
    },
  ) {
    this.key = createSecretKey(options.secret.reveal(), 'utf8');
  }

  verify({ rawBody, headers }: InboundWebhook): boolean {
    const { header, encoding, prefix = '' } = this.options;
    const given = headers[header.toLowerCase()];
    const expected = createHmac('sha256', this.key).update(rawBody).digest(encoding);
    return typeof given === 'string' && equalInConstantTime(given, prefix + expected);
  }
}
