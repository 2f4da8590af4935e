import { ProviderError, type ProviderErrorKind } from '@recaudo/payment-provider';
import { OutboundError, type OutboundErrorKind } from './outbound-error.js';
import type { CallPurpose, OutboundHttp, OutboundReply, OutboundRequest } from './outbound-http.js';

export interface ProviderRequest extends OutboundRequest {
  purpose: CallPurpose;
}

/** How calls of one kind are treated. */
export type CallTerms = Pick<ProviderRequest, 'purpose' | 'timeoutMs' | 'maxReplyBytes'>;

const ERROR_KINDS: Readonly<Record<OutboundErrorKind, ProviderErrorKind>> = {
  circuit_open: 'held_back',
  overloaded: 'held_back',
  forbidden_address: 'connection',
  not_connected: 'connection',
  broken_off: 'connection',
  too_large: 'connection',
  timeout: 'timeout',
};

/**
 * A call to a provider: any HTTP status is a reply, for its mapper to read; without one there is a ProviderError that says whether the
 * request may have arrived.
 * @param title the provider's name as people write it
 */
export async function callProvider(
  http: OutboundHttp,
  title: string,
  request: ProviderRequest,
): Promise<OutboundReply> {
  try {
    return await http.send(request);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    throw new ProviderError(
      ERROR_KINDS[error.kind],
      error.mayHaveArrived ? 'unknown' : 'not_executed',
      `${title}: ${error.message}`,
      { retryAfterMs: error.retryAfterMs, cause: error },
    );
  }
}

export type RefusalKind = 'authentication' | 'rate_limited' | 'rejected_request';

/** HTTP statuses with which a server says that it did not act on the request. A 409 may mean that the order is already there. */
const REFUSALS: Readonly<Record<number, RefusalKind>> = {
  400: 'rejected_request',
  401: 'authentication',
  403: 'authentication',
  404: 'rejected_request',
  405: 'rejected_request',
  413: 'rejected_request',
  415: 'rejected_request',
  422: 'rejected_request',
  429: 'rate_limited',
};

/** What kind of refusal the reply's HTTP status is; undefined where it leaves open whether the request was acted on. */
export function refusalOf({ status }: Pick<OutboundReply, 'status'>): RefusalKind | undefined {
  return REFUSALS[status];
}

/**
 * The error of a reply that leaves open whether the request was acted on. A 503 means that it was not handled, for overload or maintenance
 * (RFC 9110, 15.6.4); any other status may come from whoever gave up on a server that is still at it.
 */
export function unavailable(
  message: string,
  reply: Pick<OutboundReply, 'status' | 'headers'>,
  detail: { providerCode?: string } = {},
): ProviderError {
  return new ProviderError('unavailable', 'unknown', message, {
    ...detail,
    retryAfterMs: readRetryAfterMs(reply),
    refusedToServe: reply.status === 503,
  });
}

const RETRY_AFTER_MAX_MS = 3_600_000;

/** How long the server asks to be left alone, in seconds or as a date (RFC 9110, 10.2.3), an hour at most. */
export function readRetryAfterMs({ headers }: Pick<OutboundReply, 'headers'>, now = Date.now()): number | undefined {
  const value = headers['retry-after']?.trim();
  if (!value) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return ms > 0 ? Math.min(ms, RETRY_AFTER_MAX_MS) : undefined;
}
