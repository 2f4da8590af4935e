import { Injectable, Logger } from '@nestjs/common';
import { describeError } from '../../logging/describe-error.js';
import { ApplyUpdates } from '../../payins/use-cases/apply-updates.service.js';
import { PayinStore } from '../../payins/store/payin.store.js';
import type { DiscrepancyKind } from '../../payins/domain/discrepancy.js';
import type { MismatchUpdate, PayinUpdate } from '../../payins/domain/update.js';
import { DiscrepancyStore } from '../../reconciliation/discrepancy.store.js';
import { compareLine, expectedInCents, confirmsAmount } from './compare-line.js';
import type { LineResult, LineToCompare, MissingThere } from './matching.store.js';
import type { ClaimedStatement } from '../store/claimed-statement.js';

/** A payin, and the names of an order of it. */
interface About {
  payinId: string;
  reference: string;
  currency: string;
}

/** A statement is not believed: each difference becomes a discrepancy, once, and makes us ask the provider. */
@Injectable()
export class ReportMismatches {
  private readonly logger = new Logger(ReportMismatches.name);

  constructor(
    private readonly applyUpdates: ApplyUpdates,
    private readonly payins: PayinStore,
    private readonly discrepancies: DiscrepancyStore,
  ) {}

  /**
   * May be called any number of times for the same lines.
   * @param lines all lines of one payin, for one decision; or one line of an unknown order
   * @returns the results of those that do not match
   */
  async lines(statement: ClaimedStatement, lines: readonly LineToCompare[]): Promise<LineResult[]> {
    const unknown = lines.filter(({ payin }) => !payin);
    const missing = await Promise.all(unknown.map((line) => this.missingHere(statement, line)));
    const different = lines.flatMap((line) => differenceOf(statement, line) ?? []);
    const confirmations = lines.flatMap((line) => confirmationOf(statement, line) ?? []);
    const [first] = [...confirmations, ...different];
    if (first)
      await this.apply(
        statement,
        first.about,
        [...confirmations, ...different].flatMap(({ updates }) => updates),
      );
    return [...missing, ...different.map(({ result }) => result)];
  }

  /** May be called any number of times for the same payment. */
  async missingThere(statement: ClaimedStatement, missing: MissingThere): Promise<void> {
    const detail = `a statement of ${statement.provider} lacks a payment of ${missing.bookedInCents} cents that is booked here`;
    const about = { payinId: missing.payinId, reference: missing.providerReference, currency: missing.currency };
    await this.apply(statement, about, updatesOf(statement, missing, ['MISSING_AT_PROVIDER'], null, detail));
  }

  /** Settles what earlier statements found about a payin. */
  async agrees({ organizationId }: ClaimedStatement, payinId: string): Promise<void> {
    try {
      await this.applyUpdates.execute(organizationId, payinId, [{ source: 'statement', kind: 'match' }]);
    } catch (error) {
      await this.cannotWrite(organizationId, payinId, error);
    }
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
      detail: `a statement of ${provider} has the status ${theirs.status} for an order that is not known here`,
      source: 'statement',
      evidence: [{ type: 'statement_line', statementId, line }],
    });
    return { line, outcome: 'MISSING_HERE', differences: ['MISSING_HERE'], expectedInCents: null };
  }

  /** Where the payin is so broken that no update can be written, as discrepancies without a payin: the other lines do not wait for it. */
  private async apply(
    { organizationId, provider }: ClaimedStatement,
    { payinId, reference, currency }: About,
    updates: readonly PayinUpdate[],
  ): Promise<void> {
    try {
      await this.applyUpdates.execute(organizationId, payinId, updates);
    } catch (error) {
      await this.cannotWrite(organizationId, payinId, error);
      const differences = updates.filter((item) => item.kind === 'mismatch');
      for (const { discrepancy: kind, actualInCents, detail, source, evidence } of differences)
        await this.discrepancies.open({
          organizationId,
          kind,
          provider,
          reference,
          actualInCents,
          currency,
          detail,
          source,
          evidence,
        });
    }
  }

  private async cannotWrite(organizationId: string, payinId: string, error: unknown): Promise<void> {
    const reference = await this.payins.referenceOf(organizationId, payinId);
    this.logger.error(
      { payinId, reference, error: describeError(error) },
      'the differences of a statement from a payin cannot be written',
    );
  }
}

interface Difference {
  about: About;
  updates: MismatchUpdate[];
  result: LineResult;
}

/** A hint, as from a webhook: it makes us ask the provider, and is decided on together with the answer. */
function confirmationOf(
  statement: ClaimedStatement,
  { reference, theirs, payin }: LineToCompare,
): { about: About; updates: PayinUpdate[] } | undefined {
  if (!payin || !confirmsAmount(theirs, payin)) return undefined;
  const { totalInCents: amountInCents, currency, status } = theirs;
  const report = { status, rawStatus: `statement ${statement.id}`, amountInCents, currency };
  const received = { source: 'statement', kind: 'hint' } as const;
  return {
    about: { payinId: payin.id, reference, currency },
    updates: [{ ...received, attemptId: payin.attemptId, askedAt: statement.claimedAt, report }],
  };
}

function differenceOf(
  statement: ClaimedStatement,
  { line, reference, theirs, payin }: LineToCompare,
): Difference | undefined {
  if (!payin) return undefined;
  const differences = compareLine(theirs, payin);
  if (differences.length === 0) return undefined;
  const actual = theirs.amountInCents === null ? null : theirs.totalInCents;
  const reported = actual === null ? theirs.status : `${theirs.status}, ${actual} cents of ${theirs.currency}`;
  const recorded = `${payin.status}, with ${payin.bookedInCents} of ${payin.requestedInCents} cents of ${payin.currency} booked`;
  const detail = `a statement of ${statement.provider} has ${reported}; our records have ${recorded}`;
  return {
    about: { payinId: payin.id, reference, currency: theirs.currency },
    updates: updatesOf(statement, { line, attemptId: payin.attemptId }, differences, actual, detail),
    result: { line, outcome: 'DIFFERENT', differences, expectedInCents: expectedInCents(payin) },
  };
}

function updatesOf(
  { id: statementId }: ClaimedStatement,
  { line, attemptId }: { line: number; attemptId: string },
  differences: readonly DiscrepancyKind[],
  actualInCents: bigint | null,
  detail: string,
): MismatchUpdate[] {
  const evidence = [{ type: 'statement_line', statementId, line } as const];
  const about = { source: 'statement', kind: 'mismatch', attemptId, actualInCents, detail, evidence } as const;
  return differences.map((discrepancy) => ({ ...about, discrepancy }));
}
