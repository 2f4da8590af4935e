import type { Secret } from '../secret.js';
import type { InboundWebhook, WebhookVerifier } from '../webhooks.js';
import { equalInConstantTime } from './equal-in-constant-time.js';

/**
 * Verifies that a header holds an agreed value. It covers nothing of the body, and whoever has seen one webhook can forge the next: a
 * provider that uses it declares its webhooks a `hint`.
 */
export class StaticHeaderVerifier implements WebhookVerifier {
  readonly strategy = 'static-header';

  constructor(private readonly options: { header: string; value: Secret }) {}

  verify({ headers }: InboundWebhook): boolean {
    const given = headers[this.options.header.toLowerCase()];
    return typeof given === 'string' && equalInConstantTime(given, this.options.value.reveal());
  }
}
