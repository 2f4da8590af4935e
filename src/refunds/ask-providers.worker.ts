import { Injectable } from '@nestjs/common';
import { DueWorkScheduler } from '../database/due-work-scheduler.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { AskProvider } from './ask-provider.service.js';
import { RefundStore } from './refund.store.js';

/** Of one provider, of all organizations together; one alone has half of them. */
const AT_ONCE = 8;

/** Calls the providers about refunds that they were asked to pay. */
@Injectable()
export class AskProviders {
  readonly wake: () => void;

  constructor(scheduler: DueWorkScheduler, registry: ProviderRegistry, store: RefundStore, ask: AskProvider) {
    this.wake = scheduler.addForEach('refunds to ask for', registry.namesWith('refunds'), (provider) => ({
      concurrency: AT_ONCE,
      claim: (free, busy) => store.claim(free, busy, provider),
      work: (claim) => ask.execute(claim),
      describe: ({ id: refundId, payinId }) => ({ refundId, payinId }),
      release: (claim) => store.release(claim),
    }));
  }
}
