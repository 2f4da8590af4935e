import { randomInt } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** Half of the 32 bits that the standard gives to a sequence: the other half is room to count. */
const FIRST_MAX = 2 ** 31;

let latest = { msecs: Number.NaN, sequence: 0 };

/**
 * A UUIDv7 that carries this instant, one of the database's clock: rows go by their ids in the order of their times, whatever the replicas'
 * clocks say. Of the same instant the ids of one decision go in the order in which they were made.
 */
export function idAt(at: Date): string {
  const msecs = at.getTime();
  // Begun anew by chance, so that nobody can count the rows of others between two of theirs.
  latest = { msecs, sequence: msecs === latest.msecs ? (latest.sequence + 1) >>> 0 : randomInt(FIRST_MAX) };
  return uuidv7({ msecs, seq: latest.sequence });
}

/** SQL: the same for a row whose instant is `now()`, made of any UUIDv7. */
export function idNow(id: `$${string}`): string {
  const time = `lpad(to_hex((extract(epoch from date_trunc('milliseconds', now())) * 1000)::bigint), 12, '0')`;
  return `(left(${time}, 8) || '-' || right(${time}, 4) || substr(${id}::text, 14))::uuid`;
}
