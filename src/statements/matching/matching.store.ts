import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { Query } from '../../database/query.js';
import type { DiscrepancyKind } from '../../payins/domain/discrepancy.js';
import { type ClaimedStatement, type StatementHold, StatementLost } from '../store/claimed-statement.js';
import type { MatchingPhase, StatementCovers } from '../store/statement.entity.js';
import type { LedgerSide, StatementSide } from './compare-line.js';
import {
  ANALYZE_LINES,
  type ComparisonRow,
  FIND_ORDERS,
  FINISH_STATEMENT,
  type MissingRow,
  NEXT_PHASE,
  READ_AGREED,
  READ_COMPARISON,
  READ_MISSING,
  WRITE_AGREED,
  WRITE_COMPARISON,
  WRITE_MISSING,
} from './matching.queries.js';

/** A line that may differ, beside our records; without `payin` its order is not known here. */
export interface LineToCompare {
  line: number;
  reference: string;
  theirs: StatementSide;
  payin: (LedgerSide & { id: string; attemptId: string }) | undefined;
}

/** The result of a line that does not match. */
export interface LineResult {
  line: number;
  outcome: 'DIFFERENT' | 'MISSING_HERE';
  differences: readonly DiscrepancyKind[];
  expectedInCents: bigint | null;
}

/** A payment that the statement should have and lacks. */
export interface MissingThere {
  /** The number that it gets in the statement. */
  line: number;
  payinId: string;
  attemptId: string;
  providerReference: string;
  externalId: string | null;
  bookedInCents: bigint;
  currency: string;
  paidAt: Date | null;
}

const BEFORE_ALL = '-1';

/**
 * Matching in the database: sets of lines in the order of their numbers. The position of a phase is written together with its work, under the
 * statement's fencing token: after a crash nothing is lost, and a late worker writes nothing.
 */
@Injectable()
export class MatchingStore {
  constructor(private readonly database: Database) {}

  /** Finds the orders of the next lines. @returns the last line, or null when there was none @throws StatementLost */
  async find(statement: ClaimedStatement): Promise<{ position: string | null }> {
    const after = statement.position ?? BEFORE_ALL;
    const [row] = await this.database.query(FIND_ORDERS, { ...statement, after });
    if (!row) throw new StatementLost();
    return row;
  }

  /** Of the next lines, those that may differ. @returns also the last of all, null when there was none, and how many they are */
  async readComparison({
    organizationId,
    id,
    position,
  }: ClaimedStatement): Promise<{ lines: LineToCompare[]; position: string | null; compared: number }> {
    const rows = await this.database.query(READ_COMPARISON, { organizationId, id, after: position ?? BEFORE_ALL });
    const lines = rows.flatMap((row) => (row.line === null ? [] : [toLineToCompare(row)]));
    return { lines, position: rows[0]?.position ?? null, compared: rows[0]?.compared ?? 0 };
  }

  /** @throws StatementLost */
  async writeComparison(
    hold: StatementHold,
    results: readonly LineResult[],
    progress: { position: string; compared: number },
  ): Promise<void> {
    await this.#write(WRITE_COMPARISON, {
      ...hold,
      ...progress,
      lines: results.map(({ line }) => line),
      outcomes: results.map(({ outcome }) => outcome),
      differences: results.map(({ differences }) => JSON.stringify(differences)),
      expectedInCents: results.map(({ expectedInCents }) => expectedInCents),
    });
  }

  /**
   * Walks through the next payments, or orders, from the beginning of the statement's period. An id says when a row was made, so the walk
   * begins there; it ends at the newest row, because an update about the period may have been received much later.
   */
  async readMissing(
    { position, ...statement }: ClaimedStatement,
    covers: StatementCovers,
  ): Promise<{ missing: MissingThere[]; position: string | null }> {
    const after = position ?? firstIdSince(statement.from);
    const rows = await this.database.query(READ_MISSING[covers], { ...statement, after });
    return {
      missing: rows.flatMap((row, index) =>
        row.payinId === null ? [] : [toMissing({ ...row, payinId: row.payinId }, row.lastLine + index + 1)],
      ),
      position: rows[0]?.position ?? null,
    };
  }

  /** @throws StatementLost */
  async writeMissing(hold: StatementHold, missing: readonly MissingThere[], position: string | null): Promise<void> {
    await this.#write(WRITE_MISSING, {
      ...hold,
      position,
      lines: missing.map(({ line }) => line),
      references: missing.map(({ providerReference }) => providerReference),
      externalIds: missing.map(({ externalId }) => externalId),
      currencies: missing.map(({ currency }) => currency),
      paidAts: missing.map(({ paidAt }) => paidAt?.toISOString() ?? null),
      payinIds: missing.map(({ payinId }) => payinId),
      attemptIds: missing.map(({ attemptId }) => attemptId),
      bookedInCents: missing.map(({ bookedInCents }) => bookedInCents),
    });
  }

  /** A line that agrees does not settle what another line of the same payin contradicts. */
  async readAgreed({
    organizationId,
    id,
    position,
  }: ClaimedStatement): Promise<{ payinIds: string[]; position: string | null }> {
    const [row] = await this.database.query(READ_AGREED, { organizationId, id, after: position ?? BEFORE_ALL });
    return row ?? { payinIds: [], position: null };
  }

  /** @throws StatementLost */
  async writeAgreed(hold: StatementHold, position: string): Promise<void> {
    await this.#write(WRITE_AGREED, { ...hold, position });
  }

  /** Without statistics of lines that have just been written, PostgreSQL may choose any index. */
  async analyze(): Promise<void> {
    await this.database.query(ANALYZE_LINES, {});
  }

  /** @throws StatementLost */
  async nextPhase(hold: StatementHold, phase: MatchingPhase): Promise<void> {
    await this.#write(NEXT_PHASE, { ...hold, phase });
  }

  /** @throws StatementLost */
  async done(hold: StatementHold): Promise<void> {
    await this.#write(FINISH_STATEMENT, hold);
  }

  async #write<Values extends object>(change: Query<Values, { id: string }>, values: Values): Promise<void> {
    const rows = await this.database.query(change, values);
    if (rows.length === 0) throw new StatementLost();
  }
}

/** Where UUIDv7 of that time begin, with a day for clocks that differ. */
function firstIdSince(time: Date): string {
  const ms = Math.max(0, time.getTime() - 86_400_000);
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}

function toLineToCompare(row: ComparisonRow): LineToCompare {
  const { line, reference, status, currency, isReversed, payinId, attemptId } = row;
  return {
    line,
    reference,
    theirs: {
      status,
      amountInCents: row.amountInCents === null ? null : BigInt(row.amountInCents),
      currency,
      isFirst: row.isFirst,
      totalInCents: BigInt(row.totalInCents),
      isReversed,
    },
    payin:
      payinId === null || attemptId === null
        ? undefined
        : {
            id: payinId,
            attemptId,
            status: row.payinStatus,
            requestedInCents: BigInt(row.requestedInCents),
            bookedInCents: BigInt(row.bookedInCents),
            currency: row.payinCurrency,
            isUnconfirmed: row.isUnconfirmed,
            isBelieved: row.isBelieved,
          },
  };
}

function toMissing(row: MissingRow & { payinId: string }, line: number): MissingThere {
  const { payinId, attemptId, providerReference, externalId, bookedInCents, currency, paidAt } = row;
  return {
    line,
    payinId,
    attemptId,
    providerReference,
    externalId,
    bookedInCents: BigInt(bookedInCents),
    currency,
    paidAt,
  };
}
