import { Secret } from '../secret.js';
import type { RequestSigner, SignedRequest, UnsignedRequest } from './request-signer.js';

interface BasicAndTokenOptions {
  username: Secret;
  password: Secret;
  tokenHeader: string;
  token: Secret;
}

/** HTTP Basic plus a token in a header of its own. */
export class BasicAndTokenSigner implements RequestSigner {
  private readonly authorization: Secret;
  private readonly tokenHeader: string;
  private readonly token: Secret;

  constructor({ username, password, tokenHeader, token }: BasicAndTokenOptions) {
    const credentials = Buffer.from(`${username.reveal()}:${password.reveal()}`).toString('base64');
    this.authorization = new Secret(`Basic ${credentials}`);
    this.tokenHeader = tokenHeader;
    this.token = token;
  }

  sign({ body }: UnsignedRequest): SignedRequest {
    return {
      headers: { [this.tokenHeader]: this.token.reveal(), Authorization: this.authorization.reveal() },
      ...(body ? { body: JSON.stringify(body) } : {}),
    };
  }
}
