import { randomInt, randomUUID } from 'node:crypto';

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
  return uuid7(msecs, latest.sequence);
}

/** A UUIDv7 of this machine's time, for rows that are in no order. */
export function newId(): string {
  return `${timePart(Date.now())}-7${randomUUID().slice(15)}`;
}

/** Of an instant and later: the ids from this one on. */
export function firstIdAt(at: Date): string {
  // None is of an instant before 1970.
  return `${timePart(Math.max(0, at.getTime()))}-0000-0000-000000000000`;
}

/** RFC 9562, section 5.7, with a counter of 32 bits behind the time (6.2, method 1): a tenth of what a library takes, which also checks its input. */
function uuid7(msecs: number, counter: number): string {
  const high = (0x7000 | (counter >>> 20)).toString(16);
  const middle = (0x8000 | ((counter >>> 6) & 0x3fff)).toString(16);
  const random = randomUUID();
  const low = (((counter & 0x3f) << 2) | (Number.parseInt(random[0]!, 16) & 3)).toString(16).padStart(2, '0');
  return `${timePart(msecs)}-${high}-${middle}-${low}${random.slice(26)}`;
}

function timePart(msecs: number): string {
  const hex = msecs.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** SQL: the same for a row whose instant is `now()`, made of any UUIDv7. */
export function idNow(id: string): string {
  const time = `lpad(to_hex((extract(epoch from date_trunc('milliseconds', now())) * 1000)::bigint), 12, '0')`;
  // Once for all rows of a statement.
  return `((select left(time, 8) || '-' || right(time, 4) from (select ${time} as time) as present) || substr(${id}::text, 14))::uuid`;
}
