import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { PayinEntity } from '../payins/store/payin.entity.js';

/** An event on its way to one address of the merchant, written in the commit that made it true, and its delivery. */
export const NotificationEntity = defineEntity({
  name: 'Notification',
  tableName: 'notifications',
  indexes: [
    { name: 'notifications_due', properties: ['organizationId', 'partition', 'dueAt'], where: 'due_at is not null' },
    { properties: ['organizationId', 'createdAt'] },
    { properties: ['organizationId', 'endpointId', 'id'], where: 'endpoint_id is not null' },
    // Few, and looked for among many.
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
    /** UUIDv7. With `msg_` before it the `webhook-id`: the same on every try and every resend. */
    id: p.uuid().primary(),
    payinId: p.uuid().nullable().persist(false),
    /** Null for what is of no payin: a test, a discrepancy without one. */
    payin: () =>
      p
        .manyToOne(PayinEntity)
        .joinColumns('organization_id', 'payin_id')
        .ownColumns('payin_id')
        .nullable()
        .deleteRule('no action'),
    /** Of the history event that it tells; 0 without a payin. */
    sequence: p.integer(),
    type: p.string().length(64),
    /** The standing endpoint that it goes to, also when that is gone by now; null: it goes to `url`, the payin's `callbackUrl`. */
    endpointId: p.uuid().nullable(),
    url: p.text().nullable(),
    /** What shares a fate: the endpoint, or the host of the `callbackUrl`, by `partitionOf`. See `PartitionConcurrency`. */
    partition: p.text(),
    /** The body as it is sent and signed, to the letter, but for the personal data that an endpoint may have asked for. */
    body: p.text(),
    /** All tries so far. */
    attempts: p.integer().default(0),
    /** Failed ones since it was written or resent: the place in the retry schedule. */
    failures: p.integer().default(0),
    lastResult: p.string().length(255).nullable(),
    deliveredAt: p.datetime(6).nullable(),
    /** The next try; null once delivered, given up or held back. Also the end of the lease of whoever is sending. */
    dueAt: p.datetime(6).nullable(),
    fencingToken: p.integer().default(0),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});
export type Notification = InferEntity<typeof NotificationEntity>;
