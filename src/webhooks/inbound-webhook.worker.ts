import { Injectable, Logger } from '@nestjs/common';
import { ProviderError } from '@recaudo/payment-provider';
import { DueWorkScheduler } from '../database/due-work-scheduler.js';
import { describeError } from '../logging/describe-error.js';
import type { PayinFields } from '../logging/pino-logger.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { ApplyWebhook } from './apply-webhook.service.js';
import type { ClaimedWebhook } from './inbound-webhook.queries.js';
import { InboundWebhookStore } from './inbound-webhook.store.js';

/** For each provider, as many as it may be asked at once; half of them for one organization alone. The more at once, the more share a commit. */
const CONCURRENCY = 64;
/** Waits between attempts. After the last one the row stays visible, and polling goes on all the same. */
const RETRY_SECONDS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
const ATTEMPTS_MAX = RETRY_SECONDS.length + 1;

/** Applies the webhooks in the inbox, at once when woken. */
@Injectable()
export class InboundWebhookWorker {
  readonly wake: () => void;
  private readonly logger = new Logger(InboundWebhookWorker.name);

  constructor(
    private readonly store: InboundWebhookStore,
    private readonly applyWebhook: ApplyWebhook,
    { names }: ProviderRegistry,
    scheduler: DueWorkScheduler,
  ) {
    this.wake = scheduler.addForEach('inbound webhooks', names, (provider) => ({
      concurrency: CONCURRENCY,
      claim: (free, busy) => this.store.claim(free, busy, provider),
      work: (webhook: ClaimedWebhook) => this.apply(webhook),
      describe: ({ id }) => ({ webhook: id }),
      release: (webhook) => this.store.release(webhook),
    }));
  }

  private async apply(webhook: ClaimedWebhook): Promise<void> {
    const delaySeconds = RETRY_SECONDS[webhook.attempts - 1] ?? null;
    if (webhook.attempts > ATTEMPTS_MAX) return this.store.retry(webhook, 'its attempts never came to an end', null);
    let payin: PayinFields | undefined;
    try {
      const outcome = await this.applyWebhook.execute(
        webhook,
        ({ payinId, reference }) => (payin = { payinId, reference }),
      );
      await this.store.finish(webhook, outcome, outcome === 'not_confirmed' ? delaySeconds : null);
    } catch (error) {
      const reason = error instanceof ProviderError ? error.message : describeError(error);
      this.logger.warn(
        { provider: webhook.provider, webhook: webhook.id, ...payin, reason, delaySeconds },
        'a webhook could not be applied yet',
      );
      await this.store.retry(webhook, reason, delaySeconds && Math.max(delaySeconds, askedToWaitSeconds(error)));
    }
  }
}

/** Its `Retry-After`, if the provider gave one. */
function askedToWaitSeconds(error: unknown): number {
  return error instanceof ProviderError ? Math.ceil((error.detail.retryAfterMs ?? 0) / 1000) : 0;
}
