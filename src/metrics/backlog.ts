import { Injectable } from '@nestjs/common';
import { CachedRead } from '../database/cached-read.js';
import { Database } from '../database/database.js';
import { COUNT_DUE_WORK, COUNT_UNKNOWN_ATTEMPTS, type DueWorkCount } from './backlog.queries.js';

export interface Backlog {
  due: DueWorkCount[];
  /** Attempts of which it is not known whether their provider took the order, while their payin is watched. */
  unknownAttempts: { provider: string; rows: number }[];
  readAt: Date;
}

/** However often it is asked for, the database is asked this often. */
const FRESH_FOR_MS = 5_000;
const WAIT_MS = 4_000;

/** What waits in the database, for operators. Public routes show it: it costs the same however many ask, and however many payins there are. */
@Injectable()
export class BacklogReader {
  private readonly cached = new CachedRead(() => this.count(), { freshForMs: FRESH_FOR_MS, waitMs: WAIT_MS });

  constructor(private readonly database: Database) {}

  /** @throws what the database says */
  read(): Promise<Backlog> {
    return this.cached.fresh();
  }

  /** What was read last, at once. Undefined where nothing could be read yet. */
  latest(): Promise<Backlog | undefined> {
    return this.cached.latest();
  }

  private async count(): Promise<Backlog> {
    const due = await this.database.query(COUNT_DUE_WORK, {});
    const unknownAttempts = await this.database.query(COUNT_UNKNOWN_ATTEMPTS, {});
    return { due, unknownAttempts, readAt: new Date() };
  }
}
