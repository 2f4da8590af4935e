/** DI token: how this provider's requests are signed. */
export const REQUEST_SIGNER = Symbol('RequestSigner');

export interface UnsignedRequest {
  method: 'GET' | 'POST';
  path: string;
  /** The fields of the JSON body. */
  body?: Readonly<Record<string, unknown>>;
}

/** What the signature adds to a request, and the body as it must go out: some providers want the signature inside it. */
export interface SignedRequest {
  headers: Record<string, string>;
  body?: string;
}

/** Authenticates a request. Serialises its body too, because a signature may be part of it. */
export interface RequestSigner {
  sign(request: UnsignedRequest): SignedRequest;
}
