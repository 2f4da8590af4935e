import { defineEntity, p } from '@mikro-orm/core';
import { PayinEntity } from '../payins/payin.entity.js';

/** An event for the merchant, written in the commit that made it true, and its delivery. */
export const NotificationEntity = defineEntity({
  name: 'Notification',
  tableName: 'notifications',
  indexes: [{ name: 'notifications_due', properties: ['dueAt'], where: 'due_at is not null' }],
  uniques: [{ properties: ['organizationId', 'payinId', 'sequence'] }],
  properties: {
    organizationId: p.uuid().primary(),
    /** The `webhook-id`: the same on every try. */
    id: p.uuid().primary(),
    payinId: p.uuid().persist(false),
    payin: () => p.manyToOne(PayinEntity).joinColumns('organization_id', 'payin_id').ownColumns('payin_id'),
    /** Of the history event that it tells. */
    sequence: p.integer(),
    type: p.string().length(64),
    url: p.text(),
    /** The body as it is sent and signed, to the letter. */
    body: p.text(),
    tries: p.integer().default(0),
    lastResult: p.string().length(255).nullable(),
    deliveredAt: p.datetime(6).nullable(),
    /** The next try; null once delivered or given up. Also the end of the lease of whoever is sending. */
    dueAt: p.datetime(6).nullable(),
    fence: p.integer().default(0),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});
