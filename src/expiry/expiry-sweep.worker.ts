import { Inject, Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../config/service.settings.js';
import { DueWorkScheduler } from '../database/due-work-scheduler.js';
import { LookAtPayin, LOOKS_AT_ONCE } from '../payins/look-at-payin.service.js';
import { PayinStore } from '../payins/payin.store.js';

/** Looks at open payins that have run out. Only the provider's word that they are not paid expires them. */
@Injectable()
export class ExpirySweep {
  constructor(
    @Inject(DueWorkScheduler) scheduler: DueWorkScheduler,
    @Inject(PayinStore) store: PayinStore,
    @Inject(LookAtPayin) look: LookAtPayin,
    @Inject(ServiceSettings) { EXPIRY_SWEEP_SECONDS }: ServiceSettings,
  ) {
    scheduler.add(
      {
        name: 'payins to expire',
        concurrency: LOOKS_AT_ONCE,
        claim: (limit) => store.claimExpired(limit),
        work: (claim) => look.execute(claim),
      },
      EXPIRY_SWEEP_SECONDS * 1000,
    );
  }
}
