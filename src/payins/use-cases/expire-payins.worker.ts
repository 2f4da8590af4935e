import { Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../../config/service.settings.js';
import { DueWorkScheduler } from '../../database/due-work-scheduler.js';
import { CheckPayinStatus, CHECKS_AT_ONCE } from './check-payin-status.service.js';
import { PayinStore } from '../store/payin.store.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';

/** Checks open payins that have expired by the clock. Only a provider's answer that they are not paid moves them to EXPIRED. */
@Injectable()
export class ExpirePayins {
  constructor(
    scheduler: DueWorkScheduler,
    { names }: ProviderRegistry,
    store: PayinStore,
    check: CheckPayinStatus,
    { EXPIRY_SWEEP_SECONDS }: ServiceSettings,
  ) {
    scheduler.addForEach(
      'payins to expire',
      names,
      (provider) => ({
        concurrency: CHECKS_AT_ONCE,
        claim: (free, busy) => store.claimExpired(free, busy, provider),
        work: async (claim) => void (await check.execute(claim)),
        describe: ({ id: payinId, reference }) => ({ payinId, reference }),
        release: (claim) => store.release(claim),
      }),
      EXPIRY_SWEEP_SECONDS * 1000,
    );
  }
}
