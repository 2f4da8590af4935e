import type { Answer } from '../http/answer.js';
import type { CsvRecord } from '../http/csv.js';
import type { AuditEntrySchema } from './audit-log.dto.js';

export const AUDIT_COLUMNS = [
  'id',
  'at',
  'actorType',
  'apiKeyId',
  'personId',
  'action',
  'subjectType',
  'subjectId',
  'address',
  'requestId',
  'before',
  'after',
] as const;

/** What changed, as JSON. */
export function auditRecord({
  id,
  at,
  actor,
  action,
  subject,
  address,
  requestId,
  before,
  after,
}: Answer<AuditEntrySchema>): CsvRecord<(typeof AUDIT_COLUMNS)[number]> {
  return {
    id,
    at,
    actorType: actor.type,
    apiKeyId: actor.apiKeyId,
    personId: actor.personId,
    action,
    subjectType: subject.type,
    subjectId: subject.id,
    address,
    requestId,
    before: before && JSON.stringify(before),
    after: after && JSON.stringify(after),
  };
}
