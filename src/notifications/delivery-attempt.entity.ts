import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { NotificationEntity } from './notification.entity.js';

/** One attempt to deliver a notification. Append-only. */
export const DeliveryAttemptEntity = defineEntity({
  name: 'DeliveryAttempt',
  tableName: 'delivery_attempts',
  properties: {
    organizationId: p.uuid().primary(),
    notificationId: p.uuid().primary().persist(false),
    notification: () =>
      p.manyToOne(NotificationEntity).joinColumns('organization_id', 'notification_id').ownColumns('notification_id'),
    number: p.integer().primary(),
    at: p.datetime(6).defaultRaw('now()'),
    /** Null without an answer. */
    httpStatus: p.integer().nullable(),
    durationMs: p.integer(),
    result: p.string().length(255),
    /** What the answer began with, as printable text. */
    firstBytes: p.string().length(256).nullable(),
  },
});
export type DeliveryAttempt = InferEntity<typeof DeliveryAttemptEntity>;
