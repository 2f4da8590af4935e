import { query } from '../database/query.js';

/** A person has as many; a newer one ends the oldest. */
const SESSIONS_MAX = 20;

export interface NewSession {
  idHash: string;
  personId: string;
  organizationId: string | null;
  hasSecondFactor: boolean;
  maxSeconds: number;
}

export const START_SESSION = query<NewSession, { endsAt: Date }>(
  'start session',
  `
    with oldest as (
      delete from sessions where id_hash in (
        select id_hash from sessions where person_id = $personId order by created_at desc offset ${SESSIONS_MAX - 1}
      )
    )
    insert into sessions (id_hash, person_id, organization_id, has_second_factor, created_at, last_seen_at, ends_at)
    values ($idHash, $personId, $organizationId, $hasSecondFactor, now(), now(), now() + make_interval(secs => $maxSeconds::int))
    returning ends_at as "endsAt"`,
);

/** The same session under another id. It does not end later for it. */
export const REPLACE_SESSION = query<
  { idHash: string; newIdHash: string; organizationId: string | null; hasSecondFactor: boolean },
  { endsAt: Date }
>(
  'replace session',
  `
    update sessions set id_hash = $newIdHash, organization_id = coalesce($organizationId::uuid, organization_id),
      has_second_factor = has_second_factor or $hasSecondFactor::boolean
    where id_hash = $idHash returning ends_at as "endsAt"`,
);

export const END_SESSION = query<{ idHash: string }>('end session', 'delete from sessions where id_hash = $idHash');

export const END_SESSIONS_OF_PERSON = query<{ personId: string; exceptHash: string | null }, { idHash: string }>(
  'end sessions of person',
  `
    delete from sessions where person_id = $personId and ($exceptHash::text is null or id_hash <> $exceptHash)
    returning id_hash as "idHash"`,
);

export const END_SESSIONS_IN_ORGANIZATION = query<{ personId: string; organizationId: string }>(
  'end sessions of person in organization',
  'delete from sessions where person_id = $personId and organization_id = $organizationId',
);

export const SWEEP_SESSIONS = query<{ limit: number; idleSeconds: number }, { gone: number }>(
  'sweep sessions',
  `
    with gone as (
      delete from sessions where id_hash in (
        select id_hash from sessions where ends_at < now() or last_seen_at < now() - make_interval(secs => $idleSeconds::int) limit $limit::int
      ) returning 1
    )
    select count(*)::int as gone from gone`,
);
