import { Injectable } from '@nestjs/common';
import { type AuditActor, theSystem } from '../audit/audit-entry.js';
import { newAuditEntry } from '../audit/audit-log.js';
import type { NewAuditEntry } from '../audit/audit.queries.js';
import { Database } from '../database/database.js';
import type { Busy, Claimed } from '../database/due-work.js';
import { firstIdAt } from '../database/id-at.js';
import { documentTerms, payerTermsOf } from '../payins/store/search-terms.js';
import { SWEEP_PHASES, type SweepPhase } from './personal-data-sweep.entity.js';
import {
  ADD_SWEEPS,
  CHOOSE_INDEXED_OF_PAYER,
  CHOOSE_OLD_PAYINS,
  CHOOSE_UNINDEXED_OF_PAYER,
  type Chosen,
  CLAIM_SWEEP,
  type ClaimedSweep,
  DELETE_SWEEPS,
  FORGET_CHOSEN,
  FORGET_NOTES_BEFORE,
  FORGET_TERMS_AGAIN,
  FORGET_WEBHOOKS_BEFORE,
  ORGANIZATIONS,
  type Position,
  RELEASE_SWEEP,
  SAVE_SWEEP,
} from './personal-data.queries.js';

/** Rows that one statement reads: some tenths of a second where all of them are forgotten. */
const BATCH = 500;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
const FROM_THE_FIRST: Position = { after: BEFORE_ALL, afterUpdatedAt: '-infinity' };

/** Forgets payers' data, and keeps how far a sweep has come. */
@Injectable()
export class PersonalDataStore {
  constructor(private readonly database: Database) {}

  async claim(free: number, busy: readonly Busy[] = []): Promise<ClaimedSweep[]> {
    await this.database.query(ADD_SWEEPS, {});
    return this.database.query(CLAIM_SWEEP, { free, busy });
  }

  /** Where nothing is forgotten, nothing is due. */
  async deleteSweeps(): Promise<void> {
    await this.database.query(DELETE_SWEEPS, {});
  }

  async release(claim: Claimed): Promise<void> {
    await this.database.query(RELEASE_SWEEP, claim);
  }

  /** One batch of what is older than so many days, by the database's clock. @returns how many were forgotten */
  async sweep(sweep: ClaimedSweep, days: number): Promise<number> {
    const { organizationId, claimedAt, phase } = sweep;
    const cutoff = new Date(claimedAt.getTime() - days * 86_400_000);
    const range = { organizationId, limit: BATCH };
    const by = theSystem(organizationId);
    if (phase === 'webhooks') {
      const auditEntries = [entryOf(by, 'inbound_webhooks.forgotten')];
      const ids = { after: sweep.after ?? BEFORE_ALL, until: firstIdAt(cutoff) };
      const [batch] = await this.database.query(FORGET_WEBHOOKS_BEFORE, { ...range, ...ids, auditEntries });
      await this.save(sweep, batch!);
      return batch!.forgotten;
    }
    if (phase === 'discrepancies') {
      const auditEntries = [entryOf(by, 'discrepancies.forgotten')];
      const after = sweep.after ?? BEFORE_ALL;
      const [batch] = await this.database.query(FORGET_NOTES_BEFORE, { ...range, after, cutoff, auditEntries });
      await this.save(sweep, batch!);
      return batch!.forgotten;
    }
    const { after, afterUpdatedAt } = sweep;
    const position = after !== null && afterUpdatedAt !== null ? { after, afterUpdatedAt } : FROM_THE_FIRST;
    const [chosen] = await this.database.query(CHOOSE_OLD_PAYINS, { ...range, ...position, cutoff });
    const forgotten = await this.forget(by, 'payers.forgotten', chosen!.due, cutoff);
    await this.save(sweep, chosen!);
    return forgotten;
  }

  private async save(sweep: ClaimedSweep, { read, last }: Pick<Chosen, 'read' | 'last'>): Promise<void> {
    const isPhaseOver = read < BATCH;
    const next: SweepPhase | undefined = isPhaseOver
      ? SWEEP_PHASES[SWEEP_PHASES.indexOf(sweep.phase) + 1]
      : sweep.phase;
    await this.database.query(SAVE_SWEEP, {
      ...sweep,
      phase: next ?? SWEEP_PHASES[0],
      after: isPhaseOver ? null : last!.id,
      afterUpdatedAt: isPhaseOver ? null : last!.updatedAt,
      isFinished: next === undefined,
    });
  }

  /** Forgets one payer in an organization, but for what somebody still needs. */
  async forgetPayer(
    by: AuditActor,
    idType: string,
    idNumbers: readonly string[],
  ): Promise<{ forgotten: number; kept: number }> {
    const { organizationId } = by;
    const values = { organizationId, limit: BATCH, cutoff: null, idType, idNumbers };
    const terms = documentTerms(idNumbers);
    // First: one that is indexed meanwhile is found by its term.
    const unindexed = await this.forgetChosen(by, (after) =>
      this.database.query(CHOOSE_UNINDEXED_OF_PAYER, { ...values, after }),
    );
    const indexed = await this.forgetChosen(by, (after) =>
      this.database.query(CHOOSE_INDEXED_OF_PAYER, { ...values, after, terms }),
    );
    return {
      forgotten: unindexed.forgotten + indexed.forgotten,
      kept: new Set([...unindexed.kept, ...indexed.kept]).size + unindexed.neededByNow + indexed.neededByNow,
    };
  }

  private async forgetChosen(
    by: AuditActor,
    choose: (after: string) => Promise<Chosen[]>,
  ): Promise<{ forgotten: number; kept: string[]; neededByNow: number }> {
    const total = { forgotten: 0, kept: [] as string[], neededByNow: 0 };
    for (let after: string | null = BEFORE_ALL; after !== null;) {
      const [chosen]: Chosen[] = await choose(after);
      const { read, last, due, kept } = chosen!;
      const forgotten = await this.forget(by, 'payer.forgotten', due, null);
      total.forgotten += forgotten;
      total.kept.push(...kept);
      total.neededByNow += due.length - forgotten;
      after = read < BATCH ? null : last!.id;
    }
    return total;
  }

  private async forget(
    by: AuditActor,
    action: `${string}.forgotten`,
    due: Chosen['due'],
    cutoff: Date | null,
  ): Promise<number> {
    if (due.length === 0) return 0;
    const { organizationId } = by;
    const payins = due.map(({ id, request }) => ({ id, terms: payerTermsOf(request) }));
    const values = { organizationId, cutoff, payins, auditEntries: [entryOf(by, action)] };
    const [{ forgotten } = { forgotten: 0 }] = await this.database.query(FORGET_CHOSEN, values);
    await this.database.query(FORGET_TERMS_AGAIN, { organizationId, payins });
    return forgotten;
  }

  async organizations(): Promise<string[]> {
    return (await this.database.query(ORGANIZATIONS, {})).map(({ id }) => id);
  }
}

/** The audit log has how many, and never whom. */
function entryOf(by: AuditActor, action: `${string}.forgotten`): NewAuditEntry {
  return newAuditEntry({ by, action, subject: { type: 'personal_data', id: null } });
}
