import { DATABASE_REFUSALS, databaseRefusalOf } from '../database/database-refusal.js';
import { Problem } from '../http/problem.js';

/** References, event keys and fencing tokens make this safe, whether the refused statement was executed or not. */
const AGAIN = 'Try the same request again: it has its effect once.';

/** What a caller is answered while the database does not serve. */
export function databaseProblem(error: unknown): Problem | undefined {
  const refusal = databaseRefusalOf(error);
  if (!refusal) return undefined;
  const { says, retryAfterSeconds } = DATABASE_REFUSALS[refusal];
  return new Problem('UNAVAILABLE', `The database ${says}. ${AGAIN}`, undefined, {
    'retry-after': String(retryAfterSeconds),
  });
}
