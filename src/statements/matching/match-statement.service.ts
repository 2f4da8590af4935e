import { Injectable } from '@nestjs/common';
import { MatchingStore } from './matching.store.js';
import type { MatchingPhase } from '../store/statement.entity.js';
import type { ClaimedStatement } from '../store/claimed-statement.js';
import { StatementStore } from '../store/statement.store.js';
import { ReportMismatches } from './report-mismatches.service.js';

/** Payins reported at the same time. A lease lasts for far more of them. */
const REPORTED_AT_ONCE = 8;
const REPORTED_PER_LEASE = 400;

/** What a phase reads at a time. `position`: where the next batch begins; null when there was none. */
interface Batch {
  position: string | null;
}

/** How a phase works on a batch: what follows from it is written together with its position. */
interface Steps<Read extends Batch> {
  read: (statement: ClaimedStatement) => Promise<Read>;
  work: (batch: Read & { position: string }) => Promise<void>;
  /** What is written of a batch does not change what is read of the next one, which is read meanwhile. */
  readsAhead: boolean;
}

/** @returns false where it stopped before its end because the process is to stop */
type Work = (statement: ClaimedStatement, stopping: AbortSignal) => Promise<boolean>;

/**
 * Compares a statement with our records, batch by batch. Differences are reported before their batch counts as done: after a crash another
 * worker reports them again, which changes nothing.
 */
@Injectable()
export class MatchStatement {
  private readonly phases: Readonly<Record<MatchingPhase, { work: Work; next: MatchingPhase | null }>> = {
    find: { work: (statement, stopping) => this.find(statement, stopping), next: 'compare' },
    compare: { work: (statement, stopping) => this.compare(statement, stopping), next: 'find_missing' },
    find_missing: { work: (statement, stopping) => this.findMissing(statement, stopping), next: 'agree' },
    agree: { work: (statement, stopping) => this.agree(statement, stopping), next: null },
  };

  constructor(
    private readonly matching: MatchingStore,
    private readonly statements: StatementStore,
    private readonly report: ReportMismatches,
  ) {}

  /**
   * Goes on from the statement's position, until it is done or the process stops.
   * @returns whether it is done
   * @throws StatementLost
   */
  async execute(claimed: ClaimedStatement, stopping: AbortSignal): Promise<boolean> {
    let { phase, position } = claimed;
    await this.matching.analyze();
    while (phase !== null) {
      const { work, next }: (typeof this.phases)[MatchingPhase] = this.phases[phase];
      if (!(await work({ ...claimed, phase, position }, stopping))) return false;
      phase = next;
      position = null;
      if (phase !== null) await this.matching.nextPhase(claimed, phase);
    }
    await this.matching.done(claimed);
    return true;
  }

  private find(statement: ClaimedStatement, stopping: AbortSignal): Promise<boolean> {
    return this.walk(statement, stopping, {
      read: (at) => this.matching.find(at),
      work: () => Promise.resolve(),
      readsAhead: false,
    });
  }

  private compare(statement: ClaimedStatement, stopping: AbortSignal): Promise<boolean> {
    return this.walk(statement, stopping, {
      read: (at) => this.matching.readComparison(at),
      work: async ({ lines, position, compared }) => {
        const groups = Map.groupBy(lines, ({ line, payin }) => payin?.id ?? line);
        const results = await this.each(statement, [...groups.values()], (group) =>
          this.report.lines(statement, group),
        );
        await this.matching.writeComparison(statement, results.flat(), { position, compared });
      },
      readsAhead: true,
    });
  }

  /** Only a statement that covers all payments, or all orders, can lack one. */
  private async findMissing(statement: ClaimedStatement, stopping: AbortSignal): Promise<boolean> {
    const { covers } = statement;
    if (covers === null) return true;
    return this.walk(statement, stopping, {
      read: (at) => this.matching.readMissing(at, covers),
      work: async ({ missing, position }) => {
        await this.each(statement, missing, (payment) => this.report.missingThere(statement, payment));
        await this.matching.writeMissing(statement, missing, position);
      },
      // Of an order with several payments, only the first is to be found missing.
      readsAhead: false,
    });
  }

  /** After the comparison of all lines, because any of them could have differed. */
  private agree(statement: ClaimedStatement, stopping: AbortSignal): Promise<boolean> {
    return this.walk(statement, stopping, {
      read: (at) => this.matching.readAgreed(at),
      work: async ({ payinIds, position }) => {
        await this.each(statement, payinIds, (payinId) => this.report.agrees(statement, payinId));
        await this.matching.writeAgreed(statement, position);
      },
      readsAhead: true,
    });
  }

  private async walk<Read extends Batch>(
    from: ClaimedStatement,
    stopping: AbortSignal,
    { read, work, readsAhead }: Steps<Read>,
  ): Promise<boolean> {
    let next = read(from);
    for (;;) {
      const batch = await next;
      const { position } = batch;
      if (position === null) return true;
      if (stopping.aborted) return false;
      const after = { ...from, position };
      if (readsAhead) next = read(after);
      // It is awaited in the next round. After a failure of this one nobody needs it.
      next.catch(() => undefined);
      await work({ ...batch, position });
      if (!readsAhead) next = read(after);
    }
  }

  /** Some at a time; the statement stays held. */
  private async each<Item, Result>(
    statement: ClaimedStatement,
    items: readonly Item[],
    work: (item: Item) => Promise<Result>,
  ): Promise<Result[]> {
    const results: Result[] = [];
    for (let from = 0; from < items.length; from += REPORTED_AT_ONCE) {
      results.push(...(await Promise.all(items.slice(from, from + REPORTED_AT_ONCE).map(work))));
      if (from % REPORTED_PER_LEASE === 0 && from > 0) await this.statements.keep(statement);
    }
    return results;
  }
}
