import { type NewAuditEntry, insertAuditEntries } from '../../audit/audit.queries.js';
import { query } from '../../database/query.js';

interface RevokedKey {
  organizationId: string;
  id: string;
  at: Date;
  auditEntries: readonly NewAuditEntry[];
}

/** What was ended of a key: all of it, or only the one before the last rotation. */
export interface EndedKey {
  id: string;
  keyHash: string;
  previousKeyHash: string | null;
  isRevoked: boolean;
}

/** The key and all that it was shown, by making or rotating them, and those were. Invitations that they have made, and that are open, end. */
export const REVOKE_KEY = query<RevokedKey, EndedKey>(
  'revokeKey',
  `
    with recursive made as (
      select organization_id, id from api_keys where organization_id = $organizationId and id = $id
      union
      select k.organization_id, k.id from api_keys k
      join made m on k.organization_id = m.organization_id and (k.made_by = m.id or k.rotated_by = m.id)
      where k.organization_id = $organizationId
    ),
    ended as (
      update api_keys k set revoked_at = $at from made
      where k.organization_id = $organizationId and made.organization_id = k.organization_id and k.id = made.id
        and k.revoked_at is null
      returning k.id, k.key_hash as "keyHash", k.previous_key_hash as "previousKeyHash"
    ),
    previous as (
      update api_keys k set previous_until = $at
      where k.organization_id = $organizationId and k.previous_rotated_by in (select id from made) and k.id not in (select id from made)
        and k.previous_until > $at
      returning k.id, k.key_hash as "keyHash", k.previous_key_hash as "previousKeyHash"
    ),
    uninvited as (
      update memberships m set invitation_hash = null, invitation_ends_at = null
      where m.organization_id = $organizationId and m.invited_by_key in (select id from ended) and m.accepted_at is null
    ),
    audited as (${insertAuditEntries('$auditEntries::jsonb', 'exists (select from ended)')})
    select *, true as "isRevoked" from ended union all select *, false from previous`,
);

export const FIND_MEMBER = query<{ organizationId: string; email: string }, { personId: string }>(
  'findMember',
  `
    select p.id as "personId" from people p join memberships m on m.person_id = p.id
    where p.email = lower($email) and m.organization_id = $organizationId and m.accepted_at is not null`,
);
