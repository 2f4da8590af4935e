import type { Secret } from '../secret.js';
import type { RequestSigner, SignedRequest, UnsignedRequest } from './request-signer.js';

/** HTTP Basic plus a token in a header of its own. */
export class BasicAndTokenSigner implements RequestSigner {
  constructor(private readonly options: { username: Secret; password: Secret; tokenHeader: string; token: Secret }) {}

  sign({ body }: UnsignedRequest): SignedRequest {
    const { username, password, tokenHeader, token } = this.options;
    const credentials = Buffer.from(`${username.reveal()}:${password.reveal()}`).toString('base64');
    return {
      headers: { [tokenHeader]: token.reveal(), Authorization: `Basic ${credentials}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    };
  }
}
