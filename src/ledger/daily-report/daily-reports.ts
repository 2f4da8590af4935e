import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { firstIdAt } from '../../database/id-at.js';
import { readFrom, readTo } from '../../http/period.js';
import { ID_EXACT_WITHIN_MS } from '../../payins/store/payin.entity.js';
import {
  COMPUTE_PART,
  DAYS_WITH_PAYINS,
  KEEP_REPORT,
  NEXT_TO_KEEP,
  READ_KEPT,
  READ_KEPT_DAYS,
  READ_OPEN_DAY,
  SAFE_UNTIL,
  SAVE_OPEN_DAY,
  YESTERDAY,
} from './daily-report.queries.js';
import { addFigures, type Figures } from './figures.js';

/** The figures of a day. */
export interface DayFigures extends Figures {
  date: string;
  /** Nothing can change them any more. */
  complete: boolean;
}

/** Days and parts of them are summed up one by one; what is done stays done. */
const SUM_UP_MS = 5_000;
/** What one statement reads. */
const PART_MS = 4 * 3_600_000;
/** Of an open day: the rest is computed at each call, until it is as long as this. */
const REST_MS = 15 * 60_000;

/** Too much has not been summed up yet: the next call goes on. */
export class StillSummingUp extends Error {}

/**
 * Reports of days in Colombia. One that is over is kept when it is first asked for, or in the night. Of one that is not over the figures until a while
 * ago are kept, to which the rest is added.
 */
@Injectable()
export class DailyReports {
  constructor(private readonly database: Database) {}

  /**
   * @param date a valid day
   * @throws StillSummingUp
   */
  async of(organizationId: string, date: string): Promise<DayFigures> {
    const kept = await this.kept(organizationId, date);
    if (kept) return { date, complete: true, ...kept };
    const deadline = performance.now() + SUM_UP_MS;
    await this.keepDaysBefore(organizationId, date, deadline);
    return this.compute(organizationId, date, deadline);
  }

  /**
   * @param dates valid days, one after the other
   * @throws StillSummingUp
   */
  async ofDays(organizationId: string, dates: readonly string[]): Promise<DayFigures[]> {
    const deadline = performance.now() + SUM_UP_MS;
    const [first, last] = [dates[0]!, dates.at(-1)!];
    const rows = await this.database.query(READ_KEPT_DAYS, { organizationId, first, last });
    const kept = new Map(rows.map(({ day, ...figures }) => [day, figures]));
    const safeUntil = await this.safeUntil();
    const missing = dates
      .filter((date) => !kept.has(date))
      .map((day) => ({ day, ...boundsOf(day), ...idsOf(boundsOf(day)) }));
    const known = await this.database.query(DAYS_WITH_PAYINS, { organizationId, days: missing });
    const toCompute = new Set(known.map(({ day }) => day));
    const all: DayFigures[] = [];
    for (const date of dates) {
      const figures = kept.get(date);
      if (figures) all.push({ date, complete: true, ...figures });
      else if (toCompute.has(date)) {
        await this.keepDaysBefore(organizationId, date, deadline);
        all.push(await this.compute(organizationId, date, deadline));
      } else all.push({ date, complete: boundsOf(date).to <= safeUntil, rows: [], expected: [] });
    }
    return all;
  }

  /** Keeps what is over and not kept yet. @returns whether that is all of it */
  async keepAll(organizationId: string): Promise<boolean> {
    const [yesterday] = await this.database.query(YESTERDAY, {});
    try {
      await this.of(organizationId, yesterday!.day);
      return true;
    } catch (error) {
      if (error instanceof StillSummingUp) return false;
      throw error;
    }
  }

  /** So that no statement reads more than one day, and the days since the last kept one. */
  private async keepDaysBefore(organizationId: string, date: string, deadline: number): Promise<void> {
    const { from } = boundsOf(date);
    for (;;) {
      const [next] = await this.database.query(NEXT_TO_KEEP, { organizationId, day: date, from });
      if (!next || boundsOf(next.day).to > (await this.safeUntil())) return;
      // Also without rows, where nothing was but the approval of a refund: it would be the next one for ever.
      await this.compute(organizationId, next.day, deadline, true);
      if (performance.now() > deadline) throw new StillSummingUp();
    }
  }

  /** @param hasEntries it is kept when it is over, also without rows */
  private async compute(
    organizationId: string,
    date: string,
    deadline: number,
    hasEntries = false,
  ): Promise<DayFigures> {
    const { from, to } = boundsOf(date);
    // Read before the figures are.
    const safeUntil = await this.safeUntil();
    const complete = to <= safeUntil;
    const [saved] = await this.database.query(READ_OPEN_DAY, { organizationId, day: date });
    let figures: Figures = saved ?? { rows: [], expected: [] };
    let until = saved?.until ?? from;
    let since = saved?.until ?? null;
    const add = async (end: Date) => {
      const part = {
        organizationId,
        day: date,
        dayFrom: from,
        from: until,
        to: end,
        since,
        ...idsOf({ from: until, to: end }),
      };
      const [added] = await this.database.query(COMPUTE_PART, part);
      figures = addFigures(figures, added!);
      until = since = end;
    };
    const settled = complete ? to : safeUntil;
    while (settled.getTime() - until.getTime() > (complete ? PART_MS : REST_MS)) {
      await add(earlier(shifted(until, PART_MS), settled));
      if (figures.rows.length > 0)
        await this.database.query(SAVE_OPEN_DAY, { organizationId, day: date, until, ...figures });
      if (performance.now() > deadline) throw new StillSummingUp();
    }
    if (until < to) await add(to);
    if (!complete || (figures.rows.length === 0 && !hasEntries)) return { date, complete, ...figures };
    await this.database.query(KEEP_REPORT, { organizationId, day: date, ...figures });
    return { date, complete: true, ...(await this.kept(organizationId, date))! };
  }

  private async safeUntil(): Promise<Date> {
    const [safe] = await this.database.query(SAFE_UNTIL, {});
    return safe!.until;
  }

  private async kept(organizationId: string, day: string): Promise<Figures | undefined> {
    return (await this.database.query(READ_KEPT, { organizationId, day }))[0];
  }
}

function shifted(time: Date, ms: number): Date {
  return new Date(time.getTime() + ms);
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}

function boundsOf(date: string): { from: Date; to: Date } {
  return { from: readFrom(date)!, to: readTo(date)! };
}

function idsOf({ from, to }: { from: Date; to: Date }): { firstId: string; lastId: string } {
  return { firstId: firstIdAt(shifted(from, -ID_EXACT_WITHIN_MS)), lastId: firstIdAt(shifted(to, ID_EXACT_WITHIN_MS)) };
}
