import { ProviderError, type WebhookEvent, type WebhookReceiver } from '@recaudo/payment-provider';

/**
 * A verified webhook that cannot be read is stored all the same, for a person. The stored bytes are what counts: they are read when they come, for
 * their key, and when they are applied, perhaps by a newer version that understands them.
 */
export function readIfPossible(receiver: WebhookReceiver, rawBody: Buffer): WebhookEvent | undefined {
  try {
    return receiver.read(rawBody);
  } catch (error) {
    if (error instanceof ProviderError) return undefined;
    throw error;
  }
}
