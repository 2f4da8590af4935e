import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Busy, Claimed } from '../database/due-work.js';
import {
  ADD_CHECKS,
  CHECK_BATCH,
  CLAIM_CHECK,
  KEEP_CHECK,
  RELEASE_CHECK,
  type RULES,
  SAVE_CHECK,
  START_CHECKS,
} from './integrity-check.queries.js';

/** Payins that one statement judges: some tenths of a second. */
const BATCH = 2_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

export interface ClaimedCheck extends Claimed {
  after: string | null;
}

/** A payin that breaks rules, by their places in RULES, or that an earlier check found and that is in order now. */
export interface FoundPayin {
  id: string;
  reference: string;
  provider: string | null;
  currency: string;
  received: number;
  broken: (keyof typeof RULES & number)[];
  [fact: string]: unknown;
}

export interface Batch {
  payins: number;
  found: FoundPayin[];
  /** Where the next batch begins; null when this was the last. */
  last: string | null;
}

/** The SQL of the check of the books. */
@Injectable()
export class IntegrityCheckStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async judge(organizationId: string, after: string | null, limit = BATCH): Promise<Batch> {
    const [batch] = await this.database.query<{ payins: number; found: FoundPayin[]; last: string }>(CHECK_BATCH, [
      organizationId,
      after ?? BEFORE_ALL,
      limit,
    ]);
    const { payins, found, last } = batch!;
    return { payins, found, last: payins === limit ? last : null };
  }

  async organizations(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      { name: 'organizations to check', text: 'select id from organizations order by id' },
      [],
    );
    return rows.map(({ id }) => id);
  }

  async claim(free: number, busy: readonly Busy[] = []): Promise<ClaimedCheck[]> {
    await this.database.query(ADD_CHECKS, []);
    return this.database.query(CLAIM_CHECK, { free, busy });
  }

  async release(claim: Claimed): Promise<void> {
    await this.database.query(RELEASE_CHECK, claim);
  }

  /** @returns whether it is still this worker's, for another lease */
  async keep({ organizationId, id, fencingToken }: Claimed): Promise<boolean> {
    return (await this.database.query(KEEP_CHECK, [organizationId, id, fencingToken])).length > 0;
  }

  async save(
    { organizationId, id, fencingToken }: Claimed,
    { payins, last }: Batch,
    mismatches: number,
  ): Promise<void> {
    await this.database.query(SAVE_CHECK, [organizationId, id, fencingToken, last, payins, mismatches]);
  }

  /** Lets the service check everything anew, at once. */
  async start(): Promise<void> {
    await this.database.query(ADD_CHECKS, []);
    await this.database.query(START_CHECKS, []);
  }
}
