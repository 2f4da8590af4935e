import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Role } from '../auth/scopes.js';
import { OrganizationEntity } from '../organizations/organization.entity.js';
import { PersonEntity } from './person.entity.js';

/** What a person is in an organization. Until the invitation is accepted it gives nothing. */
export const MembershipEntity = defineEntity({
  name: 'Membership',
  tableName: 'memberships',
  indexes: [{ properties: ['person'] }],
  properties: {
    organization: () => p.manyToOne(OrganizationEntity).primary(),
    person: () => p.manyToOne(PersonEntity).primary(),
    role: p.string().length(16).$type<Role>(),
    /** The name that the inviter gave: shown until it is accepted. */
    invitedName: p.string().length(120),
    /** Null: by the command line, or by a key that acts for nobody. */
    invitedBy: p.uuid().nullable(),
    /** The API key with which they were invited. Once it is revoked the invitation is not accepted any more. */
    invitedByKey: p.uuid().nullable(),
    /** SHA-256 of the token. Null: it was accepted, or there is none any more. */
    invitationHash: p.string().length(64).nullable(),
    invitationEndsAt: p.datetime(6).nullable(),
    acceptedAt: p.datetime(6).nullable(),
    disabledAt: p.datetime(6).nullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});
export type Membership = InferEntity<typeof MembershipEntity>;
