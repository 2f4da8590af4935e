/** Why there is no usable reply. */
export type OutboundErrorKind = 'not_connected' | 'broken_off' | 'timeout' | 'too_large' | 'forbidden_address';

/**
 * No reply was read. `mayHaveArrived` is false only where the request certainly never left: the name did not resolve, the connection was
 * refused, or we refused the address ourselves.
 */
export class OutboundError extends Error {
  constructor(
    readonly kind: OutboundErrorKind,
    message: string,
    readonly mayHaveArrived: boolean,
  ) {
    super(message);
    this.name = 'OutboundError';
  }
}

interface Verdict {
  kind: OutboundErrorKind;
  mayHaveArrived: boolean;
}

const NEVER_LEFT: Verdict = { kind: 'not_connected', mayHaveArrived: false };

const BROKEN_OFF: Verdict = { kind: 'broken_off', mayHaveArrived: true };

/** The one table of transport errors, by Node's and axios' codes. What is not in it may have arrived. */
const VERDICTS: Readonly<Record<string, Verdict>> = {
  ECONNREFUSED: NEVER_LEFT,
  ENOTFOUND: NEVER_LEFT,
  EAI_AGAIN: NEVER_LEFT,
  EHOSTUNREACH: NEVER_LEFT,
  ENETUNREACH: NEVER_LEFT,
  ERR_INVALID_URL: NEVER_LEFT,
  CERT_HAS_EXPIRED: NEVER_LEFT,
  ERR_TLS_CERT_ALTNAME_INVALID: NEVER_LEFT,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NEVER_LEFT,
  DEPTH_ZERO_SELF_SIGNED_CERT: NEVER_LEFT,
  SELF_SIGNED_CERT_IN_CHAIN: NEVER_LEFT,
  EPRIVATEADDRESS: { kind: 'forbidden_address', mayHaveArrived: false },
  ERR_CANCELED: { kind: 'timeout', mayHaveArrived: true },
  ECONNABORTED: { kind: 'timeout', mayHaveArrived: true },
  ETIMEDOUT: { kind: 'timeout', mayHaveArrived: true },
};

/** Turns whatever the transport threw into an OutboundError whose message holds a code and nothing of the request. */
export function toOutboundError(error: unknown): OutboundError {
  // Read by shape: an error of Node's own may come from another realm, where `instanceof Error` is false.
  const { code, message, syscall } = fieldsOf(error);
  if (message?.startsWith('maxContentLength size'))
    return new OutboundError('too_large', 'the reply is larger than allowed', true);
  // The same code from a read or a write means a connection that broke: what was sent may have arrived.
  const broken = syscall === 'read' || syscall === 'write';
  const { kind, mayHaveArrived } = (!broken && code && VERDICTS[code]) || BROKEN_OFF;
  return new OutboundError(kind, `${kind.replaceAll('_', ' ')}${code ? ` (${code})` : ''}`, mayHaveArrived);
}

function fieldsOf(error: unknown): { code?: string; message?: string; syscall?: string } {
  const { code, message, syscall } =
    typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof message === 'string' ? { message } : {}),
    ...(typeof syscall === 'string' ? { syscall } : {}),
  };
}
