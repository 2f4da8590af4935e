import { Inject, Injectable } from '@nestjs/common';
import { ApplyNews } from '../payins/apply-news.service.js';
import type { DiscrepancyKind } from '../payins/domain/discrepancy.js';
import type { News } from '../payins/domain/news.js';
import { DiscrepancyStore } from '../reconciliation/discrepancy.store.js';
import { compareLine, expectedInCents } from './compare-line.js';
import type { LineResult, LineToCompare, MissingThere } from './matching.store.js';
import type { ClaimedStatement } from './statement.store.js';

/** A statement is not believed: what it says otherwise becomes a discrepancy, once, and makes us ask its provider. */
@Injectable()
export class TellDifferences {
  constructor(
    @Inject(ApplyNews) private readonly applyNews: ApplyNews,
    @Inject(DiscrepancyStore) private readonly discrepancies: DiscrepancyStore,
  ) {}

  /** May be called any number of times for the same line. @returns what came of it; undefined where it matches */
  async line(statement: ClaimedStatement, line: LineToCompare): Promise<LineResult | undefined> {
    const { payin, theirs } = line;
    if (line.isNotOurs) return undefined;
    if (!payin) return this.missingHere(statement, line);
    const differences = compareLine(theirs, payin);
    if (differences.length === 0) {
      // What an earlier statement said otherwise may be settled by this one.
      if (payin.wasDifferent) await this.apply(statement, payin.id, [{ source: 'statement', kind: 'agreement' }]);
      return undefined;
    }
    const actual = theirs.amountInCents === null ? null : theirs.totalInCents;
    const said = actual === null ? theirs.status : `${theirs.status}, ${actual} cents of ${theirs.currency}`;
    const known = `${payin.status}, with ${payin.bookedInCents} of ${payin.askedInCents} cents of ${payin.currency} booked`;
    const detail = `a statement of ${statement.provider} says ${said}; here it is ${known}`;
    await this.differences(
      statement,
      { ...line, payinId: payin.id, attemptId: payin.attemptId },
      differences,
      actual,
      detail,
    );
    return { line: line.line, outcome: 'DIFFERENT', differences, expectedInCents: expectedInCents(payin) };
  }

  /** May be called any number of times for the same payment. */
  async missingThere(statement: ClaimedStatement, missing: MissingThere): Promise<void> {
    const detail = `a statement of ${statement.provider} lacks a payment of ${missing.bookedInCents} cents that is booked here`;
    await this.differences(statement, missing, ['MISSING_AT_PROVIDER'], null, detail);
  }

  private async missingHere(
    statement: ClaimedStatement,
    { line, reference, theirs }: LineToCompare,
  ): Promise<LineResult> {
    const { provider, organizationId, id: statementId } = statement;
    await this.discrepancies.open({
      organizationId,
      kind: 'MISSING_HERE',
      provider,
      reference,
      actualInCents: theirs.amountInCents,
      currency: theirs.currency,
      detail: `a statement of ${provider} says ${theirs.status} for an order that we do not know`,
      source: 'statement',
      evidence: [{ type: 'statement_line', statementId, line }],
    });
    return { line, outcome: 'MISSING_HERE', differences: ['MISSING_HERE'], expectedInCents: null };
  }

  private async differences(
    statement: ClaimedStatement,
    { line, payinId, attemptId }: { line: number; payinId: string; attemptId: string },
    differences: readonly DiscrepancyKind[],
    actualInCents: bigint | null,
    detail: string,
  ): Promise<void> {
    const evidence = [{ type: 'statement_line', statementId: statement.id, line } as const];
    const about = { source: 'statement', kind: 'difference', attemptId, actualInCents, detail, evidence } as const;
    await this.apply(
      statement,
      payinId,
      differences.map((discrepancy) => ({ ...about, discrepancy })),
    );
  }

  private async apply({ organizationId }: ClaimedStatement, payinId: string, news: readonly News[]): Promise<void> {
    await this.applyNews.execute(organizationId, payinId, news);
  }
}
