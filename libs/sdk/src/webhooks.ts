import { Webhook } from 'standardwebhooks';
import { RecaudoError } from './errors.js';
import type { RecaudoEvent } from './types.js';

/** Those of Fetch, or those of Node. */
export type WebhookHeaders =
  Iterable<readonly [string, string]> | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A message that is not from Recaudo, was changed on the way, or is older than five minutes. Answer 400. */
export class RecaudoWebhookError extends RecaudoError {
  override name = 'RecaudoWebhookError';
}

const SIGNED = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

/**
 * The event of a message, once its signature is verified.
 * @param body the raw body, before anything has parsed it
 * @param secret `whsec_…`; several while they are rotated: one of them must verify it
 * @throws RecaudoWebhookError
 */
export function verifyWebhook(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  secret: string | readonly string[],
): RecaudoEvent {
  const webhooks = (typeof secret === 'string' ? [secret] : (secret ?? [])).map((one) => new Webhook(one));
  if (webhooks.length === 0) throw new TypeError('there is no secret to verify with');
  const signed = signedHeaders(headers);
  let cause: unknown;
  for (const webhook of webhooks)
    try {
      const text =
        typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
      const event = webhook.verify(text, signed) as Omit<RecaudoEvent, 'id'>;
      return { id: signed['webhook-id'], ...event } as RecaudoEvent;
    } catch (error) {
      cause = error;
    }
  throw new RecaudoWebhookError('the message is not verified', { cause });
}

function signedHeaders(headers: WebhookHeaders): Record<string, string> {
  const pairs: Iterable<readonly [string, string | readonly string[] | undefined]> =
    Symbol.iterator in headers ? (headers as Iterable<readonly [string, string]>) : Object.entries(headers);
  const signed: Record<string, string> = {};
  for (const [name, value] of pairs) {
    const lower = name.toLowerCase();
    if (SIGNED.includes(lower) && typeof value === 'string') signed[lower] = value;
  }
  return signed;
}
