import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Busy, Claimed } from '../database/due-work.js';
import {
  ADD_CHECKS,
  CHECK_BATCH,
  CLAIM_CHECK,
  type ClaimedCheck,
  type FoundPayin,
  KEEP_CHECK,
  ORGANIZATIONS,
  RELEASE_CHECK,
  SAVE_CHECK,
  START_CHECKS,
} from './integrity-check.queries.js';

/** Payins that one statement checks: some tenths of a second. */
const BATCH = 2_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

export interface Batch {
  payins: number;
  found: FoundPayin[];
  /** Where the next batch begins; null when this was the last. */
  last: string | null;
}

/** Integrity checks: what they find, and how far they have come. */
@Injectable()
export class IntegrityCheckStore {
  constructor(private readonly database: Database) {}

  async checkBatch(organizationId: string, after: string | null, limit = BATCH): Promise<Batch> {
    const [batch] = await this.database.query(CHECK_BATCH, { organizationId, after: after ?? BEFORE_ALL, limit });
    const { payins, found, last } = batch!;
    return { payins, found, last: payins === limit ? last : null };
  }

  async organizations(): Promise<string[]> {
    const rows = await this.database.query(ORGANIZATIONS, {});
    return rows.map(({ id }) => id);
  }

  async claim(free: number, busy: readonly Busy[] = []): Promise<ClaimedCheck[]> {
    await this.database.query(ADD_CHECKS, {});
    return this.database.query(CLAIM_CHECK, { free, busy });
  }

  async release(claim: Claimed): Promise<void> {
    await this.database.query(RELEASE_CHECK, claim);
  }

  /** @returns whether it is still this worker's, for another lease */
  async keep(check: Claimed): Promise<boolean> {
    return (await this.database.query(KEEP_CHECK, check)).length > 0;
  }

  async save(check: Claimed, { payins, last }: Batch, mismatches: number): Promise<void> {
    await this.database.query(SAVE_CHECK, { ...check, payins, last, mismatches });
  }

  /** Lets the service check everything anew, at once. */
  async start(): Promise<void> {
    await this.database.query(ADD_CHECKS, {});
    await this.database.query(START_CHECKS, {});
  }
}
