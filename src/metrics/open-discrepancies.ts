import { Injectable } from '@nestjs/common';
import { CachedRead } from '../database/cached-read.js';
import { Database } from '../database/database.js';
import { COUNT_OPEN_DISCREPANCIES, type OpenDiscrepancies } from './open-discrepancies.queries.js';

/** However often it is asked for, the database is asked this often. */
const FRESH_FOR_MS = 30_000;
const WAIT_MS = 4_000;

/** What waits for a person, of all organizations together. */
@Injectable()
export class OpenDiscrepanciesReader {
  private readonly cached: CachedRead<OpenDiscrepancies[]>;

  constructor(database: Database) {
    this.cached = new CachedRead(() => database.query(COUNT_OPEN_DISCREPANCIES, {}), {
      freshForMs: FRESH_FOR_MS,
      waitMs: WAIT_MS,
    });
  }

  /** @throws what the database says */
  read(): Promise<OpenDiscrepancies[]> {
    return this.cached.fresh();
  }
}
