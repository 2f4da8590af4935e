import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ServiceSettings } from '../../config/service.settings.js';
import type { Busy, DueWork } from '../database/due-work.js';
import { DueWorkScheduler } from '../database/due-work-scheduler.js';
import type { ClaimedSweep } from './personal-data.queries.js';
import { PersonalDataStore } from './personal-data.store.js';

const IDLE_POLL_MS = 60_000;

/**
 * Forgets every night what is known of payers whose payins have been over for `PERSONAL_DATA_RETENTION_DAYS`. One batch is one piece of due work, so
 * that organizations take turns, and after a crash a sweep goes on where it was.
 */
@Injectable()
export class ForgetPersonalData implements DueWork<ClaimedSweep>, OnModuleInit {
  readonly name = 'personal data';
  readonly concurrency = 1;
  private readonly logger = new Logger(ForgetPersonalData.name);
  private readonly days: number;

  constructor(
    private readonly store: PersonalDataStore,
    scheduler: DueWorkScheduler,
    { PERSONAL_DATA_RETENTION_DAYS }: ServiceSettings,
  ) {
    this.days = PERSONAL_DATA_RETENTION_DAYS;
    if (this.days > 0) scheduler.add(this, IDLE_POLL_MS);
  }

  async onModuleInit(): Promise<void> {
    if (this.days === 0) await this.store.deleteSweeps();
  }

  claim(free: number, busy: readonly Busy[] = []): Promise<ClaimedSweep[]> {
    return this.store.claim(free, busy);
  }

  release(sweep: ClaimedSweep): Promise<void> {
    return this.store.release(sweep);
  }

  async work(sweep: ClaimedSweep): Promise<void> {
    const { organizationId, phase } = sweep;
    const forgotten = await this.store.sweep(sweep, this.days);
    if (forgotten > 0) this.logger.log({ organizationId, phase, forgotten }, 'personal data was forgotten');
  }
}
