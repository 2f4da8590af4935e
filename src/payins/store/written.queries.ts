/**
 * What was decided so long ago is not written, and must be decided anew: so a day that is over by more than this gets nothing more. Nobody waits
 * so long but a process that stood still.
 */
export const DECIDED_WITHIN_SECONDS = 60;

/** SQL: the time of a decision is not too long ago. */
export const isRecent = (time: string): string =>
  `${time} > statement_timestamp() - interval '${DECIDED_WITHIN_SECONDS} seconds'`;

/** The result of a write that took place. */
export interface Written {
  /** A worker has notifications to send. */
  hasDueNotifications: boolean;
  /** The organization has webhook endpoints. */
  hasEndpoints: boolean;
}
