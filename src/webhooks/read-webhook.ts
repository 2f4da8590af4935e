import { ProviderError, type WebhookNews, type WebhookReceiver } from '@recaudo/payment-provider';

/** A verified webhook that cannot be read is kept all the same, for a person to look at. */
export function readIfPossible(receiver: WebhookReceiver, rawBody: Buffer): WebhookNews | undefined {
  try {
    return receiver.read(rawBody);
  } catch (error) {
    if (error instanceof ProviderError) return undefined;
    throw error;
  }
}
