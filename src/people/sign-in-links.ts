import { hash, randomBytes } from 'node:crypto';
import { MikroORM } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ServiceSettings } from '../../config/service.settings.js';
import { commandLine } from '../audit/audit-entry.js';
import { AuditLog } from '../audit/audit-log.js';
import { hashApiKey } from '../auth/api-keys.js';
import { newId } from '../database/id-at.js';
import { validationFailed } from '../http/problem.js';
import { ApiKeyEntity } from '../organizations/api-keys/api-key.entity.js';
import { MembershipEntity } from './membership.entity.js';
import { ADD_PERSON, LOCK_ORGANIZATION_OF_PEOPLE } from './people.queries.js';
import { PersonEntity } from './person.entity.js';

const LINK_MINUTES = 15;
const LINKS_MAX = 100;
/** Who the first person is. The address is one that nobody can have. */
const FIRST_PERSON = { email: 'owner@example.com', name: 'Owner' };

/**
 * Outside production: whoever starts the service signs in once by a link, without a password. What lets in is kept by this process alone, as its
 * SHA-256, and stands in the link's fragment, which no browser sends to a server.
 */
@Injectable()
export class SignInLinks {
  readonly #people = new LRUCache<string, string>({ max: LINKS_MAX, ttl: LINK_MINUTES * 60_000 });

  constructor(
    private readonly orm: MikroORM,
    private readonly audit: AuditLog,
    private readonly settings: ServiceSettings,
  ) {}

  /**
   * For the first owner of the organization that has the API key. Where there is none, one is made.
   * @returns undefined where there is no such organization
   */
  async make(apiKey: string): Promise<string | undefined> {
    if (this.settings.production) throw new Error('nobody signs in by a link in production');
    const known = await this.fork().findOne(ApiKeyEntity, { keyHash: hashApiKey(apiKey) });
    if (!known) return undefined;
    const token = randomBytes(32).toString('base64url');
    this.#people.set(hash('sha256', token), await this.owner(known.organization.id));
    return `${this.settings.publicUrl}/console/sign-in#token=${token}`;
  }

  /**
   * Once.
   * @returns whose it is; undefined for one that was used, is over, or never was
   * @throws Problem VALIDATION_FAILED in production
   */
  use(token: string): string | undefined {
    if (this.settings.production)
      throw validationFailed({ field: 'link', message: 'is for development: send email and password' });
    const key = hash('sha256', token);
    const personId = this.#people.get(key);
    this.#people.delete(key);
    return personId;
  }

  private owner(organizationId: string): Promise<string> {
    return this.fork().transactional(async (em) => {
      await em.execute(LOCK_ORGANIZATION_OF_PEOPLE, [organizationId]);
      const known = await em.findOne(
        MembershipEntity,
        {
          organization: organizationId,
          role: 'owner',
          acceptedAt: { $ne: null },
          disabledAt: null,
          person: { disabledAt: null },
        },
        { orderBy: { createdAt: 'asc' } },
      );
      return known ? known.person.id : this.makeOwner(em, organizationId);
    });
  }

  /** Without a password. */
  private async makeOwner(em: EntityManager, organizationId: string): Promise<string> {
    const { email, name } = FIRST_PERSON;
    await em.execute(ADD_PERSON, [newId(), email, name]);
    const person = await em.findOneOrFail(PersonEntity, { email });
    const at = new Date();
    em.assign(person, { claimedAt: person.claimedAt ?? at, disabledAt: null });
    await em.upsert(MembershipEntity, {
      organization: organizationId,
      person: person.id,
      role: 'owner',
      invitedName: name,
      acceptedAt: at,
      disabledAt: null,
      createdAt: at,
    });
    const subject = { type: 'person', id: person.id };
    await this.audit.record(
      { by: commandLine(organizationId), action: 'person.joined', subject, after: { role: 'owner' } },
      em,
    );
    return person.id;
  }

  private fork(): EntityManager {
    return this.orm.em.fork() as EntityManager;
  }
}
