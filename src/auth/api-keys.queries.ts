import { query } from '../database/query.js';

/** Who is asking, and when the database let them in: the one clock that decides about time. */
export interface Principal {
  organizationId: string;
  organizationCode: string;
  apiKeyId: string;
  at: Date;
}

export const AUTHENTICATE = query<{ keyHash: string }, Principal>(
  'authenticate',
  `
    select k.organization_id as "organizationId", o.code as "organizationCode", k.id as "apiKeyId", clock_timestamp() as at
    from api_keys k join organizations o on o.id = k.organization_id
    where k.key_hash = $keyHash order by k.created_at limit 1`,
);
