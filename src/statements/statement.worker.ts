import { Inject, Injectable } from '@nestjs/common';
import type { Busy, DueWork } from '../database/due-work.js';
import { DueWorkScheduler } from '../database/due-work-scheduler.js';
import { FetchList } from './provider-lists/fetch-list.service.js';
import { MatchStatement } from './matching/match-statement.service.js';
import { type ClaimedStatement, StatementLost } from './store/claimed-statement.js';
import { StatementStore } from './store/statement.store.js';

/** A statement keeps a connection and the database busy, for minutes: two of an organization at most, and room for two others'. */
const CONCURRENCY = 4;
/** Twelve hours, in the end. */
const FAILURES_MAX = 10;
const FIRST_DELAY_SECONDS = 30;

/** Does what is due on statements, whatever that is. */
@Injectable()
export class StatementWorker implements DueWork<ClaimedStatement> {
  readonly name = 'statements';
  readonly concurrency = CONCURRENCY;
  readonly wake: () => void;

  constructor(
    @Inject(StatementStore) private readonly store: StatementStore,
    @Inject(FetchList) private readonly fetch: FetchList,
    @Inject(MatchStatement) private readonly match: MatchStatement,
    @Inject(DueWorkScheduler) scheduler: DueWorkScheduler,
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
    // Whoever uploads a statement holds it; this one has not been heard of for a lease.
    await this.store.end(statement, 'ABANDONED', 'the upload broke off');
    return true;
  }

  /** What fails again and again must be seen, and not go on for ever. */
  private async giveUpInTheEnd(statement: ClaimedStatement): Promise<void> {
    const attempts = await this.store.attempts(statement);
    const isOver = attempts >= FAILURES_MAX;
    const reason = 'working on it failed again and again; the log says more';
    if (isOver && statement.status === 'MATCHING') await this.store.fail(statement, reason);
    else if (isOver && statement.status === 'RECEIVING') await this.store.end(statement, 'REJECTED', reason);
    // What is over remains what it is, however long its lines cannot be swept away.
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
