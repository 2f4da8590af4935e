import { query } from '../database/query.js';

/** Whose an API key is, and the database's time of that answer. */
export interface FoundKey {
  organizationId: string;
  organizationCode: string;
  apiKeyId: string;
  at: Date;
}

export const AUTHENTICATE = query<{ keyHash: string }, FoundKey>(
  'authenticate',
  `
    select k.organization_id as "organizationId", o.code as "organizationCode", k.id as "apiKeyId", clock_timestamp() as at
    from api_keys k join organizations o on o.id = k.organization_id
    where k.key_hash = $keyHash order by k.created_at limit 1`,
);
