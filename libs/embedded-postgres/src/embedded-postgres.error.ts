/** Why the embedded server cannot be used, as one sentence an operator can act on (plus, at times, the end of its log). */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
