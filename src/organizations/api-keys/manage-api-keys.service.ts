import { LockMode, MikroORM } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { parseNetwork } from '../../../config/networks.js';
import { ServiceSettings } from '../../../config/service.settings.js';
import { type AuditActor, commandLine } from '../../audit/audit-entry.js';
import { AuditLog, newAuditEntry } from '../../audit/audit-log.js';
import { ApiKeys, hashApiKey, newApiKey } from '../../auth/api-keys.js';
import { actorId, type Principal } from '../../auth/principal.js';
import { refuseMoreThan } from '../../auth/refuse-more-than.js';
import { type Role, type Scope, SCOPES, scopesOf } from '../../auth/scopes.js';
import { Database } from '../../database/database.js';
import { idAt, newId } from '../../database/id-at.js';
import type { Answer } from '../../http/answer.js';
import { isPartOf } from '../../http/networks.js';
import { idBefore, isUuid, type Page, type PageQuery, toPage } from '../../http/page.js';
import { Problem, validationFailed } from '../../http/problem.js';
import { OrganizationEntity } from '../organization.entity.js';
import type { CreateApiKeyDto, RotateApiKeyDto } from './api-key.dto.js';
import { type ApiKey, ApiKeyEntity } from './api-key.entity.js';
import { FIND_MEMBER, REVOKE_KEY } from './api-key.queries.js';
import type { ApiKeySchema, ApiKeyWithKeySchema } from './api-key.schema.js';

const PESSIMISTIC = LockMode.PESSIMISTIC_WRITE;
const KEYS_MAX = 1_000;
const MS_PER_HOUR = 3_600_000;

/** What a key is given. Exactly one of `role` and `scopes`. */
export interface GivenKey {
  name: string;
  role?: Role | null;
  scopes?: readonly Scope[] | null;
  expiresAt?: Date | null;
  allowedNetworks?: readonly string[] | null;
  personId?: string | null;
  /** What a client of a drop-in contract presents instead of a key, and what else the contract needs of it. */
  contract?: { id: string; name: string; presented: string; sealedSecrets: string };
}

type Limits = Pick<ApiKey, 'expiresAt' | 'allowedNetworks'>;

/** An organization's API keys. A key is never given more than whoever makes it has, and goes with the key that made it. */
@Injectable()
export class ManageApiKeys {
  constructor(
    private readonly orm: MikroORM,
    private readonly database: Database,
    private readonly apiKeys: ApiKeys,
    private readonly audit: AuditLog,
    private readonly settings: ServiceSettings,
  ) {}

  /** @throws Problem VALIDATION_FAILED, SCOPE_MISSING, KEY_LIMIT */
  async create(caller: Principal, dto: CreateApiKeyDto): Promise<Answer<ApiKeyWithKeySchema>> {
    const { organizationId, personId, at } = caller;
    if (Boolean(dto.role) === Boolean(dto.scopes))
      throw validationFailed({ field: 'role', message: 'must be given, or scopes, and not both' });
    refuseMoreThan(caller.scopes, dto.scopes ?? scopesOf(dto.role!), 'Nobody gives a key what they do not have');
    const limits = await this.limitsOf(this.fork(), caller);
    const { expiresAt = limits.expiresAt, allowedNetworks = limits.allowedNetworks } = withoutNulls(dto);
    if (expiresAt && expiresAt <= at) throw validationFailed({ field: 'expiresAt', message: 'must be in the future' });
    if (!endsWithin(limits, { expiresAt }))
      throw validationFailed({ field: 'expiresAt', message: 'must not be later than that of the key that makes it' });
    if (!liesWithin(limits, { allowedNetworks }))
      throw validationFailed({ field: 'allowedNetworks', message: 'must lie within those of the key that makes it' });
    const { name, role, scopes } = dto;
    const given = { name, role, scopes, expiresAt, allowedNetworks, personId };
    const created = await this.insert(organizationId, given, caller);
    if (!created) throw new Error(`the organization ${organizationId} is gone`);
    return { ...presentKey(created.row), key: created.key };
  }

