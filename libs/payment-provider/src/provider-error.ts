/** What went wrong at a provider, as a closed list. */
export const PROVIDER_ERROR_KINDS = [
  'rejected_request',
  'authentication',
  'rate_limited',
  'unavailable',
  'timeout',
  'connection',
  /** We did not send it: too many calls to the provider fail, or are under way. */
  'held_back',
  'unreadable_reply',
  'contradictory_reply',
] as const;
export type ProviderErrorKind = (typeof PROVIDER_ERROR_KINDS)[number];

/**
 * Whether the provider may have acted on the request. Only `not_executed` lets routing try another provider: with `unknown` an order
 * may exist, and a second one would let the payer pay twice.
 */
export type ProviderOutcome = 'not_executed' | 'unknown';

/** The one error that a provider throws. Its message holds no secret and no personal data. */
export class ProviderError extends Error {
  constructor(
    readonly kind: ProviderErrorKind,
    readonly outcome: ProviderOutcome,
    message: string,
    readonly detail: {
      /** The provider's own code, for the merchant's `errorCode` and for operators. */
      providerCode?: string;
      /** The provider asked us to wait this long (`Retry-After`). */
      retryAfterMs?: number;
      /** It said that it does not serve now. No proof, so the outcome is `unknown`; but nothing of the request is on its way any more. */
      refusedToServe?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: detail.cause });
    this.name = 'ProviderError';
  }
}
