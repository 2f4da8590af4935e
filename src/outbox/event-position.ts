/**
 * SQL, as PostgreSQL spells it: the default of a column that orders events by their transactions. A transaction gets its number when it first writes, so a position below
 * `EVENT_POSITION_END` is of one that has ended: nothing that is committed later can stand before it.
 *
 * Another cluster numbers its transactions anew: `event_positions_before()` is where it goes on, see `continueEventPositions`.
 */
export const EVENT_POSITION = '(((pg_current_xact_id())::text)::bigint + event_positions_before())';

/** SQL: below it, all that is committed ever is visible to this statement. */
export const EVENT_POSITION_END = '(pg_snapshot_xmin(pg_current_snapshot())::text::bigint + event_positions_before())';

/** SQL: no position is as high yet. */
export const NO_EVENT_POSITION_YET =
  '(pg_snapshot_xmax(pg_current_snapshot())::text::bigint + event_positions_before())';
