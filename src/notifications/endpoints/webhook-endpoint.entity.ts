import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { OrganizationEntity } from '../../organizations/organization.entity.js';
import type { EventType } from '../../payins/domain/history.js';

export const ENDPOINT_STATUSES = ['ENABLED', 'DISABLED'] as const;
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number];
/** `GONE`: it answered 410. `FAILING`: nothing got through for days. `REQUESTED`: the merchant wants it so. */
export const DISABLED_REASONS = ['REQUESTED', 'GONE', 'FAILING'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** A merchant's standing address for notifications. */
export const WebhookEndpointEntity = defineEntity({
  name: 'WebhookEndpoint',
  tableName: 'webhook_endpoints',
  properties: {
    organization: () => p.manyToOne(OrganizationEntity).primary(),
    /** UUIDv7. */
    id: p.uuid().primary(),
    url: p.text(),
    description: p.string().length(255).nullable(),
    /** Null: all. */
    eventTypes: p.array<EventType>((text) => text as EventType).nullable(),
    includePersonalData: p.boolean().default(false),
    status: p.string().length(16).$type<EndpointStatus>().default('ENABLED'),
    disabledReason: p.string().length(16).$type<DisabledReason>().nullable(),
    disabledAt: p.datetime(6).nullable(),
    /** Sealed. */
    secret: p.text(),
    /** Sealed; signs along until `previousSecretUntil`. */
    previousSecret: p.text().nullable(),
    previousSecretUntil: p.datetime(6).nullable(),
    /** The first failed attempt since the last delivery. */
    failingSince: p.datetime(6).nullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});
export type WebhookEndpoint = InferEntity<typeof WebhookEndpointEntity>;
