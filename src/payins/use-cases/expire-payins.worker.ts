import { Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../../config/service.settings.js';
import { DueWorkScheduler } from '../../database/due-work-scheduler.js';
import { CheckPayinStatus, CHECKS_AT_ONCE } from './check-payin-status.service.js';
import type { ClaimedPayin } from '../store/claim-payins.queries.js';
import { PayinStore } from '../store/payin.store.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';

/** Checks open payins that have expired by the clock. Where a provider has an order, only its answer that it is not paid moves them to EXPIRED. */
@Injectable()
export class ExpirePayins {
  constructor(
    scheduler: DueWorkScheduler,
    { names }: ProviderRegistry,
    store: PayinStore,
    check: CheckPayinStatus,
    { EXPIRY_SWEEP_SECONDS }: ServiceSettings,
  ) {
    const work = async (claim: ClaimedPayin) => void (await check.execute(claim));
    scheduler.add(
      {
        name: 'payins without a choice',
        concurrency: CHECKS_AT_ONCE,
        claim: (free, busy) => store.claimUnchosen(free, busy),
        work,
        describe: ({ id: payinId, reference }) => ({ payinId, reference }),
        release: (claim) => store.release(claim),
      },
      EXPIRY_SWEEP_SECONDS * 1000,
    );
    scheduler.addForEach(
      'payins to expire',
      names,
      (provider) => ({
        concurrency: CHECKS_AT_ONCE,
        claim: (free, busy) => store.claimExpired(free, busy, provider),
        work,
        describe: ({ id: payinId, reference }) => ({ payinId, reference }),
        release: (claim) => store.release(claim),
      }),
      EXPIRY_SWEEP_SECONDS * 1000,
    );
  }
}
