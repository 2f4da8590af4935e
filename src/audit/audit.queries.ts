import { idNow } from '../database/id-at.js';
import { batchColumns, jsonColumns, query } from '../database/query.js';
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

const COLUMNS = {
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
} as const;

function insertFrom(source: string, only: string, after = `nullif(entry.after, 'null')`): string {
  return `
    insert into audit_entries (organization_id, id, at, actor_type, api_key_id, person_id, action, subject_type, subject_id, address, request_id,
                               before, after)
    select entry."organizationId", ${idNow('entry.id')}, now(), entry."actorType", entry."apiKeyId", entry."personId", entry.action,
           entry."subjectType", entry."subjectId", entry.address, entry."requestId", nullif(entry.before, 'null'), ${after}
    from ${source} where ${only}`;
}

/**
 * For a statement that commits its cause: `with … as (${insertAuditEntries('$auditEntries::jsonb')})`.
 * @param entries SQL: a JSON list of `NewAuditEntry`
 * @param only SQL: a condition that holds where the cause takes place
 * @param after SQL: what only the statement knows, in place of the entry's own
 */
export function insertAuditEntries(entries: string, only = 'true', after?: string): string {
  return insertFrom(`jsonb_to_recordset(${entries}) as entry (${jsonColumns<NewAuditEntry>(COLUMNS)})`, only, after);
}

/** The same in a batch. @param cause SQL: the rows of the batch that take place, by `row` */
export function insertAuditEntriesOf(cause: string, entries: string): string {
  const columns = batchColumns<NewAuditEntry>(COLUMNS);
  return insertFrom(
    `${cause} as cause join jsonb_to_recordset(${entries}) as entry (${columns}) on entry.row = cause.row`,
    'true',
  );
}

export const RECORD_AUDIT_ENTRIES = query<{ entries: readonly NewAuditEntry[] }>(
  'record audit entries',
  insertAuditEntries('$entries::jsonb'),
);
/** As the ORM takes it, inside its transaction. */
export const RECORD_IN_TRANSACTION = insertAuditEntries('?::jsonb');
