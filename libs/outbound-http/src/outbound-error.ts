/** Why there is no usable reply. The first four are ours or the network's before anything left; the others may have been carried out. */
export type OutboundErrorKind =
  'circuit_open' | 'overloaded' | 'forbidden_address' | 'not_connected' | 'broken_off' | 'timeout' | 'too_large';

/**
 * No reply was read. `mayHaveArrived` is false only where the request certainly never left: it never had a connection, or we refused to
 * make one.
 */
export class OutboundError extends Error {
  constructor(
    readonly kind: OutboundErrorKind,
    message: string,
    readonly mayHaveArrived: boolean,
    /** When the breaker lets a call through again; only `circuit_open` knows, and not while a call is under way that decides. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
    this.name = 'OutboundError';
  }
}

/** A request that we did not let out. */
export function refused(kind: 'circuit_open' | 'overloaded', reason: string, retryAfterMs?: number): OutboundError {
  return new OutboundError(kind, `${kind.replaceAll('_', ' ')} (${reason})`, false, retryAfterMs);
}

/** axios' code for an exchange that its AbortSignal ended: only our deadlines do that. */
const CANCELLED = 'ERR_CANCELED';

/**
 * Turns whatever the transport threw into an OutboundError whose message holds a code and nothing of the request.
 * @param mayHaveLeft whether the request had a connection; no code shows that, because most of them occur before and after
 */
export function toOutboundError(error: unknown, mayHaveLeft: boolean): OutboundError {
  // Read by shape: an error of Node's own may come from another realm, where `instanceof Error` is false.
  const { code, message } = fieldsOf(error);
  if (message?.startsWith('maxContentLength size'))
    return new OutboundError('too_large', 'the reply is larger than allowed', true);
  const kind = kindOf(code, mayHaveLeft);
  const reason = code === CANCELLED ? 'deadline' : code;
  return new OutboundError(kind, `${kind.replaceAll('_', ' ')}${reason ? ` (${reason})` : ''}`, mayHaveLeft);
}

function kindOf(code: string | undefined, mayHaveLeft: boolean): OutboundErrorKind {
  if (code === 'EPRIVATEADDRESS') return 'forbidden_address';
  if (!mayHaveLeft) return 'not_connected';
  return code === CANCELLED ? 'timeout' : 'broken_off';
}

function fieldsOf(error: unknown): { code?: string; message?: string } {
  const { code, message } = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof message === 'string' ? { message } : {}),
  };
}
