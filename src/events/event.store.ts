import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { EventType } from '../payins/domain/history.js';
import { aheadOfDatabase, BEGINNING, beforePosition, eventPlaceOf, type EventPlace } from './event-cursor.js';
import { type EventRow, FIND_PLACES_WITH_EVENTS, READ_EVENTS } from './event.queries.js';
import { NOW } from './list-events.dto.js';

/** Of one request that chooses types: how many events it reads at most. */
const SCANNED_MAX = 1_000;

export interface FoundEvents {
  events: EventRow[];
  /** Behind all that was read. */
  place: EventPlace;
  hasNext: boolean;
}

/** Where somebody waits for an event. */
export interface WaitingPlace {
  organizationId: string;
  place: EventPlace;
}

/** Reads events in the order of their commits. */
@Injectable()
export class EventStore {
  constructor(private readonly database: Database) {}

  /**
   * @param after a cursor, `now` or nothing
   * @throws Problem VALIDATION_FAILED
   */
  async placeOf(organizationId: string, after: string | undefined): Promise<EventPlace> {
    if (after === undefined) return BEGINNING;
    if (after !== NOW) return eventPlaceOf(after);
    const [bound] = await this.database.query(READ_EVENTS, { ...BEGINNING, organizationId, limit: 0 });
    return beforePosition(BigInt(bound!.end));
  }

  /**
   * Up to `limit` behind the place; fewer, and more to come, where few are of the types.
   * @throws Problem VALIDATION_FAILED where there is no such place
   */
  async read(
    organizationId: string,
    place: EventPlace,
    limit: number,
    types: readonly EventType[] | undefined,
  ): Promise<FoundEvents> {
    const scanned = types ? SCANNED_MAX : limit + 1;
    const rows = await this.database.query(READ_EVENTS, { ...place, organizationId, limit: scanned });
    if (place.position > BigInt(rows[0]!.next)) throw aheadOfDatabase();
    const events = rows.filter((row): row is typeof row & EventRow => row.position !== null);
    const found = types ? events.filter(({ type }) => types.includes(type)) : events;
    const shown = found.slice(0, limit);
    const isFull = found.length > limit;
    const last = isFull ? shown.at(-1) : events.at(-1);
    return {
      events: shown,
      place: last ? { ...last, position: BigInt(last.position) } : place,
      hasNext: isFull || events.length === scanned,
    };
  }

  /** @returns those behind which there are events now, by their place in the list */
  async findWithEvents(waiting: readonly WaitingPlace[]): Promise<number[]> {
    const rows = await this.database.query(FIND_PLACES_WITH_EVENTS, {
      waiting: waiting.map(({ organizationId, place }, row) => ({
        row,
        organizationId,
        ...place,
        position: place.position.toString(),
      })),
    });
    return rows.map(({ row }) => row);
  }
}