  /**
   * One more key, whatever is given.
   * @param maker absent: the command line
   * @returns undefined when there is no such organization @throws Problem KEY_LIMIT
   */
  async insert(
    organizationId: string,
    { name, role, scopes, expiresAt, allowedNetworks, personId, contract }: GivenKey,
    maker?: Principal,
  ): Promise<{ row: ApiKey; key: string } | undefined> {
    const key = contract?.presented ?? newApiKey(this.settings.production);
    const row = await this.fork().transactional(async (em) => {
      // One at a time in an organization, so that the count holds.
      const organization = await em.findOne(OrganizationEntity, { id: organizationId }, { lockMode: PESSIMISTIC });
      if (!organization) return undefined;
      if ((await em.count(ApiKeyEntity, { organization: organizationId, revokedAt: null })) >= KEYS_MAX)
        throw new Problem('KEY_LIMIT', `An organization may have ${KEYS_MAX}. Revoke those that are not needed.`);
      if (maker) await this.limitsOf(em, maker, LockMode.PESSIMISTIC_READ);
      const created = em.create(ApiKeyEntity, {
        organization,
        id: contract?.id ?? (maker ? idAt(maker.at) : newId()),
        name,
        keyHash: hashApiKey(key),
        role: role ?? null,
        scopes: scopes ? [...scopes] : null,
        expiresAt: expiresAt ?? null,
        allowedNetworks: allowedNetworks ? [...allowedNetworks] : null,
        contract: contract?.name ?? null,
        contractSecrets: contract?.sealedSecrets ?? null,
        personId: personId ?? null,
        madeBy: maker ? actorId(maker) : null,
        createdAt: maker?.at ?? new Date(),
      });
      await em.flush();
      await this.record('key.created', created, maker ?? commandLine(organizationId), em);
      return created;
    });
    return row && { row, key };
  }

  /** Newest first. */
  async list(organizationId: string, { cursor, limit }: PageQuery): Promise<Page<Answer<ApiKeySchema>>> {
    const before = idBefore(cursor);
    const rows = await this.fork().find(
      ApiKeyEntity,
      { organization: organizationId, ...(before && { id: { $lt: before } }) },
      { orderBy: { id: 'desc' }, limit: limit + 1 },
    );
    return toPage(rows, limit, presentKey);
  }

  /** Gives it a new key; the one before lets in for a while. @throws Problem NOT_FOUND, SCOPE_MISSING, KEY_OF_ANOTHER_PERSON */
  async rotate(caller: Principal, id: string, { overlapHours }: RotateApiKeyDto): Promise<Answer<ApiKeyWithKeySchema>> {
    const key = newApiKey(this.settings.production);
    const { row, oldHash } = await this.fork().transactional(async (em) => {
      const found = await this.findToChange(em, caller, id);
      const { keyHash, rotatedBy = null } = found;
      em.assign(found, {
        previousKeyHash: keyHash,
        previousRotatedBy: rotatedBy,
        rotatedBy: actorId(caller),
        previousUntil: new Date(caller.at.getTime() + overlapHours * MS_PER_HOUR),
        keyHash: hashApiKey(key),
      });
      await em.flush();
      await this.record('key.rotated', found, caller, em);
      return { row: found, oldHash: keyHash };
    });
    this.apiKeys.forget(oldHash);
    return { ...presentKey(row), key };
  }

  /** Ends it and every key that was shown to it, by making or rotating it, within `KEY_FRESH_FOR_MS` on every replica. Again, it changes nothing. @throws Problem NOT_FOUND, SCOPE_MISSING */
  async revoke(caller: Principal, id: string): Promise<Answer<ApiKeySchema>> {
    const { organizationId } = caller;
    const found = await this.find(this.fork(), organizationId, id);
    if (!found.revokedAt) {
      refuseMoreThan(caller.scopes, scopesOfKey(found), 'Whoever revokes a key must have what it has');
      await this.end(organizationId, id, caller.at, caller);
    }
    return presentKey(await this.find(this.fork(), organizationId, id));
  }

  /** @returns the ids of the keys that have ended */
  async end(
    organizationId: string,
    id: string,
    at: Date,
    by: AuditActor = commandLine(organizationId),
  ): Promise<string[]> {
    const auditEntries = [newAuditEntry({ by, action: 'key.revoked', subject: { type: 'key', id } })];
    const ids: string[] = [];
    // A key that was just being made when the one that makes it was ended is found the next time.
    for (;;) {
      const ended = await this.database.query(REVOKE_KEY, { organizationId, id, at, auditEntries });
      if (ended.length === 0) return ids;
      for (const { keyHash, previousKeyHash } of ended) {
        this.apiKeys.forget(keyHash);
        if (previousKeyHash) this.apiKeys.forget(previousKeyHash);
      }
      ids.push(...ended.filter(({ isRevoked }) => isRevoked).map((one) => one.id));
    }
  }

