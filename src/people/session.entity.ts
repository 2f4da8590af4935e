import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { PersonEntity } from './person.entity.js';

/** A person's session: the cookie is the only place where its id stands. */
export const SessionEntity = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  indexes: [{ properties: ['person'] }, { properties: ['endsAt'] }],
  properties: {
    /** SHA-256 of the id, which is 256 random bits. */
    idHash: p.string().length(64).primary(),
    person: () => p.manyToOne(PersonEntity),
    /** The organization that was picked. */
    organizationId: p.uuid().nullable(),
    /** Whether a second factor was shown. */
    hasSecondFactor: p.boolean(),
    createdAt: p.datetime(6).defaultRaw('now()'),
    /** Written once a minute at most. */
    lastSeenAt: p.datetime(6).defaultRaw('now()'),
    endsAt: p.datetime(6),
  },
});
export type Session = InferEntity<typeof SessionEntity>;
