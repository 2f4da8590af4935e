import { Injectable } from '@nestjs/common';
import { CachedRead } from '../database/cached-read.js';
import { Database } from '../database/database.js';
import { COUNT_OPEN_DISCREPANCIES, type OpenDiscrepancies } from './open-discrepancies.queries.js';
import { COUNT_WAITING_REFUNDS, type WaitingRefunds } from './waiting-refunds.queries.js';

/** However often it is asked for, the database is asked this often. */
const FRESH_FOR_MS = 30_000;
const WAIT_MS = 4_000;

export interface OpenWork {
  discrepancies: readonly OpenDiscrepancies[];
  refunds: readonly WaitingRefunds[];
}

/** What waits for people, of all organizations together. */
@Injectable()
export class OpenWorkReader {
  private readonly cached = new CachedRead(() => this.count(), { freshForMs: FRESH_FOR_MS, waitMs: WAIT_MS });

  constructor(private readonly database: Database) {}

  /** @throws what the database says */
  read(): Promise<OpenWork> {
    return this.cached.fresh();
  }

  private async count(): Promise<OpenWork> {
    return {
      discrepancies: await this.database.query(COUNT_OPEN_DISCREPANCIES, {}),
      refunds: await this.database.query(COUNT_WAITING_REFUNDS, {}),
    };
  }
}
