import { MikroORM } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { Answer } from '../http/answer.js';
import { isUuid, orderOf, type Page, toPage } from '../http/page.js';
import { Problem } from '../http/problem.js';
import { AttemptEntity } from '../payins/store/attempt.entity.js';
import { ReadPayins } from '../payins/api/read-payins.service.js';
import { type InboundWebhook, InboundWebhookEntity } from './inbound-webhook.entity.js';
import { presentBody, presentInboundWebhook } from './inbox.presenter.js';
import type { InboundWebhookDetailSchema, InboundWebhookSchema, InboxStatus } from './inbox.schema.js';
import type { ListInboundWebhooksQuery } from './list-inbound-webhooks.dto.js';

const OF_STATUS: Readonly<Record<InboxStatus, object>> = {
  PENDING: { dueAt: { $ne: null } },
  APPLIED: { dueAt: null, outcome: { $ne: 'given_up' } },
  GIVEN_UP: { dueAt: null, outcome: 'given_up' },
};

/** Reads the inbox for the API, always inside one organization. */
@Injectable()
export class ReadInbox {
  constructor(
    private readonly orm: MikroORM,
    private readonly payins: ReadPayins,
  ) {}

  async list(organizationId: string, query: ListInboundWebhooksQuery): Promise<Page<Answer<InboundWebhookSchema>>> {
    const { provider, status, outcome, payinId, reference, receivedFrom, receivedTo } = query;
    const { behind, orderBy } = orderOf(query);
    const ofPayin =
      (payinId ?? reference) !== undefined && (await this.referencesOf(organizationId, payinId, reference));
    const webhooks = await this.orm.em.fork().find(
      InboundWebhookEntity,
      {
        $and: [
          { organizationId },
          ...behind,
          ...(provider ? [{ provider }] : []),
          ...(status ? [OF_STATUS[status]] : []),
          ...(outcome ? [{ outcome: outcome.toLowerCase() }] : []),
          ...(ofPayin ? [{ providerReference: { $in: ofPayin } }] : []),
          ...(receivedFrom ? [{ receivedAt: { $gte: receivedFrom } }] : []),
          ...(receivedTo ? [{ receivedAt: { $lt: receivedTo } }] : []),
        ],
      },
      { orderBy, limit: query.limit + 1, exclude: ['rawBody'] },
    );
    const payinIds = await this.payinIdsOf(organizationId, webhooks);
    return toPage(webhooks, query.limit, (webhook) =>
      presentInboundWebhook(webhook, payinIds.get(webhook.providerReference ?? '')),
    );
  }

  async one(organizationId: string, id: string): Promise<Answer<InboundWebhookSchema>> {
    const webhook = await this.find(organizationId, id);
    return presentInboundWebhook(webhook, await this.payinIdOf(organizationId, webhook));
  }

  /** With the exact body, and the history events that it caused. */
  async detail(organizationId: string, id: string): Promise<Answer<InboundWebhookDetailSchema>> {
    const webhook = await this.find(organizationId, id);
    const payinId = await this.payinIdOf(organizationId, webhook);
    const events = payinId ? await this.payins.eventsOfWebhook(organizationId, payinId, id) : [];
    return { ...presentInboundWebhook(webhook, payinId), ...presentBody(Buffer.from(webhook.rawBody)), events };
  }

  private async find(organizationId: string, id: string): Promise<InboundWebhook> {
    const webhook = isUuid(id) && (await this.orm.em.fork().findOne(InboundWebhookEntity, { organizationId, id }));
    if (!webhook) throw new Problem('NOT_FOUND', 'Your organization has no inbound webhook with this id.');
    return webhook;
  }

  private async payinIdOf(organizationId: string, webhook: InboundWebhook): Promise<string | undefined> {
    return (await this.payinIdsOf(organizationId, [webhook])).get(webhook.providerReference ?? '');
  }

  private async referencesOf(organizationId: string, payinId?: string, reference?: string): Promise<string[]> {
    const payin = { ...(payinId && { id: payinId }), ...(reference && { reference }) };
    const attempts = await this.orm.em.fork().find(AttemptEntity, { organizationId, payin });
    return attempts.map(({ providerReference }) => providerReference);
  }

  private async payinIdsOf(
    organizationId: string,
    webhooks: readonly { providerReference?: string | null }[],
  ): Promise<ReadonlyMap<string, string>> {
    const references = webhooks.flatMap(({ providerReference }) => providerReference ?? []);
    if (references.length === 0) return new Map();
    const attempts = await this.orm.em
      .fork()
      .find(AttemptEntity, { organizationId, providerReference: { $in: references } });
    return new Map(attempts.map(({ providerReference, payin }) => [providerReference, payin.id]));
  }
}
