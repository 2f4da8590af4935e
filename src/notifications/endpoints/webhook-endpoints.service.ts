import { MikroORM, raw } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { OutboundHttp } from '@recaudo/outbound-http';
import { type AuditFacts, changesOf } from '../../audit/audit-entry.js';
import { AuditLog } from '../../audit/audit-log.js';
import type { Principal } from '../../auth/principal.js';
import { idAt } from '../../database/id-at.js';
import type { Answer } from '../../http/answer.js';
import { idBefore, isUuid, type Page, type PageQuery, toPage } from '../../http/page.js';
import { Problem, validationFailed } from '../../http/problem.js';
import { TEST_EVENT } from '../test-event.js';
import { messageId } from '../message.js';
import { NotificationWakeUp } from '../../outbox/notification-wake-up.js';
import { NotificationStore } from '../notification.store.js';
import { newSigningSecret, OWNER, ROTATION_HOURS, SecretBox } from '../../secrets/secret-box.js';
import type { CreateWebhookEndpointDto, UpdateWebhookEndpointDto } from './webhook-endpoint.dto.js';
import { type WebhookEndpoint, WebhookEndpointEntity } from './webhook-endpoint.entity.js';
import { LOCK_ORGANIZATION } from './webhook-endpoint.queries.js';
import type { WebhookEndpointSchema } from './webhook-endpoint.schema.js';

/** Each event is written once for each endpoint. */
export const ENDPOINTS_MAX = 20;

/** A merchant's webhook endpoints. */
@Injectable()
export class WebhookEndpoints {
  constructor(
    private readonly orm: MikroORM,
    private readonly secrets: SecretBox,
    private readonly http: OutboundHttp,
    private readonly notifications: NotificationStore,
    private readonly wakeUp: NotificationWakeUp,
    private readonly audit: AuditLog,
  ) {}

  /** @throws Problem VALIDATION_FAILED, ENDPOINT_LIMIT */
  async create(caller: Principal, dto: CreateWebhookEndpointDto) {
    const { organizationId, at } = caller;
    this.refuseUrl(dto.url);
    const id = idAt(at);
    const secret = newSigningSecret();
    const endpoint = await this.fork().transactional(async (em) => {
      // One create at a time in an organization, so that the count holds.
      await em.execute(LOCK_ORGANIZATION, [organizationId]);
      if ((await em.count(WebhookEndpointEntity, { organization: organizationId })) >= ENDPOINTS_MAX)
        throw new Problem(
          'ENDPOINT_LIMIT',
          `An organization may have ${ENDPOINTS_MAX}. Delete one that is not needed.`,
        );
      const created = em.create(WebhookEndpointEntity, {
        organization: organizationId,
        id,
        url: dto.url,
        description: dto.description ?? null,
        eventTypes: dto.eventTypes ?? null,
        includePersonalData: dto.includePersonalData ?? false,
        secret: this.secrets.seal(secret, OWNER.endpoint(organizationId, id)),
        createdAt: at,
        updatedAt: at,
      });
      await this.record(caller, 'endpoint.created', id, em, { after: factsOf(created) });
      return created;
    });
    return { ...presentEndpoint(endpoint, at), secret };
  }

  async list(
    { organizationId, at }: Principal,
    { cursor, limit }: PageQuery,
  ): Promise<Page<Answer<WebhookEndpointSchema>>> {
    const before = idBefore(cursor);
    const rows = await this.fork().find(
      WebhookEndpointEntity,
      { organization: organizationId, ...(before && { id: { $lt: before } }) },
      { orderBy: { id: 'desc' }, limit: limit + 1 },
    );
    return toPage(rows, limit, (row) => presentEndpoint(row, at));
  }

  async one({ organizationId, at }: Principal, id: string): Promise<Answer<WebhookEndpointSchema>> {
    return presentEndpoint(await find(this.fork(), organizationId, id), at);
  }

  async update(caller: Principal, id: string, dto: UpdateWebhookEndpointDto) {
    const { organizationId, at } = caller;
    if (dto.url !== undefined) this.refuseUrl(dto.url);
    const endpoint = await this.fork().transactional(async (em) => {
      const found = await find(em, organizationId, id);
      const before = factsOf(found);
      if (dto.url !== undefined) found.url = dto.url;
      if (dto.description !== undefined) found.description = dto.description;
      if (dto.eventTypes !== undefined) found.eventTypes = dto.eventTypes;
      if (dto.includePersonalData !== undefined) found.includePersonalData = dto.includePersonalData ?? false;
      if (dto.status === 'DISABLED' && found.status === 'ENABLED') {
        Object.assign(found, { status: 'DISABLED', disabledReason: 'REQUESTED', disabledAt: at });
      }
      if (dto.status === 'ENABLED') {
        Object.assign(found, { status: 'ENABLED', disabledReason: null, disabledAt: null, failingSince: null });
      }
      found.updatedAt = at;
      await em.flush();
      const changes = changesOf(before, factsOf(found));
      if (changes) await this.record(caller, 'endpoint.updated', id, em, changes);
      return found;
    });
    return presentEndpoint(endpoint, at);
  }

