import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** How often somebody has tried to sign in, by account and by address. Shared by all replicas. */
export const SignInThrottleEntity = defineEntity({
  name: 'SignInThrottle',
  tableName: 'sign_in_throttles',
  indexes: [{ properties: ['windowEndsAt'] }],
  properties: {
    /** A keyed hash of the account or the address: neither can be read from it. */
    key: p.string().length(64).primary(),
    attempts: p.integer(),
    seenAt: p.datetime(6),
    windowEndsAt: p.datetime(6),
  },
});
export type SignInThrottle = InferEntity<typeof SignInThrottleEntity>;
