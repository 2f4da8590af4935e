import { Injectable } from '@nestjs/common';
import type { Busy, DueWork } from '../database/due-work.js';
import { DueWorkScheduler } from '../database/due-work-scheduler.js';
import { FetchList } from './provider-lists/fetch-list.service.js';
import { MatchStatement } from './matching/match-statement.service.js';
import { type ClaimedStatement, StatementLost } from './store/claimed-statement.js';
import { StatementStore } from './store/statement.store.js';

/** A statement keeps a connection and the database busy for minutes. One organization has at most half of them. */
const CONCURRENCY = 4;
/** Twelve hours, all together. */
const FAILURES_MAX = 10;
const FIRST_DELAY_SECONDS = 30;

/** Works on due statements: fetches, matches, or deletes lines. */
@Injectable()
export class StatementWorker implements DueWork<ClaimedStatement> {
  readonly name = 'statements';
  readonly concurrency = CONCURRENCY;
  readonly wake: () => void;

  constructor(
    private readonly store: StatementStore,
    private readonly fetch: FetchList,
    private readonly match: MatchStatement,
    scheduler: DueWorkScheduler,
  ) {
    this.wake = scheduler.add(this);
  }

  claim(free: number, busy: readonly Busy[]): Promise<ClaimedStatement[]> {
    return this.store.claim(free, busy);
  }

  release(statement: ClaimedStatement): Promise<void> {
    return this.store.release(statement);
  }

  async work(statement: ClaimedStatement, stopping: AbortSignal): Promise<void> {
    try {
      await this.goOn(statement, stopping);
    } catch (error) {
      if (error instanceof StatementLost) return;
      await this.giveUpInTheEnd(statement);
      throw error;
    }
  }

  private async goOn(statement: ClaimedStatement, stopping: AbortSignal): Promise<void> {
    const isFinished = await this.finish(statement, stopping);
    if (!isFinished) await this.store.release(statement);
  }

  /** @returns false where it stopped before its end because the process is to stop */
  private async finish(statement: ClaimedStatement, stopping: AbortSignal): Promise<boolean> {
    const { status, source } = statement;
    if (status === 'MATCHING') return this.match.execute(statement, stopping);
    if (status !== 'RECEIVING') return this.sweep(statement, stopping);
    if (source === 'PROVIDER_LIST') return this.fetch.execute(statement, stopping);
    // The upload holds its statement; this one's lease has ended.
    await this.store.end(statement, 'ABANDONED', 'the upload broke off');
    return true;
  }

  /** Work that fails again and again ends, with a reason that can be read. */
  private async giveUpInTheEnd(statement: ClaimedStatement): Promise<void> {
    const attempts = await this.store.attempts(statement);
    const isOver = attempts >= FAILURES_MAX;
    const reason = 'working on it failed again and again; the log has the errors';
    if (isOver && statement.status === 'MATCHING') await this.store.fail(statement, reason);
    else if (isOver && statement.status === 'RECEIVING') await this.store.end(statement, 'REJECTED', reason);
    // A statement that has ended keeps its status, even while its lines cannot be deleted.
    else await this.store.retryLater(statement, FIRST_DELAY_SECONDS * 2 ** Math.min(attempts, FAILURES_MAX));
  }

  private async sweep(statement: ClaimedStatement, stopping: AbortSignal): Promise<boolean> {
    const which = statement.status === 'DONE' ? 'matched' : 'all';
    let isLeft = true;
    while (isLeft && !stopping.aborted) isLeft = await this.store.sweep(statement, which);
    if (!isLeft) await this.store.rest(statement);
    return !isLeft;
  }
}
