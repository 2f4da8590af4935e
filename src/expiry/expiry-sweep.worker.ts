import { Inject, Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../config/service.settings.js';
import type { Claimed, DueWork } from '../database/due-work.js';
import { DueWorkScheduler } from '../database/due-work-scheduler.js';
import { LookAtPayin } from '../payins/look-at-payin.service.js';
import { PayinStore } from '../payins/payin.store.js';

/** Looks at open payins that have run out. Only the provider's word that they are not paid expires them. */
@Injectable()
export class ExpirySweep implements DueWork<Claimed> {
  readonly name = 'payins to expire';
  readonly concurrency = 16;

  constructor(
    @Inject(PayinStore) private readonly store: PayinStore,
    @Inject(LookAtPayin) private readonly look: LookAtPayin,
    @Inject(DueWorkScheduler) scheduler: DueWorkScheduler,
    @Inject(ServiceSettings) settings: ServiceSettings,
  ) {
    scheduler.add(this, settings.EXPIRY_SWEEP_SECONDS * 1000);
  }

  claim(limit: number): Promise<Claimed[]> {
    return this.store.claimExpired(limit);
  }

  work(claim: Claimed): Promise<void> {
    return this.look.execute(claim);
  }
}
