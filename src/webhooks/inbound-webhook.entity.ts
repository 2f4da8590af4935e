import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** An empty body is one that was forgotten: no provider sends one that can be verified. */
export const NO_BODY = `''::bytea`;

/** SQL: it is applied, and its body is still there. */
export const MAY_BE_FORGOTTEN = 'octet_length(raw_body) > 0 and due_at is null';

/** A verified webhook of a provider, stored before it is acknowledged and applied afterwards. */
export const InboundWebhookEntity = defineEntity({
  name: 'InboundWebhook',
  tableName: 'inbound_webhooks',
  uniques: [{ properties: ['organizationId', 'provider', 'eventKey'] }],
  indexes: [
    {
      name: 'inbound_webhooks_due_by_share',
      properties: ['provider', 'organizationId', 'dueAt'],
      where: 'due_at is not null',
    },
    // The webhooks of one order.
    { properties: ['organizationId', 'providerReference'] },
    // For the nightly sweep: what is forgotten is not in it.
    { name: 'inbound_webhooks_to_forget', properties: ['organizationId', 'id'], where: MAY_BE_FORGOTTEN },
    // What people search for is little among much.
    { properties: ['organizationId', 'outcome', 'id'], where: "outcome <> 'applied'" },
  ],
  properties: {
    /** The organization whose code begins the reference; the nil UUID when no organization has it. */
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    provider: p.string().length(32),
    /** SHA-256 of the key that distinguishes events of this provider. */
    eventKey: p.string().length(64),
    providerReference: p.string().length(255).nullable(),
    /** Exactly as it came. */
    rawBody: p.blob(),
    /** The strategy that verified it. */
    verifiedBy: p.string().length(32).nullable(),
    /** How often the same event arrived. */
    deliveries: p.integer().default(1),
    attempts: p.integer().default(0),
    /** Set once it is applied. */
    outcome: p.string().length(32).nullable(),
    lastError: p.string().length(255).nullable(),
    receivedAt: p.datetime(6).defaultRaw('now()'),
    appliedAt: p.datetime(6).nullable(),
    dueAt: p.datetime(6).nullable().defaultRaw('now()'),
    fencingToken: p.integer().default(0),
  },
});
export type InboundWebhook = InferEntity<typeof InboundWebhookEntity>;
