import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { AuditFacts } from './audit-entry.js';

/** `NOBODY`: a caller that could not show who they are. */
export const ACTOR_TYPES = ['API_KEY', 'PERSON', 'COMMAND_LINE', 'SYSTEM', 'NOBODY'] as const;
export type ActorType = (typeof ACTOR_TYPES)[number];

/**
 * Who did what to which thing. Append-only: a trigger of the migration refuses truncation, too, which the ORM cannot declare. Never a secret, and
 * nothing of a payer's.
 */
export const AuditEntryEntity = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_entries',
  indexes: [
    { properties: ['organizationId', 'action', 'id'] },
    { properties: ['organizationId', 'subjectId', 'id'] },
    { properties: ['organizationId', 'apiKeyId', 'id'] },
    { properties: ['organizationId', 'personId', 'id'] },
  ],
  triggers: [
    {
      name: 'append_only',
      timing: 'before',
      events: ['update', 'delete'],
      forEach: 'statement',
      body: `raise exception 'The audit log is append-only'`,
    },
  ],
  properties: {
    organizationId: p.uuid().primary(),
    /** UUIDv7 of `at`. */
    id: p.uuid().primary(),
    at: p.datetime(6).defaultRaw('now()'),
    actorType: p.string().length(16).$type<ActorType>(),
    /** The key that was used. */
    apiKeyId: p.uuid().nullable(),
    /** Who has signed in, or for whom the key acts. */
    personId: p.uuid().nullable(),
    action: p.string().length(64),
    subjectType: p.string().length(32),
    subjectId: p.string().length(64).nullable(),
    /** The caller's. */
    address: p.string().length(64).nullable(),
    requestId: p.string().length(64).nullable(),
    before: p.json().$type<AuditFacts>().nullable(),
    after: p.json().$type<AuditFacts>().nullable(),
  },
});
export type AuditEntryRow = InferEntity<typeof AuditEntryEntity>;
