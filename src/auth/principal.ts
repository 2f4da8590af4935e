import type { DatabaseTime } from '../database/database-time.js';
import type { Scope } from './scopes.js';

/** Who is asking and what they may do, and when: by the database's clock, the one that decides about time. */
export interface Principal {
  organizationId: string;
  organizationCode: string;
  /** Null where a person asks who has signed in. */
  apiKeyId: string | null;
  /** Who has signed in, or for whom the key acts; null where a key acts for nobody. */
  personId: string | null;
  scopes: ReadonlySet<Scope>;
  /** Where a client of a drop-in contract asks; its secrets are sealed. */
  contract?: { name: string; sealedSecrets: string };
  at: Date;
  /** Goes on from `at`. */
  time: DatabaseTime;
}

/** Who acts, as a history names them: the id of the API key, or of the person who has signed in. */
export function actorId({ apiKeyId, personId }: Pick<Principal, 'apiKeyId' | 'personId'>): string {
  const id = apiKeyId ?? personId;
  if (id === null) throw new Error('somebody asks who is neither a key nor a person');
  return id;
}
