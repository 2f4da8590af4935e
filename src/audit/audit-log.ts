import type { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { newId } from '../database/id-at.js';
import { presentOrigin } from '../http/present-request.js';
import type { ActorType } from './audit-entry.entity.js';
import type { AuditActor, AuditEntry } from './audit-entry.js';
import { type NewAuditEntry, RECORD_AUDIT_ENTRIES, RECORD_IN_TRANSACTION } from './audit.queries.js';

/** Who did what to which thing, from where. */
@Injectable()
export class AuditLog {
  constructor(private readonly database: Database) {}

  /** @param em of the transaction of what was done, so that both are committed or neither */
  async record(entry: AuditEntry, em?: Pick<EntityManager, 'execute'>): Promise<void> {
    const entries = [newAuditEntry(entry)];
    if (em) await em.execute(RECORD_IN_TRANSACTION, [JSON.stringify(entries)]);
    else await this.database.query(RECORD_AUDIT_ENTRIES, { entries });
  }
}

/** As a statement takes it that commits it with its cause: `insertAuditEntries`. */
export function newAuditEntry({ by, action, subject, before, after, origin }: AuditEntry): NewAuditEntry {
  const { requestId, address } = origin ?? presentOrigin() ?? { requestId: null, address: null };
  return {
    organizationId: by.organizationId,
    id: newId(),
    actorType: typeOf(by),
    apiKeyId: by.apiKeyId ?? null,
    personId: by.personId ?? null,
    action,
    subjectType: subject.type,
    subjectId: subject.id,
    address,
    requestId,
    before: before ?? null,
    after: after ?? null,
  };
}

function typeOf({ type, apiKeyId, personId }: AuditActor): ActorType {
  if (type) return type;
  if (apiKeyId) return 'API_KEY';
  return personId ? 'PERSON' : 'NOBODY';
}
