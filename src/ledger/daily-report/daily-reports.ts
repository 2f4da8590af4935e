import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { firstIdAt } from '../../database/id-at.js';
import { readFrom, readTo } from '../../http/period.js';
import { ID_EXACT_WITHIN_MS } from '../../payins/store/payin.entity.js';
import {
  COMPUTE_DAY,
  type DayValues,
  IS_OVER,
  KEEP_REPORT,
  NEXT_TO_KEEP,
  READ_KEPT,
  type ReportOfDay,
  YESTERDAY,
} from './daily-report.queries.js';

export interface DailyReport extends ReportOfDay {
  date: string;
  /** Nothing can change it any more. */
  complete: boolean;
}

/** The days before are summed up first, one by one; what is done stays done. */
const SUM_UP_MS = 5_000;

/** Too many days have not been summed up yet: the next call goes on. */
export class StillSummingUp extends Error {}

/** Reports of days in Colombia. One that is over is kept when it is first asked for, or in the night. */
@Injectable()
export class DailyReports {
  constructor(private readonly database: Database) {}

  /**
   * @param date a valid day
   * @throws StillSummingUp
   */
  async of(organizationId: string, date: string): Promise<DailyReport> {
    const kept = await this.kept(organizationId, date);
    if (kept) return { date, complete: true, ...kept };
    if (!(await this.keepDaysBefore(organizationId, date))) throw new StillSummingUp();
    // Read before the day is.
    const isOver = await this.isOver(date);
    const report = await this.compute(organizationId, date);
    return isOver && report.rows.length > 0
      ? this.keep(organizationId, date, report)
      : { date, complete: isOver, ...report };
  }

  /** Keeps what is over and not kept yet. @returns whether that is all of it */
  async keepAll(organizationId: string): Promise<boolean> {
    const [yesterday] = await this.database.query(YESTERDAY, {});
    if (!(await this.keepDaysBefore(organizationId, yesterday!.day))) return false;
    await this.of(organizationId, yesterday!.day);
    return true;
  }

  /** So that no statement reads more than one day, and the days since the last kept one. */
  private async keepDaysBefore(organizationId: string, date: string): Promise<boolean> {
    const deadline = performance.now() + SUM_UP_MS;
    const { from } = boundsOf(date);
    for (;;) {
      const [next] = await this.database.query(NEXT_TO_KEEP, { organizationId, day: date, from });
      if (!next) return true;
      if (!(await this.isOver(next.day))) return true;
      // Also without rows, where nothing was but the approval of a refund: it would be the next one for ever.
      await this.keep(organizationId, next.day, await this.compute(organizationId, next.day));
      if (performance.now() > deadline) return false;
    }
  }

  private async compute(organizationId: string, date: string): Promise<ReportOfDay> {
    const bounds = boundsOf(date);
    const values: DayValues = {
      organizationId,
      day: date,
      ...bounds,
      firstId: firstIdAt(shifted(bounds.from, -ID_EXACT_WITHIN_MS)),
      lastId: firstIdAt(shifted(bounds.to, ID_EXACT_WITHIN_MS)),
    };
    const [report] = await this.database.query(COMPUTE_DAY, values);
    return report!;
  }

  /** @returns as it was kept first */
  private async keep(organizationId: string, date: string, report: ReportOfDay): Promise<DailyReport> {
    await this.database.query(KEEP_REPORT, { organizationId, day: date, ...report });
    return { date, complete: true, ...(await this.kept(organizationId, date))! };
  }

  private async isOver(date: string): Promise<boolean> {
    const [over] = await this.database.query(IS_OVER, { to: boundsOf(date).to });
    return over!.isOver;
  }

  private async kept(organizationId: string, day: string): Promise<ReportOfDay | undefined> {
    return (await this.database.query(READ_KEPT, { organizationId, day }))[0];
  }
}

/** Ids begin in 1970. */
function shifted(time: Date, ms: number): Date {
  return new Date(Math.max(0, time.getTime() + ms));
}

function boundsOf(date: string): { from: Date; to: Date } {
  return { from: readFrom(date)!, to: readTo(date)! };
}
