import { Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../../config/service.settings.js';
import { DueWorkScheduler } from '../../database/due-work-scheduler.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import { CheckPayinStatus, CHECKS_AT_ONCE } from './check-payin-status.service.js';
import { PayinStore } from '../store/payin.store.js';

/** Checks the status of payins when it is due. Even without webhooks, every payin reaches its true end this way. */
@Injectable()
export class PollPayins {
  /** Runs what is due now, in this process; other processes find it with their next tick. */
  readonly wake: () => void;

  constructor(
    scheduler: DueWorkScheduler,
    { names }: ProviderRegistry,
    store: PayinStore,
    check: CheckPayinStatus,
    { POLL_TICK_SECONDS }: ServiceSettings,
  ) {
    this.wake = scheduler.addForEach(
      'payins to poll',
      names,
      (provider) => ({
        concurrency: CHECKS_AT_ONCE,
        claim: (free, busy) => store.claimPolls(free, busy, provider),
        work: async (claim) => void (await check.execute(claim)),
        describe: ({ id: payinId, reference }) => ({ payinId, reference }),
        release: (claim) => store.release(claim),
      }),
      POLL_TICK_SECONDS * 1000,
    );
  }
}
