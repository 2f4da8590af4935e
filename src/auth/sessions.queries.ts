import { query } from '../database/query.js';
import type { Role } from './scopes.js';

/** Whose a session is and what they may do in the organization that was picked, and the database's time of that answer. */
export interface FoundSession {
  personId: string;
  /** Null: none was picked, or the person is no member of it any more. */
  organizationId: string | null;
  organizationCode: string | null;
  role: Role | null;
  hasSecondFactor: boolean;
  signedInAt: Date;
  endsAt: Date;
  /** When it was last written that it is used. */
  lastSeenAt: Date;
  at: Date;
}

export const FIND_SESSION = query<{ idHash: string; idleSeconds: number }, FoundSession>(
  'find session',
  `
    select s.person_id as "personId", o.id as "organizationId", o.code as "organizationCode", m.role,
      s.has_second_factor as "hasSecondFactor", s.created_at as "signedInAt",
      s.ends_at as "endsAt", s.last_seen_at as "lastSeenAt", clock_timestamp() as at
    from sessions s
    join people p on p.id = s.person_id and p.disabled_at is null
    left join memberships m on m.organization_id = s.organization_id and m.person_id = s.person_id
      and m.accepted_at is not null and m.disabled_at is null
    left join organizations o on o.id = m.organization_id
    where s.id_hash = $idHash and s.ends_at > now() and s.last_seen_at > now() - make_interval(secs => $idleSeconds::int)`,
);

export const NOTE_SESSION_USE = query<{ idHash: string; at: Date }>(
  'note use of session',
  'update sessions set last_seen_at = $at where id_hash = $idHash and last_seen_at < $at',
);
