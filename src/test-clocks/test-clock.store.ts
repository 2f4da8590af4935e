import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { databaseRefusalOf } from '../database/database-refusal.js';
import {
  AGE,
  type BecameDue,
  type ClockRow,
  COUNT_PAYINS,
  type Due,
  HOLD_CLOCK,
  KEEP_CLOCK,
  LIMIT_LOCKS,
  LOCK_LEDGER,
  LOCK_WORK,
  PROTECT,
  READ_CLOCK,
  READ_DUE,
  READ_SITUATION,
  RELEASE_CLOCK,
  UNPROTECT,
} from './test-clock.queries.js';

/** Of an organization whose rows others write all the time: the next attempt keeps them waiting for that long. */
const ATTEMPTS_WITHOUT_LOCKS = 4;
const ATTEMPTS_MAX = 40;
const PAUSE_MAX_MS = 50;

/** Who advances a clock. */
export interface ClockHold extends ClockRow {
  organizationId: string;
  fencingToken: number;
}

/** `opens_order`: a call that opens an order may be under way. `busy`: others were always faster. `lost`: somebody else advances it. */
export type NotAged = 'opens_order' | 'busy' | 'lost';

/** Test clocks of organizations, and the rows that become older with them. */
@Injectable()
export class TestClockStore {
  constructor(private readonly database: Database) {}

  async read(organizationId: string): Promise<ClockRow> {
    const [clock] = await this.database.query(READ_CLOCK, { organizationId });
    return clock ?? { advancedSeconds: 0, stepSeconds: 0, steppedAt: null };
  }

  /** @returns undefined while another one holds it */
  async hold(organizationId: string): Promise<ClockHold | undefined> {
    const [clock] = await this.database.query(HOLD_CLOCK, { organizationId });
    return clock && { organizationId, ...clock };
  }

  /** @returns whether it is still held */
  async keep(hold: ClockHold): Promise<boolean> {
    return (await this.database.query(KEEP_CLOCK, hold)).length > 0;
  }

  async release(hold: ClockHold): Promise<void> {
    await this.database.query(RELEASE_CLOCK, hold);
  }

  /** @returns at most `limit` */
  async countPayins(organizationId: string, limit: number): Promise<number> {
    const [row] = await this.database.query(COUNT_PAYINS, { organizationId, limit });
    return row!.payins;
  }

  async due(organizationId: string, providers: readonly string[]): Promise<Due> {
    const [due] = await this.database.query(READ_DUE, { organizationId, providers });
    return due!;
  }

  /**
   * Everything that the organization has becomes older, as it is at one moment, in one transaction. What others write at the same moment is either
   * older with it or comes after it: where that cannot be, it is tried again.
   */
  async age(hold: ClockHold, bySeconds: number): Promise<(ClockRow & BecameDue) | NotAged> {
    let withLedger = false;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      try {
        const aged = await this.ageOnce(hold, bySeconds, { withLedger, withWork: attempt > ATTEMPTS_WITHOUT_LOCKS });
        if (aged !== 'has_ledger') return aged;
        withLedger = true;
      } catch (error) {
        if (databaseRefusalOf(error) !== 'locked') throw error;
        await wait(Math.random() * PAUSE_MAX_MS);
      }
    }
    return 'busy';
  }

  private ageOnce(
    hold: ClockHold,
    bySeconds: number,
    locks: { withLedger: boolean; withWork: boolean },
  ): Promise<(ClockRow & BecameDue) | 'opens_order' | 'lost' | 'has_ledger'> {
    return this.database.inTransaction(async (run) => {
      await run(LIMIT_LOCKS, {});
      // Locks come first: what the transaction sees is what there is by then.
      if (locks.withWork) await run(LOCK_WORK, {});
      if (locks.withLedger) await run(LOCK_LEDGER, {});
      const [situation] = await run(READ_SITUATION, hold);
      const { at, opensOrder, hasLedger } = situation!;
      if (opensOrder) return 'opens_order';
      if (hasLedger && !locks.withLedger) return 'has_ledger';
      const step = { ...hold, bySeconds, at };
      if (!locks.withLedger) return (await run(AGE.withoutLedger, step))[0] ?? 'lost';
      for (const unprotect of UNPROTECT) await run(unprotect, {});
      const [aged] = await run(AGE.withLedger, step);
      for (const protect of PROTECT) await run(protect, {});
      return aged ?? 'lost';
    });
  }
}
