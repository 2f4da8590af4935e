import { Injectable } from '@nestjs/common';
import {
  type AnyPaymentProvider,
  type OrderQuery,
  ProviderError,
  type ReportedStatus,
  supports,
  type WebhookEvent,
} from '@recaudo/payment-provider';
import { aboutPayin, type PayinFields } from '../logging/pino-logger.js';
import { ApplyUpdates } from '../payins/use-cases/apply-updates.service.js';
import { answerOf, type PayinUpdate, type Update, updateOf } from '../payins/domain/update.js';
import { NO_ORGANIZATION } from '../organizations/no-organization.js';
import { organizationCodeOf } from '../organizations/provider-reference.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { DiscrepancyStore } from '../reconciliation/discrepancy.store.js';
import { type FoundAttempt, InboundWebhookStore, type WebhookOutcome } from './inbound-webhook.store.js';
import type { ClaimedWebhook } from './inbound-webhook.queries.js';
import { readIfPossible } from './read-webhook.js';
import { RecentAnswers } from './recent-answers.js';

/**
 * Applies a stored webhook. One that is only a hint makes us ask the provider, and is applied together with the answer, so that no hint decides
 * alone. Safe to run any number of times.
 */
@Injectable()
export class ApplyWebhook {
  private readonly answers = new RecentAnswers<PayinUpdate>();

  constructor(
    private readonly store: InboundWebhookStore,
    private readonly registry: ProviderRegistry,
    private readonly applyUpdates: ApplyUpdates,
    private readonly discrepancies: DiscrepancyStore,
  ) {}

  /**
   * @param found called with the payin that it is about
   * @throws ProviderError when the provider cannot be asked; the hint is stored all the same.
   */
  async execute(webhook: ClaimedWebhook, found: (payin: PayinFields) => void): Promise<WebhookOutcome> {
    const provider = this.registry.get(webhook.provider);
    if (!provider || !supports(provider, 'webhooks')) throw new Error('the provider is not enabled here');
    const event = readIfPossible(provider.webhooks, webhook.rawBody);
    if (!event) return this.askAboutUnreadable(provider, webhook, found);
    if (webhook.organizationId === NO_ORGANIZATION) return this.move(webhook, event);
    // It could not be read when it came.
    if (webhook.providerReference === null) await this.store.nameOrder(webhook, event.providerReference);
    const attempt = await this.store.findAttempt(webhook.organizationId, event.providerReference);
    if (!attempt || attempt.provider !== provider.name) {
      const detail = `${provider.name} sent ${event.report.rawStatus} for an order that we do not know`;
      await this.discrepancies.open({
        organizationId: webhook.organizationId,
        kind: 'ORPHAN',
        provider: provider.name,
        reference: event.providerReference,
        actualInCents: event.report.amountInCents ?? null,
        currency: event.report.currency ?? provider.currencies[0],
        detail,
        source: 'webhook',
        evidence: [{ type: 'webhook', id: webhook.id }],
      });
      return 'orphan';
    }
    found(attempt);
    const { organizationId, id: webhookId } = webhook;
    const apply = (updates: PayinUpdate[]) =>
      this.applyUpdates.execute(organizationId, attempt.payinId, updates, { webhookId });
    const about = { attemptId: attempt.id, source: 'webhook' as const, askedAt: webhook.claimedAt };
    // Money that it reports has arrived. What else it says may be old, or about one payment of several: the provider is asked.
    if (provider.webhooks.trust === 'authoritative' && event.report.status === 'APPROVED') {
      await apply([{ ...answerOf(event.report, about, provider), unasked: true }]);
      return 'applied';
    }
    const hint: Update<'hint'> = { ...about, kind: 'hint', report: event.report };
    const { answer, isOlder } = await this.ask(provider, attempt, about, event).catch(async (error: unknown) => {
      await apply([{ ...hint, notBefore: notBefore(error, webhook) }]);
      throw error;
    });
    await apply([hint, answer]);
    return (isOlder || movesMoney(event)) && !says(answer, event.report.status) ? 'not_confirmed' : 'applied';
  }

  /** Its content is for a person to read, but something has happened to its order. */
  private async askAboutUnreadable(
    provider: AnyPaymentProvider,
    webhook: ClaimedWebhook,
    found: (payin: PayinFields) => void,
  ): Promise<WebhookOutcome> {
    const { organizationId, providerReference, id: webhookId, claimedAt } = webhook;
    const attempt = providerReference && (await this.store.findAttempt(organizationId, providerReference));
    if (!attempt || attempt.provider !== provider.name) return 'unreadable';
    found(attempt);
    const about = { attemptId: attempt.id, source: 'webhook' as const, askedAt: claimedAt };
    const { answer } = await this.ask(provider, attempt, about);
    await this.applyUpdates.execute(organizationId, attempt.payinId, [answer], { webhookId });
    return 'unreadable';
  }

  /** A webhook that could not be read when it came may now name its organization. */
  private async move(webhook: ClaimedWebhook, { eventKey, providerReference }: WebhookEvent): Promise<WebhookOutcome> {
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
    event?: WebhookEvent,
  ): Promise<{ answer: PayinUpdate; isOlder: boolean }> {
    const externalId = attempt.externalId ?? event?.report.externalId;
    return this.answers.get(attempt.id, () =>
      aboutPayin(
        () => ({ payinId: attempt.payinId, reference: attempt.reference }),
        () => this.askNow(provider, { ...attempt, externalId }, about),
      ),
    );
  }

  private async askNow(provider: AnyPaymentProvider, order: OrderQuery, about: About): Promise<PayinUpdate> {
    return updateOf(await provider.fetchPayin(order), about, provider);
  }
}

interface About {
  attemptId: string;
  source: 'webhook';
  askedAt: Date;
}

/** Until when the provider asks us to wait. */
function notBefore(error: unknown, { claimedAt }: ClaimedWebhook): Date | undefined {
  const waitMs = error instanceof ProviderError ? error.detail.retryAfterMs : undefined;
  return waitMs === undefined ? undefined : new Date(claimedAt.getTime() + waitMs);
}

/** Checked again when the provider does not confirm it yet. */
function movesMoney({ report }: WebhookEvent): boolean {
  return report.status === 'APPROVED' || report.status === 'REVERSED';
}

function says(answer: PayinUpdate, status: ReportedStatus): boolean {
  return answer.kind === 'answer' && answer.report.status === status;
}
