import { query } from '../database/query.js';
import { EVENT_POSITION_END, NO_EVENT_POSITION_YET } from '../outbox/event-position.js';
import {
  DISCREPANCY_OPENED,
  DISCREPANCY_RESOLVED,
  type EventType,
  type HistoryType,
} from '../payins/domain/history.js';
import { IS_EVENT } from '../payins/store/payin-event.entity.js';
import { IS_OPENED_WITHOUT_PAYIN, IS_RESOLVED_WITHOUT_PAYIN } from '../reconciliation/discrepancy.entity.js';
import type { EventPlace } from './event-cursor.js';

/** An event as it is stored. Amounts of 64 bits are texts. */
export interface EventRow {
  position: string;
  /** Of the payin; of the discrepancy where there is no payin. */
  subjectId: string;
  sequence: number;
  type: EventType & HistoryType;
  at: Date;
  isOfPayin: boolean;
  /** Of the refund that it is about. */
  refundId: string | null;
  /** Of the discrepancy that it is about. */
  kind: string | null;
}

/** Where events end that may be read, and, beside it in each row, an event; all of it is null where there is none. */
export type EventRows = ({ end: string; next: string } & (EventRow | { [Name in keyof EventRow]: null }))[];

interface Source {
  from: string;
  where: string;
  position: string;
  subjectId: string;
  sequence: string;
  columns: string;
}

/** Where events are. Each has an index in their order. */
const SOURCES: readonly Source[] = [
  {
    from: 'payin_events',
    where: IS_EVENT,
    position: 'position',
    subjectId: 'payin_id',
    sequence: 'sequence',
    columns: `type, at, true as "isOfPayin", data->>'refundId' as "refundId", data->>'kind' as kind`,
  },
  {
    from: 'discrepancies',
    where: IS_OPENED_WITHOUT_PAYIN,
    position: 'opened_position',
    subjectId: 'id',
    sequence: '0',
    columns: `'${DISCREPANCY_OPENED}' as type, opened_at as at, false as "isOfPayin", null as "refundId", kind`,
  },
  {
    from: 'discrepancies',
    where: IS_RESOLVED_WITHOUT_PAYIN,
    position: 'resolved_position',
    subjectId: 'id',
    sequence: '1',
    columns: `'${DISCREPANCY_RESOLVED}' as type, resolved_at as at, false as "isOfPayin", null as "refundId", kind`,
  },
];

/** SQL: behind a place, and before what may still be committed. Without the second, whoever commits late is never read. */
function isBehind(
  { position, subjectId, sequence }: Source,
  place: { position: string; subjectId: string; sequence: string },
  end: string,
): string {
  // Both say something that an index begins with: the first of itself would be compared row by row where the sequence is no column.
  return `${position} >= ${place.position} and ${position} < ${end}
        and (${position}, ${subjectId}, ${sequence}) > (${place.position}, ${place.subjectId}, ${place.sequence})`;
}

const PLACE = { position: '$position::bigint', subjectId: '$subjectId::uuid', sequence: '$sequence::int' };

/** The first events behind a place, in the order of their commits. */
export const READ_EVENTS = query<EventPlace & { organizationId: string; limit: number }, EventRows[number]>(
  'read events',
  `
    with bound as materialized (
      select ${EVENT_POSITION_END} as "end", ${NO_EVENT_POSITION_YET} as next
    )
    select bound."end"::text as "end", bound.next::text as next, event.*
    from bound left join lateral (
      select * from (
        ${SOURCES.map(
          (source) => `(
          select ${source.position}::text as position, ${source.subjectId} as "subjectId", ${source.sequence} as sequence, ${source.columns}
          from ${source.from}
          where organization_id = $organizationId and ${source.where}
            and ${isBehind(source, PLACE, '(select "end" from bound)')}
          order by ${source.from}.${source.position}, ${source.subjectId}${source.sequence === 'sequence' ? ', sequence' : ''}
          limit $limit::int
        )`,
        ).join(' union all ')}
      ) as events
      order by position::bigint, "subjectId", sequence limit $limit::int
    ) as event on true
    order by event.position::bigint, event."subjectId", event.sequence`,
);

interface Waiting {
  row: number;
  organizationId: string;
  position: string;
  subjectId: string;
  sequence: number;
}

/** Those of many places behind which there is an event now. */
export const FIND_PLACES_WITH_EVENTS = query<{ waiting: readonly Waiting[] }, { row: number }>(
  'find places with events',
  `
    with bound as materialized (select ${EVENT_POSITION_END} as "end")
    select w.row
    from jsonb_to_recordset($waiting::jsonb) as w (row int, "organizationId" uuid, position bigint, "subjectId" uuid, sequence int)
    where ${SOURCES.map(
      (source) => `exists (
        select from ${source.from}
        where organization_id = w."organizationId" and ${source.where}
          and ${isBehind(
            {
              ...source,
              position: `${source.from}.${source.position}`,
              subjectId: `${source.from}.${source.subjectId}`,
              sequence: source.sequence === 'sequence' ? `${source.from}.sequence` : source.sequence,
            },
            { position: 'w.position', subjectId: 'w."subjectId"', sequence: 'w.sequence' },
            '(select "end" from bound)',
          )}
      )`,
    ).join(' or ')}`,
);

/** The highest position that is written, and the lowest that is not given out yet. In one cluster the first is lower. */
export const COMPARE_POSITIONS = query<object, { highest: string; next: string; before: string }>(
  'compare positions of events',
  `
    select coalesce(max(highest.position), 0)::text as highest, (${NO_EVENT_POSITION_YET})::text as next, event_positions_before()::text as before
    from organizations o left join lateral (
      ${SOURCES.map(
        (source) => `(
        select ${source.position} as position from ${source.from}
        where ${source.from}.organization_id = o.id and ${source.where} order by ${source.position} desc limit 1
      )`,
      ).join(' union all ')}
    ) as highest on true`,
);

/** From where a cluster's positions go on that numbers its transactions anew. */
export function setPositionsBefore(before: bigint): string {
  return `create or replace function event_positions_before() returns bigint language sql stable parallel safe as 'select ${before}::bigint'`;
}
