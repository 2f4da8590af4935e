import { Inject, Injectable } from '@nestjs/common';
import {
  type AnyPaymentProvider,
  HOME_CURRENCY,
  type OrderQuery,
  ProviderError,
  type ReportedStatus,
  supports,
  type WebhookNews,
} from '@recaudo/payment-provider';
import { ApplyNews } from '../payins/apply-news.service.js';
import type { AttemptNews, News } from '../payins/domain/news.js';
import { organizationCodeOf } from '../payins/provider-reference.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { DiscrepancyStore } from '../reconciliation/discrepancy.store.js';
import {
  type ClaimedWebhook,
  type FoundAttempt,
  InboundWebhookStore,
  NO_ORGANIZATION,
  type WebhookOutcome,
} from './inbound-webhook.store.js';
import { readIfPossible } from './read-webhook.js';
import { RecentAnswers } from './recent-answers.js';

/**
 * Applies a stored webhook. One that is only a hint makes us ask, and is applied together with the answer, so that nothing is ever decided
 * on its word alone. Safe to run any number of times.
 */
@Injectable()
export class ApplyWebhook {
  private readonly answers = new RecentAnswers<News>();

  constructor(
    @Inject(InboundWebhookStore) private readonly store: InboundWebhookStore,
    @Inject(ProviderRegistry) private readonly registry: ProviderRegistry,
    @Inject(ApplyNews) private readonly applyNews: ApplyNews,
    @Inject(DiscrepancyStore) private readonly discrepancies: DiscrepancyStore,
  ) {}

  /** @throws ProviderError when the provider cannot be asked; what the webhook hinted at is kept all the same. */
  async execute(webhook: ClaimedWebhook): Promise<WebhookOutcome> {
    const provider = this.registry.get(webhook.provider);
    if (!provider || !supports(provider, 'webhooks')) throw new Error('the provider is not enabled here');
    const heard = readIfPossible(provider.webhooks, webhook.rawBody);
    if (!heard) return this.askAboutUnreadable(provider, webhook);
    if (webhook.organizationId === NO_ORGANIZATION) return this.move(webhook, heard);
    // It could not be read when it came.
    if (webhook.providerReference === null) await this.store.nameOrder(webhook, heard.providerReference);
    const attempt = await this.store.findAttempt(webhook.organizationId, heard.providerReference);
    if (!attempt || attempt.provider !== provider.name) {
      const detail = `${provider.name} sent ${heard.report.rawStatus} for an order that we do not know`;
      await this.discrepancies.open({
        organizationId: webhook.organizationId,
        kind: 'ORPHAN',
        provider: provider.name,
        reference: heard.providerReference,
        actualInCents: heard.report.amountInCents ?? null,
        currency: heard.report.currency ?? HOME_CURRENCY,
        detail,
        source: 'webhook',
        evidence: [{ type: 'webhook', id: webhook.id }],
      });
      return 'orphan';
    }
    const { organizationId, id: webhookId } = webhook;
    const apply = (news: News[]) => this.applyNews.execute(organizationId, attempt.payinId, news, { webhookId });
    const about = { attemptId: attempt.id, source: 'webhook' as const, askedAt: webhook.claimedAt };
    // Money that it tells of has come. What else it says may be old, or about one payment of several: that is asked about.
    if (provider.webhooks.trust === 'authoritative' && heard.report.status === 'APPROVED') {
      const addsUp = provider.paymentsPerOrder === 'several';
      const told = { trust: 'answer' as const, unasked: true, mayEchoAmount: false, addsUp, report: heard.report };
      await apply([{ ...about, kind: 'report', ...told }]);
      return 'applied';
    }
    const hint: AttemptNews = { ...about, kind: 'report', trust: 'hint', mayEchoAmount: false, report: heard.report };
    const { answer, isOlder } = await this.ask(provider, attempt, about, heard).catch(async (error: unknown) => {
      await apply([{ ...hint, notBefore: notBefore(error, webhook) }]);
      throw error;
    });
    await apply([hint, answer]);
    return (isOlder || movesMoney(heard)) && !says(answer, heard.report.status) ? 'not_confirmed' : 'applied';
  }

  /** What it says is for a person; but something has happened to its order. */
  private async askAboutUnreadable(provider: AnyPaymentProvider, webhook: ClaimedWebhook): Promise<WebhookOutcome> {
    const { organizationId, providerReference, id: webhookId, claimedAt } = webhook;
    const attempt = providerReference && (await this.store.findAttempt(organizationId, providerReference));
    if (!attempt || attempt.provider !== provider.name) return 'unreadable';
    const about = { attemptId: attempt.id, source: 'webhook' as const, askedAt: claimedAt };
    const { answer } = await this.ask(provider, attempt, about);
    await this.applyNews.execute(organizationId, attempt.payinId, [answer], { webhookId });
    return 'unreadable';
  }

  /** One that could not be read when it came may tell by now whose it is. */
  private async move(webhook: ClaimedWebhook, { eventKey, providerReference }: WebhookNews): Promise<WebhookOutcome> {
    const code = organizationCodeOf(providerReference);
    if (!code || !(await this.store.hasOrganization(code))) return 'orphan';
    const { provider, rawBody, verifiedBy } = webhook;
    const isKept = await this.store.receive({ provider, eventKey, providerReference, rawBody, verifiedBy });
    return isKept ? 'moved' : 'orphan';
  }

  private ask(
    provider: AnyPaymentProvider,
    attempt: FoundAttempt,
    about: About,
    heard?: WebhookNews,
  ): Promise<{ answer: News; isOlder: boolean }> {
    const externalId = attempt.externalId ?? heard?.report.externalId;
    return this.answers.get(attempt.id, () => this.askNow(provider, { ...attempt, externalId }, about));
  }

  private async askNow(provider: AnyPaymentProvider, order: OrderQuery, about: About): Promise<News> {
    const fetched = await provider.fetchPayin(order);
    if (!fetched.found) return { ...about, kind: 'missing' };
    const mayEchoAmount = fetched.report.amountMayBeEchoed ?? false;
    const addsUp = provider.paymentsPerOrder === 'several';
    return { ...about, kind: 'report', trust: 'answer', mayEchoAmount, addsUp, report: fetched.report };
  }
}

interface About {
  attemptId: string;
  source: 'webhook';
  askedAt: Date;
}

/** Until when the provider asks to be left alone. */
function notBefore(error: unknown, { claimedAt }: ClaimedWebhook): Date | undefined {
  const waitMs = error instanceof ProviderError ? error.detail.retryAfterMs : undefined;
  return waitMs === undefined ? undefined : new Date(claimedAt.getTime() + waitMs);
}

/** Worth asking about again when the provider does not confirm it yet. */
function movesMoney({ report }: WebhookNews): boolean {
  return report.status === 'APPROVED' || report.status === 'REVERSED';
}

function says(answer: News, status: ReportedStatus): boolean {
  return answer.kind === 'report' && answer.report.status === status;
}
