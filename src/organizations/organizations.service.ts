import { MikroORM, raw, UniqueConstraintViolationException } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../config/service.settings.js';
import { commandLine } from '../audit/audit-entry.js';
import { AuditLog } from '../audit/audit-log.js';
import { newId } from '../database/id-at.js';
import { hashApiKey, newApiKey } from '../auth/api-keys.js';
import { newSigningSecret, OWNER, ROTATION_HOURS, SecretBox } from '../secrets/secret-box.js';
import { ApiKeyEntity } from './api-keys/api-key.entity.js';
import { OrganizationEntity } from './organization.entity.js';
import { newOrganizationCode } from './provider-reference.js';

/** What is shown once, when an organization is made, and never again. */
export interface CreatedOrganization extends CreatedKey {
  organizationId: string;
  notificationSecret: string;
}

/** The key is shown once; its id is what histories name. */
export interface CreatedKey {
  apiKeyId: string;
  apiKey: string;
}

@Injectable()
export class Organizations {
  constructor(
    private readonly orm: MikroORM,
    private readonly secrets: SecretBox,
    private readonly audit: AuditLog,
    private readonly settings: ServiceSettings,
  ) {}

  async create(
    name: string,
    given: { id?: string; apiKey?: string; keyName?: string; notificationSecret?: string } = {},
  ): Promise<CreatedOrganization> {
    const created: CreatedOrganization = {
      organizationId: given.id ?? newId(),
      apiKeyId: newId(),
      apiKey: given.apiKey ?? newApiKey(this.settings.production),
      notificationSecret: given.notificationSecret ?? newSigningSecret(),
    };
    const { organizationId, apiKeyId } = created;
    await this.fork().transactional(async (em) => {
      const organization = em.create(OrganizationEntity, {
        id: created.organizationId,
        name,
        code: newOrganizationCode(),
        notificationSecret: this.seal(created.organizationId, created.notificationSecret),
        createdAt: new Date(),
      });
      em.create(ApiKeyEntity, {
        organization,
        id: created.apiKeyId,
        name: given.keyName ?? 'first',
        keyHash: hashApiKey(created.apiKey),
        role: 'owner',
        createdAt: new Date(),
      });
      await em.flush();
      const by = commandLine(organizationId);
      const subject = { type: 'organization', id: organizationId };
      await this.audit.record({ by, action: 'organization.created', subject, after: { name } }, em);
      await this.recordKey(organizationId, apiKeyId, em);
    });
    return created;
  }

  /** A new secret for what goes to the `callbackUrl` of payins; the one before signs along for a while. */
  async rotateNotificationSecret(organizationId: string): Promise<string | undefined> {
    const secret = newSigningSecret();
    return this.fork().transactional(async (em) => {
      const rotated = await em.nativeUpdate(
        OrganizationEntity,
        { id: organizationId },
        {
          previousNotificationSecret: raw('notification_secret'),
          previousNotificationSecretUntil: raw(`now() + interval '${ROTATION_HOURS} hours'`),
          notificationSecret: this.seal(organizationId, secret),
        },
      );
      if (rotated === 0) return undefined;
      const by = commandLine(organizationId);
      const subject = { type: 'organization', id: organizationId };
      await this.audit.record({ by, action: 'organization.secret_rotated', subject }, em);
      return secret;
    });
  }

  async list(): Promise<{ id: string; name: string; createdAt: Date }[]> {
    const organizations = await this.orm.em
      .fork()
      .find(OrganizationEntity, {}, { orderBy: { createdAt: 'asc' }, limit: 1000 });
    return organizations.map(({ id, name, createdAt }) => ({ id, name, createdAt }));
  }

  /**
   * For development: an organization with the given key, if none has it, and with the given secret in any case. Replicas that start
   * together make one: its id follows from the key.
   */
  async bootstrap(apiKey: string, notificationSecret: string | undefined): Promise<void> {
    const keyHash = hashApiKey(apiKey);
    const em = this.orm.em.fork();
    const known = await em.findOne(ApiKeyEntity, { keyHash });
    if (known) {
      if (notificationSecret) {
        const { id } = known.organization;
        await em.nativeUpdate(OrganizationEntity, { id }, { notificationSecret: this.seal(id, notificationSecret) });
      }
      return;
    }
    try {
      await this.create('Development', { id: uuidOf(keyHash), apiKey, keyName: 'bootstrap', notificationSecret });
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
    }
  }

  private recordKey(organizationId: string, id: string, em: EntityManager): Promise<void> {
    const by = commandLine(organizationId);
    return this.audit.record({ by, action: 'key.created', subject: { type: 'key', id } }, em);
  }

  private fork(): EntityManager {
    return this.orm.em.fork() as EntityManager;
  }

  private seal(organizationId: string, notificationSecret: string): string {
    return this.secrets.seal(notificationSecret, OWNER.organization(organizationId));
  }
}

/** A UUID (version 8: of our own making) out of a hash. */
function uuidOf(hash: string): string {
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
