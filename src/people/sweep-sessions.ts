import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ServiceSettings } from '../../config/service.settings.js';
import { Database } from '../database/database.js';
import { describeError } from '../logging/describe-error.js';
import { SWEEP_SESSIONS } from './sessions.queries.js';
import { SWEEP_THROTTLES } from './sign-in-throttle.queries.js';

const EVERY_MS = 5 * 60_000;
const BATCH = 1_000;
/** The next time there is time for more. */
const BATCHES_MAX = 20;

/** Deletes what is over: it lets nobody in any more, and nobody reads it. */
@Injectable()
export class SweepSessions {
  private readonly logger = new Logger('SweepSessions');
  #isRunning = false;

  constructor(
    private readonly database: Database,
    private readonly settings: ServiceSettings,
  ) {}

  @Interval(EVERY_MS)
  async sweep(): Promise<void> {
    if (!this.settings.doesDueWork || this.#isRunning) return;
    this.#isRunning = true;
    try {
      const idleSeconds = this.settings.SESSION_IDLE_SECONDS;
      await inBatches(() => this.database.query(SWEEP_SESSIONS, { limit: BATCH, idleSeconds }));
      await inBatches(() => this.database.query(SWEEP_THROTTLES, { limit: BATCH }));
    } catch (error) {
      this.logger.warn({ error: describeError(error) }, 'sessions that are over stay for now');
    } finally {
      this.#isRunning = false;
    }
  }
}

async function inBatches(sweep: () => Promise<{ gone: number }[]>): Promise<void> {
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) if ((await sweep())[0]!.gone < BATCH) return;
}
