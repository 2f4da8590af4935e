import { query } from '../database/query.js';
import type { Role, Scope } from './scopes.js';

/** Whose an API key is and what it may, and the database's time of that answer. */
export interface FoundKey {
  organizationId: string;
  organizationCode: string;
  apiKeyId: string;
  personId: string | null;
  /** Null where it has scopes of its own. */
  role: Role | null;
  scopes: readonly Scope[] | null;
  /** Of the person for whom it acts: it never has more than they have now. */
  personRole: Role | null;
  allowedNetworks: readonly string[] | null;
  /** Null for our own API. */
  contract: string | null;
  /** Sealed. */
  contractSecrets: string | null;
  /** When it lets nobody in any more. */
  endsAt: Date | null;
  /** It was not used in this minute yet. */
  isUseNew: boolean;
  at: Date;
}

export const AUTHENTICATE = query<{ keyHash: string }, FoundKey>(
  'authenticate',
  `
    select k.organization_id as "organizationId", o.code as "organizationCode", k.id as "apiKeyId", k.person_id as "personId",
      k.role, k.scopes, m.role as "personRole", k.allowed_networks as "allowedNetworks", k.contract, k.contract_secrets as "contractSecrets",
      least(k.expires_at, case when k.key_hash <> $keyHash then k.previous_until end) as "endsAt",
      k.last_used_at is null or k.last_used_at < date_trunc('minute', now()) as "isUseNew",
      clock_timestamp() as at
    from api_keys k join organizations o on o.id = k.organization_id
    left join memberships m on m.organization_id = k.organization_id and m.person_id = k.person_id
      and m.accepted_at is not null and m.disabled_at is null
    left join people p on p.id = m.person_id and p.disabled_at is null
    where (k.person_id is null or p.id is not null) and (k.key_hash = $keyHash or k.previous_key_hash = $keyHash) and k.revoked_at is null
    order by k.created_at limit 1`,
);

export const NOTE_USE = query<{ organizationId: string; apiKeyId: string; at: Date }>(
  'noteUseOfKey',
  `
    update api_keys set last_used_at = date_trunc('minute', $at::timestamptz)
    where organization_id = $organizationId and id = $apiKeyId
      and (last_used_at is null or last_used_at < date_trunc('minute', $at::timestamptz))`,
);
