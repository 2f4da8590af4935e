import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { PayinEntity } from '../payins/store/payin.entity.js';

/** An event for one address of the merchant, written in the commit of the event itself, and its delivery. */
export const NotificationEntity = defineEntity({
  name: 'Notification',
  tableName: 'notifications',
  indexes: [
    { name: 'notifications_due', properties: ['organizationId', 'partition', 'dueAt'], where: 'due_at is not null' },
    { properties: ['organizationId', 'createdAt'] },
    { properties: ['organizationId', 'endpointId', 'id'], where: 'endpoint_id is not null' },
    // Few among many.
    {
      name: 'notifications_failed',
      properties: ['organizationId', 'id'],
      where: 'due_at is null and delivered_at is null',
    },
  ],
  uniques: [
    { name: 'notifications_one_per_partition', properties: ['organizationId', 'payinId', 'sequence', 'partition'] },
  ],
  properties: {
    organizationId: p.uuid().primary(),
    /** UUIDv7. With `msg_` before it, it is the `webhook-id`: the same for every attempt and every resend. */
    id: p.uuid().primary(),
    payinId: p.uuid().nullable().persist(false),
    /** Null for a test and for a discrepancy without a payin. */
    payin: () =>
      p
        .manyToOne(PayinEntity)
        .joinColumns('organization_id', 'payin_id')
        .ownColumns('payin_id')
        .nullable()
        .createForeignKeyConstraint(false),
    /** Of its history event; 0 without a payin. */
    sequence: p.integer(),
    type: p.string().length(64),
    /** The webhook endpoint that it goes to, even if that was deleted; null: it goes to `url`, the payin's `callbackUrl`. */
    endpointId: p.uuid().nullable(),
    url: p.text().nullable(),
    /** The credentials of the drop-in contract in whose words it is sent to `url`. */
    contractKeyId: p.uuid().nullable(),
    /** The endpoint, or the host of the `callbackUrl`, by `partitionOf`: its messages fail together. See `PartitionConcurrency`. */
    partition: p.text(),
    /** The body as it is sent and signed, without the personal data that an endpoint may ask for. */
    body: p.text(),
    /** All delivery attempts so far. */
    attempts: p.integer().default(0),
    /** Failed attempts since it was written or resent: the position in the retry schedule. */
    failures: p.integer().default(0),
    lastResult: p.string().length(255).nullable(),
    deliveredAt: p.datetime(6).nullable(),
    /** The next attempt; null once delivered, given up or held back. Also the end of the lease of the worker that sends it. */
    dueAt: p.datetime(6).nullable(),
    fencingToken: p.integer().default(0),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});
export type Notification = InferEntity<typeof NotificationEntity>;
