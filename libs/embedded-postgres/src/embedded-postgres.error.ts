/** Why the embedded server cannot be used, as one sentence an operator can act on (plus, at times, the end of its log). */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** The system's code of a failed call ("ENOENT"), or PostgreSQL's SQLSTATE; undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