  /** The id of the person who has this e-mail. */
  async memberOf(organizationId: string, email: string): Promise<string | undefined> {
    const [found] = await this.database.query(FIND_MEMBER, { organizationId, email });
    return found?.personId;
  }

  private record(action: 'key.created' | 'key.rotated', row: ApiKey, by: AuditActor, em: EntityManager): Promise<void> {
    const { name, role, scopes, allowedNetworks, expiresAt, previousKeyUntil } = presentKey(row);
    const after = { name, role, scopes, allowedNetworks, expiresAt, previousKeyUntil };
    return this.audit.record({ by, action, subject: { type: 'key', id: row.id }, after }, em);
  }

  private async findToChange(em: EntityManager, caller: Principal, id: string): Promise<ApiKey> {
    const found = await this.find(em, caller.organizationId, id, PESSIMISTIC);
    if (found.revokedAt) throw new Problem('NOT_FOUND', 'The API key was revoked: create another one.');
    if (found.contract)
      throw new Problem(
        'BAD_REQUEST',
        'Credentials of a drop-in contract are not rotated: make others, and revoke these.',
      );
    // Whoever rotates a key has it then, and could approve with it what they have proposed themselves.
    if (found.personId && found.personId !== caller.personId)
      throw new Problem('KEY_OF_ANOTHER_PERSON', 'Only the person for whom it acts rotates it. You may revoke it.');
    refuseMoreThan(caller.scopes, scopesOfKey(found), 'Whoever rotates a key must have what it has');
    const limits = await this.limitsOf(em, caller, LockMode.PESSIMISTIC_READ);
    if (!endsWithin(limits, found) || !liesWithin(limits, found))
      throw new Problem('SCOPE_MISSING', 'It lasts longer, or may be used from more networks, than the key that asks.');
    return found;
  }

  private async find(em: EntityManager, organizationId: string, id: string, lockMode?: LockMode): Promise<ApiKey> {
    const found = isUuid(id) && (await em.findOne(ApiKeyEntity, { organization: organizationId, id }, { lockMode }));
    if (!found) throw new Problem('NOT_FOUND', 'Your organization has no API key with this id.');
    return found;
  }

  /** What a key hands on to those that it makes. A person who has signed in has no limits of that kind. */
  private async limitsOf(
    em: EntityManager,
    { organizationId, apiKeyId }: Principal,
    lockMode?: LockMode,
  ): Promise<Limits> {
    if (apiKeyId === null) return { expiresAt: null, allowedNetworks: null };
    const own = await this.find(em, organizationId, apiKeyId, lockMode);
    // This process may not know it yet. Whoever revokes it waits for the lock, and then sees what it has made.
    if (own.revokedAt) throw new Problem('UNAUTHENTICATED', 'The API key was revoked.');
    return own;
  }

  private fork(): EntityManager {
    return this.orm.em.fork() as EntityManager;
  }
}

function endsWithin({ expiresAt: last }: Limits, { expiresAt }: Pick<Limits, 'expiresAt'>): boolean {
  return !last || Boolean(expiresAt && expiresAt <= last);
}

function liesWithin(
  { allowedNetworks: networks }: Limits,
  { allowedNetworks }: Pick<Limits, 'allowedNetworks'>,
): boolean {
  const outer = networks?.map(parseNetwork);
  return !outer || Boolean(allowedNetworks?.every((network) => isPartOf(outer, parseNetwork(network))));
}

function scopesOfKey({ role, scopes }: Pick<ApiKey, 'role' | 'scopes'>): Iterable<Scope> {
  return role ? scopesOf(role) : (scopes ?? []);
}

function withoutNulls({ expiresAt, allowedNetworks }: CreateApiKeyDto) {
  return { expiresAt: expiresAt ?? undefined, allowedNetworks: allowedNetworks ?? undefined };
}

export function presentKey(row: ApiKey): Answer<ApiKeySchema> {
  const has = new Set(scopesOfKey(row));
  const time = (date: Date | null | undefined) => date?.toISOString() ?? null;
  return {
    id: row.id,
    name: row.name,
    role: row.role ?? null,
    scopes: SCOPES.filter((scope) => has.has(scope)),
    contract: row.contract ?? null,
    personId: row.personId ?? null,
    createdBy: row.madeBy ?? null,
    createdAt: row.createdAt.toISOString(),
    expiresAt: time(row.expiresAt),
    allowedNetworks: row.allowedNetworks ?? null,
    lastUsedAt: time(row.lastUsedAt),
    revokedAt: time(row.revokedAt),
    previousKeyUntil: time(row.previousUntil),
  };
}
