import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** A merchant platform: the tenant that everything belongs to. */
export const OrganizationEntity = defineEntity({
  name: 'Organization',
  tableName: 'organizations',
  properties: {
    id: p.uuid().primary(),
    name: p.string().length(120),
    /** Seven characters of `0-9 a-z`: the beginning of every reference that we send to a provider. */
    code: p.string().length(7).unique(),
    /** Signs the notifications that go to the `callbackUrl` of payins. Sealed. */
    notificationSecret: p.text(),
    /** Sealed; signs along until `previousNotificationSecretUntil`. */
    previousNotificationSecret: p.text().nullable(),
    previousNotificationSecretUntil: p.datetime(6).nullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});
export type Organization = InferEntity<typeof OrganizationEntity>;
