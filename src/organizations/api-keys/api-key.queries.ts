import { type NewAuditEntry, insertAuditEntries } from '../../audit/audit.queries.js';
import { query } from '../../database/query.js';

interface RevokedKey {
  organizationId: string;
  id: string;
  at: Date;
  auditEntries: readonly NewAuditEntry[];
}

/** The key and all that it has made, and those have. */
export const REVOKE_KEY = query<RevokedKey, { id: string; keyHash: string }>(
  'revokeKey',
  `
    with recursive made as (
      select organization_id, id from api_keys where organization_id = $organizationId and id = $id
      union
      select k.organization_id, k.id from api_keys k
      join made m on k.organization_id = m.organization_id and k.made_by = m.id
      where k.organization_id = $organizationId
    ),
    ended as (
      update api_keys k set revoked_at = $at from made
      where k.organization_id = $organizationId and made.organization_id = k.organization_id and k.id = made.id
        and k.revoked_at is null
      returning k.id, k.key_hash as "keyHash"
    ),
    audited as (${insertAuditEntries('$auditEntries::jsonb', 'exists (select from ended)')})
    select id, "keyHash" from ended`,
);

export const FIND_MEMBER = query<{ organizationId: string; email: string }, { personId: string }>(
  'findMember',
  `
    select p.id as "personId" from people p join memberships m on m.person_id = p.id
    where p.email = lower($email) and m.organization_id = $organizationId and m.accepted_at is not null`,
);
