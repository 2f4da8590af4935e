import { Injectable } from '@nestjs/common';
import { MatchingStore } from './matching.store.js';
import type { MatchingPhase } from '../store/statement.entity.js';
import type { ClaimedStatement } from '../store/claimed-statement.js';
import { StatementStore } from '../store/statement.store.js';
import { ReportMismatches } from './report-mismatches.service.js';

/** Payins reported at the same time. A lease lasts for far more of them. */
const REPORTED_AT_ONCE = 8;
const REPORTED_PER_LEASE = 400;

/** A step works on one batch. @returns the position where the phase goes on; null when the phase is over */
type Step = (statement: ClaimedStatement) => Promise<string | null>;

/**
 * Compares a statement with our records, batch by batch. Differences are reported before their batch counts as done: after a crash another
 * worker reports them again, which changes nothing.
 */
@Injectable()
export class MatchStatement {
  private readonly steps: Readonly<Record<MatchingPhase, { step: Step; next: MatchingPhase | null }>> = {
    find: { step: (statement) => this.matching.find(statement), next: 'compare' },
    compare: { step: (statement) => this.compare(statement), next: 'find_missing' },
    find_missing: { step: (statement) => this.findMissing(statement), next: 'agree' },
    agree: { step: (statement) => this.agree(statement), next: null },
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
      if (stopping.aborted) return false;
      const { step, next } = this.steps[phase];
      position = await step({ ...claimed, phase, position });
      if (position !== null) continue;
      phase = next;
      if (phase !== null) await this.matching.nextPhase(claimed, phase);
    }
    await this.matching.done(claimed);
    return true;
  }

  private async compare(statement: ClaimedStatement): Promise<string | null> {
    const { lines, position, compared } = await this.matching.readComparison(statement);
    if (position === null) return null;
    const groups = Map.groupBy(lines, ({ line, payin }) => payin?.id ?? line);
    const results = await this.each(statement, [...groups.values()], (group) => this.report.lines(statement, group));
    await this.matching.writeComparison(statement, results.flat(), { position, compared });
    return position;
  }

  /** Only a statement that covers all payments, or all orders, can lack one. */
  private async findMissing(statement: ClaimedStatement): Promise<string | null> {
    const { covers } = statement;
    if (covers === null) return null;
    const { missing, position } = await this.matching.readMissing(statement, covers);
    if (position === null) return null;
    await this.each(statement, missing, (payment) => this.report.missingThere(statement, payment));
    await this.matching.writeMissing(statement, missing, position);
    return position;
  }

  /** After the comparison of all lines, because any of them could have differed. */
  private async agree(statement: ClaimedStatement): Promise<string | null> {
    const { payinIds, position } = await this.matching.readAgreed(statement);
    if (position === null) return null;
    await this.each(statement, payinIds, (payinId) => this.report.agrees(statement, payinId));
    await this.matching.writeAgreed(statement, position);
    return position;
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
