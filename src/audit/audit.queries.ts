import { idNow } from '../database/id-at.js';
import { jsonColumns, query } from '../database/query.js';
import type { ActorType } from './audit-entry.entity.js';
import type { AuditFacts } from './audit-entry.js';

export interface NewAuditEntry {
  organizationId: string;
  /** Any UUIDv7. */
  id: string;
  actorType: ActorType;
  apiKeyId: string | null;
  personId: string | null;
  action: string;
  subjectType: string;
  subjectId: string | null;
  address: string | null;
  requestId: string | null;
  before: AuditFacts | null;
  after: AuditFacts | null;
}

const COLUMNS = jsonColumns<NewAuditEntry>({
  organizationId: 'uuid',
  id: 'uuid',
  actorType: 'text',
  apiKeyId: 'uuid',
  personId: 'uuid',
  action: 'text',
  subjectType: 'text',
  subjectId: 'text',
  address: 'text',
  requestId: 'text',
  before: 'jsonb',
  after: 'jsonb',
});

/**
 * For a statement that commits its cause: `with … as (${insertAuditEntries('$auditEntries::jsonb')})`.
 * @param entries SQL: a JSON list of `NewAuditEntry`
 * @param only SQL: a condition that holds where the cause takes place
 */
export function insertAuditEntries(entries: string, only = 'true'): string {
  return `
    insert into audit_entries (organization_id, id, at, actor_type, api_key_id, person_id, action, subject_type, subject_id, address, request_id,
                               before, after)
    select "organizationId", ${idNow('id')}, now(), "actorType", "apiKeyId", "personId", action, "subjectType", "subjectId", address, "requestId",
           nullif(before, 'null'), nullif(after, 'null')
    from jsonb_to_recordset(${entries}) as entry (${COLUMNS})
    where ${only}`;
}

export const RECORD_AUDIT_ENTRIES = query<{ entries: readonly NewAuditEntry[] }>(
  'record audit entries',
  insertAuditEntries('$entries::jsonb'),
);
/** As the ORM takes it, inside its transaction. */
export const RECORD_IN_TRANSACTION = insertAuditEntries('?::jsonb');
