import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { OrganizationEntity } from './organization.entity.js';

/** An API key as we keep it: its SHA-256, never the key. A plain hash is right for a random key of 256 bits. */
export const ApiKeyEntity = defineEntity({
  name: 'ApiKey',
  tableName: 'api_keys',
  indexes: [{ properties: ['keyHash'] }],
  properties: {
    organization: () => p.manyToOne(OrganizationEntity).primary(),
    id: p.uuid().primary(),
    keyHash: p.string().length(64),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});
export type ApiKey = InferEntity<typeof ApiKeyEntity>;
