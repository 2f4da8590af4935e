import { Inject, Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../../config/service.settings.js';
import { DueWorkScheduler } from '../../database/due-work-scheduler.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import { CheckPayinStatus, CHECKS_AT_ONCE } from './check-payin-status.service.js';
import { PayinStore } from '../store/payin.store.js';

/** Looks at payins whose next look is due: without any webhook, every payin reaches its true end by this. */
@Injectable()
export class PollPayins {
  /** Looks now at what is due, in this process; elsewhere the next tick does. */
  readonly wake: () => void;

  constructor(
    @Inject(DueWorkScheduler) scheduler: DueWorkScheduler,
    @Inject(ProviderRegistry) { names }: ProviderRegistry,
    @Inject(PayinStore) store: PayinStore,
    @Inject(CheckPayinStatus) check: CheckPayinStatus,
    @Inject(ServiceSettings) { POLL_TICK_SECONDS }: ServiceSettings,
  ) {
    this.wake = scheduler.addForEach(
      'payins to poll',
      names,
      (provider) => ({
        concurrency: CHECKS_AT_ONCE,
        claim: (free, busy) => store.claimPolls(free, busy, provider),
        work: async (claim) => void (await check.execute(claim)),
        release: (claim) => store.release(claim),
      }),
      POLL_TICK_SECONDS * 1000,
    );
  }
}
