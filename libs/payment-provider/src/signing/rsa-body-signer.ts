import { type KeyObject, randomUUID, sign } from 'node:crypto';
import { ProviderError } from '../provider-error.js';
import type { RequestSigner, SignedRequest, UnsignedRequest } from './request-signer.js';
import { readSignedFields, textToSign } from './rsa-body-text.js';

/** What makes a request fresh: milliseconds of now, and 32 hexadecimal digits that no other request has. */
export interface RequestStamp {
  timestamp: string;
  nonce: string;
}

/**
 * Signs all fields of the body and the nonce with SHA1withRSA, and puts the signature into the body's field `sign`. The headers name the
 * nonce; whatever else they say is not signed.
 */
export class RsaBodySigner implements RequestSigner {
  constructor(
    private readonly options: {
      privateKey: KeyObject;
      headers: (stamp: RequestStamp) => Record<string, string>;
      /** For tests. */
      now?: () => number;
      nonce?: () => string;
    },
  ) {}

  sign({ body = {} }: UnsignedRequest): SignedRequest {
    const { privateKey, headers, now = Date.now, nonce: newNonce = randomNonce } = this.options;
    const nonce = newNonce();
    // Read back from the text that goes out, so that both sides sign the same.
    const fields = readSignedFields(JSON.stringify(body));
    if (!fields)
      throw new ProviderError('rejected_request', 'not_executed', 'the request holds a text that is no Unicode');
    const signature = sign('RSA-SHA1', Buffer.from(textToSign(fields, nonce)), privateKey).toString('base64');
    return {
      headers: headers({ timestamp: String(now()), nonce }),
      body: JSON.stringify({ ...body, sign: signature }),
    };
  }
}

function randomNonce(): string {
  return randomUUID().replaceAll('-', '');
}
