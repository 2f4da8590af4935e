import { Injectable } from '@nestjs/common';
import { newId } from '../../database/id-at.js';
import { Database } from '../../database/database.js';
import type { Busy, Claimed } from '../../database/due-work.js';
import type { Query } from '../../database/query.js';
import { type ClaimedStatement, type StatementHold, StatementLost } from './claimed-statement.js';
import type { StatementLine } from './statement-line.js';
import type { BadLine } from './statement.entity.js';
import {
  APPEND_LINES,
  CLAIM_STATEMENTS,
  COUNT_UNDER_WAY,
  CREATE_STATEMENT,
  END_STATEMENT,
  FAIL_STATEMENT,
  FIND_BY_FINGERPRINT,
  KEEP_STATEMENT,
  LISTS_TO_PLAN,
  type NewStatement,
  type PlannedList,
  READ_ATTEMPTS,
  READ_ORGANIZATION,
  RELEASE_STATEMENT,
  REST_STATEMENT,
  RETRY_LATER,
  START_MATCHING,
  SWEEP,
  SWEEP_LINES,
} from './statement.queries.js';

const UNIQUE_VIOLATION = '23505';

/** Statements from their creation until all their lines are stored, and the end of those that are not compared. */
@Injectable()
export class StatementStore {
  constructor(private readonly database: Database) {}

  /**
   * @param isHeld by its creator; otherwise it is due at once
   * @returns its id; undefined when its fingerprint is taken
   */
  async create(statement: NewStatement, isHeld: boolean): Promise<string | undefined> {
    const [row] = await this.database.query(CREATE_STATEMENT, { ...statement, id: newId(), isHeld });
    return row?.id;
  }

  async idOf(organizationId: string, fingerprint: string): Promise<string | undefined> {
    const [row] = await this.database.query(FIND_BY_FINGERPRINT, { organizationId, fingerprint });
    return row?.id;
  }

  /** How many statements of an organization are not done yet. */
  async underWay(organizationId: string): Promise<number> {
    const [row] = await this.database.query(COUNT_UNDER_WAY, { organizationId });
    return row?.count ?? 0;
  }

  /** The lists of today that have not been requested yet, one for each organization that had orders at the provider in the last days. */
  listsToPlan(provider: string, hour: number, days: number): Promise<PlannedList[]> {
    return this.database.query(LISTS_TO_PLAN, { provider, hour, days });
  }

  /** The code of its orders in a provider's list. */
  async organization(organizationId: string): Promise<{ code: string; isAlone: boolean }> {
    const [row] = await this.database.query(READ_ORGANIZATION, { organizationId });
    if (!row) throw new Error('a statement of an organization that does not exist');
    return row;
  }

  claim(free: number, busy: readonly Busy[]): Promise<ClaimedStatement[]> {
    return this.database.query(CLAIM_STATEMENTS, { free, busy });
  }

  async release(claim: Claimed): Promise<void> {
    await this.database.query(RELEASE_STATEMENT, claim);
  }

  /** Holds the statement for another lease. @throws StatementLost */
  async keep(hold: StatementHold): Promise<void> {
    await this.#change(KEEP_STATEMENT, hold);
  }

  /** Stores some of its lines, and holds it for another lease. @throws StatementLost */
  async append(hold: StatementHold, lines: readonly StatementLine[]): Promise<void> {
    await this.#change(APPEND_LINES, {
      ...hold,
      lines: lines.map(({ line }) => line),
      references: lines.map(({ reference }) => reference),
      externalIds: lines.map(({ externalId }) => externalId),
      amountsInCents: lines.map(({ amountInCents }) => amountInCents),
      currencies: lines.map(({ currency }) => currency),
      statuses: lines.map(({ status }) => status),
      rawStatuses: lines.map(({ rawStatus }) => rawStatus),
      paidAts: lines.map(({ paidAt }) => paidAt?.toISOString() ?? null),
      feesInCents: lines.map(({ feeInCents }) => feeInCents),
    });
  }

  /**
   * All lines are stored: they are matched from now on.
   * @returns false when another statement has the same fingerprint
   * @throws StatementLost
   */
  async received(hold: StatementHold, fingerprint: string | null): Promise<boolean> {
    try {
      await this.#change(START_MATCHING, { ...hold, fingerprint });
      return true;
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== UNIQUE_VIOLATION) throw error;
      return false;
    }
  }

  /** Ends it without a comparison; its lines are deleted later. @throws StatementLost */
  async end(
    hold: StatementHold,
    status: 'REJECTED' | 'ABANDONED',
    reason: string,
    bad: { count: number; first: readonly BadLine[] } = { count: 0, first: [] },
  ): Promise<void> {
    const { count: badLines, first: firstBadLines } = bad;
    await this.#change(END_STATEMENT, { ...hold, status, reason: reason.slice(0, 255), badLines, firstBadLines });
  }

  /** It stays as far as it came. An upload may be sent again; a daily list is not requested again on the same day. @throws StatementLost */
  async fail(hold: StatementHold, reason: string): Promise<void> {
    await this.#change(FAIL_STATEMENT, { ...hold, reason });
  }

  /** How often work on it has failed since its last progress. @throws StatementLost */
  async attempts(hold: StatementHold): Promise<number> {
    const [row] = await this.database.query(READ_ATTEMPTS, hold);
    if (!row) throw new StatementLost();
    return row.attempts;
  }

  /** Its provider could not list now, or working on it failed. @throws StatementLost */
  async retryLater(hold: StatementHold, delaySeconds: number): Promise<void> {
    await this.#change(RETRY_LATER, { ...hold, delaySeconds });
  }

  /**
   * Deletes some of its lines: all that it has, or those that matched.
   * @returns whether any may be left
   * @throws StatementLost
   */
  async sweep(hold: StatementHold, which: keyof typeof SWEEP): Promise<boolean> {
    const [swept] = await this.database.query(SWEEP[which], hold);
    if (!swept) throw new StatementLost();
    return swept.lines === SWEEP_LINES;
  }

  /** Nothing is left to be done on it. @throws StatementLost */
  async rest(hold: StatementHold): Promise<void> {
    await this.#change(REST_STATEMENT, hold);
  }

  async #change<Values extends object>(change: Query<Values, { id: string }>, values: Values): Promise<void> {
    const rows = await this.database.query(change, values);
    if (rows.length === 0) throw new StatementLost();
  }
}
