import type { Secret } from '../secret.js';
import type { RequestSigner, SignedRequest, UnsignedRequest } from './request-signer.js';

/** One key in one header, the same for every request. */
export class ApiKeySigner implements RequestSigner {
  constructor(private readonly options: { header: string; key: Secret }) {}

  sign({ body }: UnsignedRequest): SignedRequest {
    const { header, key } = this.options;
    return { headers: { [header]: key.reveal() }, ...(body ? { body: JSON.stringify(body) } : {}) };
  }
}
