import { Inject, Injectable } from '@nestjs/common';
import { type PaymentProvider, supports, type WebhookNews } from '@recaudo/payment-provider';
import { ApplyNews } from '../payins/apply-news.service.js';
import type { News } from '../payins/domain/news.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { type ClaimedWebhook, type FoundAttempt, InboundWebhookStore, NO_ORGANIZATION } from './inbound-webhook.store.js';

/** What came of a webhook. */
export type WebhookOutcome = 'applied' | 'not_confirmed' | 'orphan';

/**
 * Applies a stored webhook. One that is only a hint makes us ask, and is applied together with the answer, so that nothing is ever decided
 * on its word alone. Safe to run any number of times.
 */
@Injectable()
export class ApplyWebhook {
  constructor(
    @Inject(InboundWebhookStore) private readonly store: InboundWebhookStore,
    @Inject(ProviderRegistry) private readonly registry: ProviderRegistry,
    @Inject(ApplyNews) private readonly applyNews: ApplyNews,
  ) {}

  /** @throws ProviderError when the webhook cannot be read, or the provider cannot be asked. */
  async execute(webhook: ClaimedWebhook): Promise<WebhookOutcome> {
    const provider = this.registry.get(webhook.provider);
    if (!provider || !supports(provider, 'webhooks')) throw new Error('the provider is not enabled here');
    const heard = provider.webhooks.read(webhook.rawBody);
    if (webhook.organizationId === NO_ORGANIZATION) return 'orphan';
    const attempt = await this.store.findAttempt(webhook.organizationId, heard.providerReference);
    if (!attempt || attempt.provider !== provider.name) {
      const detail = `${provider.name} sent ${heard.report.rawStatus} for an order that we do not know`;
      await this.store.openOrphan(webhook.organizationId, heard.providerReference, heard.report.amountInCents, detail);
      return 'orphan';
    }
    const news = await this.toNews(provider, attempt, heard, webhook.claimedAt);
    await this.applyNews.execute(webhook.organizationId, attempt.payinId, news);
    return isConfirmed(heard, news) ? 'applied' : 'not_confirmed';
  }

  private async toNews(provider: PaymentProvider<'webhooks'>, attempt: FoundAttempt, heard: WebhookNews, askedAt: Date): Promise<News[]> {
    const about = { attemptId: attempt.id, source: 'webhook' as const, askedAt };
    if (provider.webhooks.trust === 'authoritative') {
      return [{ ...about, kind: 'report', trust: 'answer', mayEchoAmount: false, report: heard.report }];
    }
    const hint: News = { ...about, kind: 'report', trust: 'hint', mayEchoAmount: false, report: heard.report };
    const fetched = await provider.fetchPayin({
      providerReference: heard.providerReference,
      externalId: attempt.externalId ?? heard.report.externalId,
    });
    const answer: News = fetched.found
      ? { ...about, kind: 'report', trust: 'answer', mayEchoAmount: provider.answersEchoRequestedAmount, report: fetched.report }
      : { ...about, kind: 'missing' };
    return [hint, answer];
  }
}

function isConfirmed(heard: WebhookNews, news: readonly News[]): boolean {
  return news.some((item) => item.kind === 'report' && item.trust === 'answer' && item.report.status === heard.report.status);
}