  /** Its notifications stay visible; those that are pending are not sent. */
  async delete(caller: Principal, id: string): Promise<void> {
    const { organizationId } = caller;
    await this.fork().transactional(async (em) => {
      const endpoint = await find(em, organizationId, id);
      if ((await em.nativeDelete(WebhookEndpointEntity, { organization: organizationId, id })) === 0)
        throw noSuchEndpoint();
      await this.record(caller, 'endpoint.deleted', id, em, { before: factsOf(endpoint) });
    });
  }

  /** Makes a new secret; the previous one still signs for a while. Rotating again within that time ends the oldest at once. */
  async rotateSecret(caller: Principal, id: string) {
    const { organizationId, at } = caller;
    const secret = newSigningSecret();
    await this.fork().transactional(async (em) => {
      const rotated =
        isUuid(id) &&
        (await em.nativeUpdate(
          WebhookEndpointEntity,
          { organization: organizationId, id },
          {
            // Of two that rotate at once the one's new secret becomes the other's previous one: both were shown, both are good.
            previousSecret: raw('secret'),
            previousSecretUntil: new Date(at.getTime() + ROTATION_HOURS * 3_600_000),
            secret: this.secrets.seal(secret, OWNER.endpoint(organizationId, id)),
            updatedAt: at,
          },
        ));
      if (!rotated) throw noSuchEndpoint();
      await this.record(caller, 'endpoint.secret_rotated', id, em);
    });
    return { ...presentEndpoint(await find(this.fork(), organizationId, id), at), secret };
  }

  /** @throws Problem ENDPOINT_NOT_ENABLED */
  async sendTest(
    { organizationId, at }: Principal,
    id: string,
  ): Promise<{ notificationId: string; webhookId: string }> {
    const endpoint = await find(this.fork(), organizationId, id);
    if (endpoint.status !== 'ENABLED') throw new Problem('ENDPOINT_NOT_ENABLED', 'Enable it first.');
    const notificationId = idAt(at);
    const body = { type: TEST_EVENT, timestamp: at.toISOString(), data: { endpointId: id, sequence: 0 } };
    await this.notifications.addTest(organizationId, id, {
      id: notificationId,
      createdAt: at,
      body: JSON.stringify(body),
    });
    this.wakeUp.wake();
    return { notificationId, webhookId: messageId(notificationId) };
  }

  private record(
    by: Principal,
    action: `endpoint.${string}`,
    id: string,
    em: EntityManager,
    states: { before?: AuditFacts; after?: AuditFacts } = {},
  ): Promise<void> {
    return this.audit.record({ by, action, subject: { type: 'endpoint', id }, ...states }, em);
  }

  private fork(): EntityManager {
    return this.orm.em.fork() as EntityManager;
  }

  private refuseUrl(url: string): void {
    const why = this.http.whyNeverCalled(url);
    if (why) throw validationFailed({ field: 'url', message: `must ${why}` });
  }
}

/** What the audit log says of an endpoint. An address may carry a password, or a token behind its path. */
function factsOf({ url, description, eventTypes, includePersonalData, status }: WebhookEndpoint): AuditFacts {
  const { origin, pathname } = new URL(url);
  return {
    url: `${origin}${pathname}`,
    description: description ?? null,
    eventTypes: eventTypes ?? null,
    includePersonalData,
    status,
  };
}

async function find(em: EntityManager, organizationId: string, id: string): Promise<WebhookEndpoint> {
  const endpoint = isUuid(id) && (await em.findOne(WebhookEndpointEntity, { organization: organizationId, id }));
  if (!endpoint) throw noSuchEndpoint();
  return endpoint;
}

function noSuchEndpoint(): Problem {
  return new Problem('NOT_FOUND', 'Your organization has no webhook endpoint with this id.');
}

function presentEndpoint(endpoint: WebhookEndpoint, now: Date): Answer<WebhookEndpointSchema> {
  const { previousSecretUntil } = endpoint;
  return {
    id: endpoint.id,
    url: endpoint.url,
    description: endpoint.description ?? null,
    eventTypes: endpoint.eventTypes ?? null,
    includePersonalData: endpoint.includePersonalData,
    status: endpoint.status,
    disabledReason: endpoint.disabledReason ?? null,
    disabledAt: endpoint.disabledAt?.toISOString() ?? null,
    failingSince: endpoint.failingSince?.toISOString() ?? null,
    previousSecretUntil: previousSecretUntil && previousSecretUntil > now ? previousSecretUntil.toISOString() : null,
    createdAt: endpoint.createdAt.toISOString(),
    updatedAt: endpoint.updatedAt.toISOString(),
  };
}
