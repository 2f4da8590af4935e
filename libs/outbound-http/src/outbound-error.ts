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

/** What ends an exchange when its time is over. */
export const DEADLINE = { code: 'deadline' } as const;

/** undici's code for a connection that the other side closed, and Node's own, which is the better known. */
const CODES: Readonly<Record<string, string>> = { UND_ERR_SOCKET: 'ECONNRESET' };

/**
 * Turns whatever the transport threw into an OutboundError whose message holds a code and nothing of the request.
 * @param mayHaveLeft whether the request had a connection; no code shows that, because most of them occur before and after
 */
export function toOutboundError(error: unknown, mayHaveLeft: boolean): OutboundError {
  if (error instanceof OutboundError) return error;
  const code = codeOf(error);
  const kind = kindOf(code, mayHaveLeft);
  return new OutboundError(kind, `${kind.replaceAll('_', ' ')}${code ? ` (${code})` : ''}`, mayHaveLeft);
}

function kindOf(code: string | undefined, mayHaveLeft: boolean): OutboundErrorKind {
  if (code === 'EPRIVATEADDRESS') return 'forbidden_address';
  if (!mayHaveLeft) return 'not_connected';
  return code === DEADLINE.code ? 'timeout' : 'broken_off';
}

/** Read by shape: an error of Node's own may come from another realm, where `instanceof Error` is false. */
function codeOf(error: unknown): string | undefined {
  const { code } = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  return typeof code === 'string' ? (CODES[code] ?? code) : undefined;
}
