/** Why the database does not serve a statement just now, though nothing is wrong with the statement. The same request may be sent again later. */
export const DATABASE_REFUSALS = {
  unreachable: { says: 'cannot be reached', retryAfterSeconds: 2 },
  read_only: { says: 'is read-only', retryAfterSeconds: 5 },
  full: { says: 'has no room left', retryAfterSeconds: 30 },
  too_slow: { says: 'took too long', retryAfterSeconds: 5 },
  locked: { says: 'is held up by another change', retryAfterSeconds: 1 },
  busy: { says: 'has no connection free', retryAfterSeconds: 2 },
} as const satisfies Record<string, { says: string; retryAfterSeconds: number }>;
export type DatabaseRefusal = keyof typeof DATABASE_REFUSALS;

/** SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html) and Node's codes. The first that fits counts. */
const BY_CODE: readonly [RegExp, DatabaseRefusal][] = [
  // A standby, or a server that its operator has closed for changes.
  [/^25006$/, 'read_only'],
  // Disk, memory, a quota; a file that cannot be written.
  [/^(?:53100|53200|53400|58030)$/, 'full'],
  // Of PostgreSQL itself, of a role or of a database.
  [/^53300$/, 'busy'],
  // statement_timeout and cancellation by an operator; transaction_timeout and idle_in_transaction_session_timeout.
  [/^(?:57014|25P03|25P04)$/, 'too_slow'],
  // lock_timeout and NOWAIT; an object in use; a deadlock; a conflict of transactions.
  [/^(?:55P03|55006|40P01|40001)$/, 'locked'],
  // Connections that break, that are not let in, whose database is gone; a server that stops, starts or has crashed.
  [/^(?:08|28|3D|53|57|58)[0-9A-Z]{3}$/, 'unreachable'],
  [/^(?:ECONN[A-Z]+|E(?:HOST|NET)UNREACH|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_[A-Z]+)$/, 'unreachable'],
  // Our own open files.
  [/^E[MN]FILE$/, 'busy'],
  // TLS: a certificate that has run out or names another host.
  [/^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/, 'unreachable'],
];

/** What the driver says without a code, by the beginning of its message. */
const BY_MESSAGE: readonly [string, DatabaseRefusal][] = [
  // Its pool: no connection was given back in time.
  ['timeout exceeded when trying to connect', 'busy'],
  // The queue of a batch, see NotBatched.
  ['too many wait for a batch already', 'busy'],
  ['waited too long for a batch', 'busy'],
  // Its own limit on a query, for servers that say nothing any more.
  ['Query read timeout', 'too_slow'],
  ['Connection terminated', 'unreachable'],
  ['Client has encountered a connection error', 'unreachable'],
  ['Client was closed', 'unreachable'],
  ['The server does not support SSL', 'unreachable'],
  ['There was an error establishing an SSL connection', 'unreachable'],
  ['Cannot use a pool after calling end', 'unreachable'],
];

/** An error may wrap another, and the ORM wraps the driver's. */
const CAUSES_MAX = 4;

/** @returns undefined for every error that is not the database's momentary inability */
export function databaseRefusalOf(error: unknown): DatabaseRefusal | undefined {
  let current = error;
  for (let depth = 0; depth < CAUSES_MAX && typeof current === 'object' && current !== null; depth += 1) {
    const { code, message = '', cause } = current as { code?: unknown; message?: string; cause?: unknown };
    const found =
      (typeof code === 'string' && BY_CODE.find(([pattern]) => pattern.test(code))) ||
      BY_MESSAGE.find(([beginning]) => message.startsWith(beginning));
    if (found) return found[1];
    current = cause;
  }
  return undefined;
}
