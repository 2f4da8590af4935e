import { Inject, Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../config/service.settings.js';
import type { Claimed, DueWork } from '../database/due-work.js';
import { DueWorkScheduler } from '../database/due-work-scheduler.js';
import { LookAtPayin } from './look-at-payin.service.js';
import { PayinStore } from './payin.store.js';

/** Looks at payins whose next look is due: without any webhook, every payin reaches its true end by this. */
@Injectable()
export class PollPayins implements DueWork<Claimed> {
  readonly name = 'payins to poll';
  readonly concurrency = 16;

  constructor(
    @Inject(PayinStore) private readonly store: PayinStore,
    @Inject(LookAtPayin) private readonly look: LookAtPayin,
    @Inject(DueWorkScheduler) scheduler: DueWorkScheduler,
    @Inject(ServiceSettings) settings: ServiceSettings,
  ) {
    scheduler.add(this, settings.POLL_TICK_SECONDS * 1000);
  }

  claim(limit: number): Promise<Claimed[]> {
    return this.store.claimPolls(limit);
  }

  work(claim: Claimed): Promise<void> {
    return this.look.execute(claim);
  }
}
