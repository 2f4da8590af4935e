import type { Claimed } from '../../database/due-work.js';
import type { MatchingPhase, StatementCovers, StatementSource, StatementStatus } from './statement.entity.js';

/** What work on a statement needs to know of it. */
export interface ClaimedStatement extends Claimed {
  provider: string;
  source: StatementSource;
  status: StatementStatus;
  from: Date;
  to: Date;
  covers: StatementCovers | null;
  phase: MatchingPhase | null;
  position: string | null;
  attempts: number;
}

/** Whoever holds a statement: its upload, or a worker. */
export type StatementHold = Pick<Claimed, 'organizationId' | 'id' | 'fencingToken'>;

/** Another process holds the statement, because the lease ended. What this one still wants to write does not count. */
export class StatementLost extends Error {
  constructor() {
    super('another process holds the statement');
    this.name = 'StatementLost';
  }
}
