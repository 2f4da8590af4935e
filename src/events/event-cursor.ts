import { createHash } from 'node:crypto';
import { validationFailed, type Problem } from '../http/problem.js';

/** A place in an organization's events: behind the event of this position, payin (or discrepancy without one) and sequence. */
export interface EventPlace {
  position: bigint;
  subjectId: string;
  sequence: number;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Before all events of a position. */
export function beforePosition(position: bigint): EventPlace {
  return { position, subjectId: NOBODY, sequence: 0 };
}

export const BEGINNING = beforePosition(0n);

const PLACE_BYTES = 8 + 16 + 4;
const CHECK_BYTES = 5;

/** What a damaged copy of a cursor does not have: it would lead elsewhere without a word. */
function checkOf(place: Buffer): Buffer {
  return createHash('sha256').update('events').update(place).digest().subarray(0, CHECK_BYTES);
}

export function eventCursorOf({ position, subjectId, sequence }: EventPlace): string {
  const place = Buffer.alloc(PLACE_BYTES);
  place.writeBigInt64BE(position);
  place.write(subjectId.replaceAll('-', ''), 8, 'hex');
  place.writeInt32BE(sequence, 24);
  return Buffer.concat([place, checkOf(place)]).toString('base64url');
}

/** @throws Problem VALIDATION_FAILED */
export function eventPlaceOf(cursor: string): EventPlace {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length !== PLACE_BYTES + CHECK_BYTES) throw notACursor();
  const subjectId = bytes.toString('hex', 8, 24).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const place = { position: bytes.readBigInt64BE(), subjectId, sequence: bytes.readInt32BE(24) };
  // Also what decoding overlooks.
  if (eventCursorOf(place) !== cursor) throw notACursor();
  return place;
}

function notACursor(): Problem {
  return validationFailed({
    field: 'after',
    message:
      'must be a nextCursor of this list, whole and unchanged; leave it out to begin with the oldest event, or send `now`',
  });
}

/** The database has given out no such position: it was restored from a backup since, or the cursor is of another one. */
export function aheadOfDatabase(): Problem {
  return validationFailed({
    field: 'after',
    message:
      'is ahead of all events: the database is another one, or was restored from a backup. Leave it out to begin with the oldest event (each has the `id` that it had), or send `now`',
  });
}
