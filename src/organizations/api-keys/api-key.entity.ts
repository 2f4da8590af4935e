import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Role, Scope } from '../../auth/scopes.js';
import { OrganizationEntity } from '../organization.entity.js';

/** An API key as we keep it: its SHA-256, never the key. A plain hash is right for a random key of 256 bits. */
export const ApiKeyEntity = defineEntity({
  name: 'ApiKey',
  tableName: 'api_keys',
  indexes: [{ properties: ['keyHash'] }, { properties: ['previousKeyHash'] }],
  checks: [{ name: 'api_keys_role_or_scopes', expression: '(role is null) <> (scopes is null)' }],
  properties: {
    organization: () => p.manyToOne(OrganizationEntity).primary(),
    id: p.uuid().primary(),
    name: p.string().length(120),
    keyHash: p.string().length(64),
    /** Still lets in until `previousUntil`. */
    previousKeyHash: p.string().length(64).nullable(),
    previousUntil: p.datetime(6).nullable(),
    role: p.string().length(16).$type<Role>().nullable(),
    scopes: p.array().columnType('text[]').$type<Scope[]>().nullable(),
    expiresAt: p.datetime(6).nullable(),
    /** Addresses and networks (CIDR); null: from anywhere. */
    allowedNetworks: p.array().columnType('text[]').$type<string[]>().nullable(),
    /** The drop-in contract that these are credentials of; null: of our own API. A key lets in to one of them. */
    contract: p.string().length(16).nullable(),
    /** Sealed JSON of what the contract needs besides, to check requests and to sign webhooks. */
    contractSecrets: p.text().nullable(),
    /** The person for whom it acts; null: for nobody. */
    personId: p.uuid().nullable(),
    /** The id of the key or of the person that made it; null: the command line. */
    madeBy: p.uuid().nullable(),
    /** The id of the key or of the person that was shown the present key by rotating, and the one before. Null: by making it. */
    rotatedBy: p.uuid().nullable(),
    previousRotatedBy: p.uuid().nullable(),
    /** To the minute. */
    lastUsedAt: p.datetime(6).nullable(),
    revokedAt: p.datetime(6).nullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});
export type ApiKey = InferEntity<typeof ApiKeyEntity>;
