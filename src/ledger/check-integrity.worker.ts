import { Injectable, Logger } from '@nestjs/common';
import { type Busy, type DueWork } from '../database/due-work.js';
import { DueWorkScheduler } from '../database/due-work-scheduler.js';
import { describeError } from '../logging/describe-error.js';
import { ApplyUpdates } from '../payins/use-cases/apply-updates.service.js';
import { DiscrepancyStore } from '../reconciliation/discrepancy.store.js';
import { DailyReports } from './daily-report/daily-reports.js';
import type { ClaimedCheck, FoundPayin } from './integrity-check.queries.js';
import { IntegrityCheckStore } from './integrity-check.store.js';
import { type Mismatch, mismatchesOf } from './mismatches.js';

const IDLE_POLL_MS = 60_000;
/** Payins that are reported before the lease begins anew. */
const REPORTED_PER_LEASE = 25;

/**
 * Checks every night that ledger, receipts, history, notifications and status of every payin agree, batch by batch, and opens a discrepancy
 * where they do not. One batch is one piece of due work: after a crash the check goes on where it was.
 */
@Injectable()
export class CheckIntegrity implements DueWork<ClaimedCheck> {
  readonly name = 'integrity checks';
  readonly concurrency = 1;
  private readonly logger = new Logger(CheckIntegrity.name);

  constructor(
    private readonly store: IntegrityCheckStore,
    private readonly applyUpdates: ApplyUpdates,
    private readonly discrepancies: DiscrepancyStore,
    private readonly reports: DailyReports,
    scheduler: DueWorkScheduler,
  ) {
    scheduler.add(this, IDLE_POLL_MS);
  }

  claim(free: number, busy: readonly Busy[] = []): Promise<ClaimedCheck[]> {
    return this.store.claim(free, busy);
  }

  release(check: ClaimedCheck): Promise<void> {
    return this.store.release(check);
  }

  async work(check: ClaimedCheck, stopping: AbortSignal): Promise<void> {
    const { organizationId, after } = check;
    if (after === null) await this.keepReports(organizationId);
    const batch = await this.store.checkBatch(organizationId, after);
    let mismatches = 0;
    for (const [reported, found] of batch.found.entries()) {
      // What was reported already changes nothing when the next worker reports it again.
      if (stopping.aborted) return this.release(check);
      if (reported % REPORTED_PER_LEASE === 0 && !(await this.store.keep(check))) return;
      const own = mismatchesOf(found);
      mismatches += own.length;
      await this.report(organizationId, found, own);
    }
    await this.store.save(check, batch, mismatches);
    if (mismatches > 0) this.logger.error({ organizationId, mismatches }, 'the ledger disagrees with the payins');
  }

  /** What is left over is done by the next night, or when a report is asked for. */
  private async keepReports(organizationId: string): Promise<void> {
    try {
      await this.reports.keepAll(organizationId);
    } catch (error) {
      this.logger.error({ organizationId, error: describeError(error) }, 'the reports of days could not be kept');
    }
  }

  /** As an update of the payin. Where the payin is so broken that no update can be written, as a discrepancy without a payin. */
  private async report(organizationId: string, found: FoundPayin, mismatches: readonly Mismatch[]): Promise<void> {
    const source = 'integrity_check' as const;
    const updates = mismatches.map(({ kind, detail }) => ({
      source,
      kind: 'mismatch' as const,
      discrepancy: kind,
      actualInCents: kind === 'AMOUNT_CONFLICT' ? BigInt(found.received) : null,
      detail,
      evidence: [],
    }));
    try {
      await this.applyUpdates.execute(
        organizationId,
        found.id,
        updates.length > 0 ? updates : [{ source, kind: 'match' }],
      );
    } catch (error) {
      this.logger.error(
        { payinId: found.id, reference: found.reference, error: describeError(error) },
        'an update of a broken payin cannot be written',
      );
      const { reference, provider, currency } = found;
      for (const { discrepancy, actualInCents, detail, evidence } of updates)
        await this.discrepancies.open({
          organizationId,
          kind: discrepancy,
          provider: provider ?? 'none',
          reference,
          actualInCents,
          currency,
          detail,
          source,
          evidence,
        });
    }
  }
}
