import type { ProviderReport } from './order.js';

/** A request that reached `POST /webhooks/{provider}`, before anything was believed or parsed. */
export interface InboundWebhook {
  readonly rawBody: Buffer;
  /** Lower-case names, as Node gives them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** DI token: how this provider's webhooks are verified. There is no default: a provider without a verifier has no webhooks. */
export const WEBHOOK_VERIFIER = Symbol('WebhookVerifier');

/** Decides whether a webhook comes from the provider. Never throws: what cannot be verified is `false`. */
export interface WebhookVerifier {
  /** Its name, up to 32 characters: people read in the inbox how a webhook was verified. */
  readonly strategy: string;
  verify(webhook: InboundWebhook): boolean;
}

/** What a verified webhook says. */
export interface WebhookEvent {
  /** Same event, same key: the inbox stores each key of a provider once. */
  eventKey: string;
  providerReference: string;
  report: ProviderReport;
}

/** The webhook side of a provider. */
export interface WebhookReceiver {
  /**
   * `authoritative`: the signature covers the whole body, so money that it says came has come; what else it says makes us ask. `hint`: it does not, so it only makes us ask.
   */
  readonly trust: 'authoritative' | 'hint';
  /** What the provider wants to read to stop sending. */
  readonly acknowledgement: { status: number; contentType: string; body: string };
  readonly verifier: WebhookVerifier;
  /** Reads a verified body. @throws ProviderError `unreadable_reply` when a field we need is missing. */
  read(rawBody: Buffer): WebhookEvent;
  /** Which order a verified body is about, also where nothing else of it can be read: then we ask. Undefined when not even that. */
  referenceOf?(rawBody: Buffer): string | undefined;
}
