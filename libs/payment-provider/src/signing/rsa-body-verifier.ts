import { type KeyObject, verify } from 'node:crypto';
import type { InboundWebhook, WebhookVerifier } from '../webhooks.js';
import { readSignedFields, textToSign } from './rsa-body-text.js';

/** No `&`: it would end the nonce inside the signed text. */
const NONCE = /^[\x21-\x25\x27-\x7e]{1,128}$/;
const SIGNATURE_LENGTH_MAX = 1024;

/**
 * Verifies the body's field `sign` over all other fields, unknown ones too, and the header `nonce`: SHA1withRSA. The body is covered, so
 * that such webhooks can be `authoritative`, with one care for the reader: the signed text does not escape `&`, so two fields can be
 * passed off as one whose value holds an `&`. A reader must not take such a value for a number, a time or a reference.
 *
 * An old timestamp is no reason to refuse: it is not signed, and a webhook that is sent again may carry its first one. A replay repeats what
 * was reported before, and the inbox stores each event once.
 */
export class RsaBodyVerifier implements WebhookVerifier {
  readonly strategy = 'rsa-body';

  constructor(private readonly options: { publicKey: KeyObject }) {}

  verify({ rawBody, headers }: InboundWebhook): boolean {
    const nonce = headers['nonce'];
    const fields = readSignedFields(decode(rawBody) ?? '');
    const signature = readSignature(fields?.get('sign'));
    if (typeof nonce !== 'string' || !NONCE.test(nonce) || !fields || !signature) return false;
    try {
      return verify('RSA-SHA1', Buffer.from(textToSign(fields, nonce)), this.options.publicKey, signature);
    } catch {
      return false;
    }
  }
}

/** Base64 in its one canonical form: what decodes to the same bytes is still another body. */
function readSignature(text = ''): Buffer | undefined {
  if (text === '' || text.length > SIGNATURE_LENGTH_MAX) return undefined;
  const signature = Buffer.from(text, 'base64');
  return signature.toString('base64') === text ? signature : undefined;
}

/** Undefined where the bytes are no UTF-8: they would be replaced, and another text verified. */
function decode(rawBody: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(rawBody);
  } catch {
    return undefined;
  }
}
