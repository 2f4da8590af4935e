import { ProviderError, type WebhookEvent, type WebhookReceiver } from '@recaudo/payment-provider';

/** A verified webhook that cannot be read is kept all the same, for a person to look at. */
export function readIfPossible(receiver: WebhookReceiver, rawBody: Buffer): WebhookEvent | undefined {
  try {
    return receiver.read(rawBody);
  } catch (error) {
    if (error instanceof ProviderError) return undefined;
    throw error;
  }
}
