import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { Database } from '../database/database.js';

/** A webhook that waits this long means that the inbox stands still. */
const OLDEST_MAX_SECONDS = 300;

@Injectable()
export class InboxHealth {
  constructor(
    @Inject(HealthIndicatorService) private readonly indicator: HealthIndicatorService,
    @Inject(Database) private readonly database: Database,
  ) {}

  async isFlowing() {
    const check = this.indicator.check('inbox');
    try {
      const [row] = await this.database.query<{ seconds: number }>(
        {
          name: 'oldest unprocessed webhook',
          // From its due time: one that waits for a provider to answer again does not make this process unfit.
          text: `select coalesce(extract(epoch from now() - min(due_at)), 0)::int as seconds
                 from inbound_webhooks where due_at <= now()`,
        },
        [],
      );
      const oldestUnprocessedSeconds = row?.seconds ?? 0;
      if (oldestUnprocessedSeconds <= OLDEST_MAX_SECONDS) return check.up({ oldestUnprocessedSeconds });
      return check.down({
        message: `the oldest unprocessed webhook has waited ${oldestUnprocessedSeconds} s`,
        oldestUnprocessedSeconds,
      });
    } catch {
      return check.down({ message: 'cannot be read' });
    }
  }
}
