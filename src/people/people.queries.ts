import { query } from '../database/query.js';
import type { Role } from '../auth/scopes.js';

/** Who somebody is at an OpenID Connect provider, for ever. */
export interface OidcIdentity {
  issuer: string;
  subject: string;
}

/** A person as a sign-in needs them. */
export interface SigningIn {
  id: string;
  email: string;
  name: string;
  passwordHash: string | null;
  isDisabled: boolean;
  totpSecret: string | null;
  pendingTotpSecret: string | null;
  oidcIssuer: string | null;
  /** Those in which they may act, the first first. */
  organizationIds: string[];
  at: Date;
}

const SIGNING_IN = `
  select p.id, p.email, p.name, p.password_hash as "passwordHash", p.disabled_at is not null as "isDisabled",
    p.totp_secret as "totpSecret", p.pending_totp_secret as "pendingTotpSecret", p.oidc_issuer as "oidcIssuer",
    array(
      select m.organization_id::text from memberships m
      where m.person_id = p.id and m.accepted_at is not null and m.disabled_at is null order by m.created_at
    ) as "organizationIds",
    clock_timestamp() as at
  from people p`;

export const PERSON_BY_EMAIL = query<{ email: string }, SigningIn>(
  'person by e-mail',
  `${SIGNING_IN} where p.email = $email`,
);
export const PERSON_BY_IDENTITY = query<OidcIdentity, SigningIn>(
  'person by identity',
  `${SIGNING_IN} where p.oidc_issuer = $issuer and p.oidc_subject = $subject`,
);
export const PERSON_BY_ID = query<{ id: string }, SigningIn>('person by id', `${SIGNING_IN} where p.id = $id`);

/** Where a person is a member. */
export interface MemberOf {
  id: string;
  name: string;
  role: Role;
}

export const ORGANIZATIONS_OF_PERSON = query<{ personId: string }, MemberOf>(
  'organizations of person',
  `
    select o.id, o.name, m.role from memberships m join organizations o on o.id = m.organization_id
    where m.person_id = $personId and m.accepted_at is not null and m.disabled_at is null order by m.created_at, o.id`,
);

/** A step is used once, and none before it is used any more, whoever comes at the same time. */
export const USE_TOTP_STEP = query<{ id: string; step: number }, { id: string }>(
  'use step of second factor',
  'update people set totp_step = $step::bigint where id = $id and totp_step < $step::bigint returning id',
);

export const USE_RECOVERY_CODE = query<{ id: string; codeHash: string }, { left: number }>(
  'use recovery code',
  `
    update people set recovery_code_hashes = array_remove(recovery_code_hashes, $codeHash)
    where id = $id and $codeHash = any(recovery_code_hashes)
    returning coalesce(array_length(recovery_code_hashes, 1), 0) as left`,
);

/** @param present the sealed secret that it is to replace, as it was read */
export const BEGIN_SECOND_FACTOR = query<{ id: string; secret: string; present: string | null }, { id: string }>(
  'begin second factor',
  'update people set pending_totp_secret = $secret where id = $id and totp_secret is not distinct from $present returning id',
);

export const CONFIRM_SECOND_FACTOR = query<
  { id: string; secret: string; step: number; codeHashes: readonly string[] },
  { id: string }
>(
  'confirm second factor',
  `
    update people set totp_secret = pending_totp_secret, pending_totp_secret = null, totp_step = $step::bigint,
      recovery_code_hashes = $codeHashes::text[]
    where id = $id and pending_totp_secret = $secret returning id`,
);

/** The caller has the organization's lock: as the ORM takes it, inside its transaction. */
export const LOCK_ORGANIZATION_OF_PEOPLE = 'select 1 from organizations where id = ? for no key update';
export const ADD_PERSON = `
  insert into people (id, email, name) values (?, ?, ?) on conflict (email) do nothing`;

/** An invitation is worth what the API key is that has made it. */
const IS_OPEN = `
  m.invitation_ends_at > now() and m.accepted_at is null and m.disabled_at is null
  and not exists (
    select from api_keys k where k.organization_id = m.organization_id and k.id = m.invited_by_key and k.revoked_at is not null
  )`;

export interface Invited {
  personId: string;
  isClaimed: boolean;
}

export const FIND_INVITATION = query<{ organizationId: string; invitationHash: string }, Invited>(
  'find invitation',
  `
    select p.id as "personId", p.claimed_at is not null as "isClaimed"
    from memberships m join people p on p.id = m.person_id
    where m.organization_id = $organizationId and m.invitation_hash = $invitationHash and p.disabled_at is null and ${IS_OPEN}`,
);

/** As the ORM takes it: of those that come with the same invitation one changes a row. */
export const ACCEPT_INVITATION = `
  update memberships m set accepted_at = now(), invitation_hash = null, invitation_ends_at = null
  where m.organization_id = ? and m.invitation_hash = ? and ${IS_OPEN}
  returning person_id`;
export const CLAIM_PERSON = `
  update people set password_hash = ?, name = ?, claimed_at = now() where id = ? and claimed_at is null returning id`;

/** Everybody, for the operator. */
export interface ListedPerson {
  email: string;
  name: string;
  isDisabled: boolean;
  hasSecondFactor: boolean;
  /** `<organization> <role> <status>` of each. */
  memberships: string[];
}

export const LIST_PEOPLE = query<{ organizationId: string | null; limit: number }, ListedPerson>(
  'list people',
  `
    select p.email, p.name, p.disabled_at is not null as "isDisabled", p.totp_secret is not null as "hasSecondFactor",
      array(
        select concat_ws(' ', m.organization_id, m.role, case when m.disabled_at is not null then 'disabled' when m.accepted_at is null then 'invited' end)
        from memberships m where m.person_id = p.id order by m.created_at
      ) as memberships
    from people p
    where $organizationId::uuid is null
      or exists (select 1 from memberships m where m.organization_id = $organizationId::uuid and m.person_id = p.id)
    order by p.created_at desc limit $limit::int`,
);

export const MEMBERSHIPS_OF_PERSON = query<
  { personId: string },
  { organizationId: string; role: Role; isDisabled: boolean }
>(
  'memberships of person',
  `
    select organization_id as "organizationId", role, disabled_at is not null as "isDisabled"
    from memberships where person_id = $personId order by created_at`,
);

/** As the ORM takes it, inside its transaction: what the person knows and has counts no more, and everything must be accepted anew. */
export const RESET_PERSON = `
  update people set password_hash = null, claimed_at = null, totp_secret = null, pending_totp_secret = null, recovery_code_hashes = '{}',
    oidc_issuer = null, oidc_subject = null
  where id = ?`;
export const RESET_MEMBERSHIPS = `
  update memberships set accepted_at = null, invitation_hash = null, invitation_ends_at = null where person_id = ?`;
export const REVOKE_KEYS_OF_RESET_PERSON =
  'update api_keys set revoked_at = now() where person_id = ? and revoked_at is null';
export const END_SESSIONS_OF_RESET_PERSON = 'delete from sessions where person_id = ?';

export const SET_PERSON_DISABLED = query<{ id: string; isDisabled: boolean }>(
  'set person disabled',
  'update people set disabled_at = case when $isDisabled::boolean then clock_timestamp() end where id = $id',
);

/** As the ORM takes them, inside one transaction, of which the first one is for who comes in for the first time. */
export const LINK_IDENTITY = `
  update people set oidc_issuer = ?, oidc_subject = ? where id = ? and oidc_issuer is distinct from ? returning id`;
/** Where they may act. */
export const ACTIVE_MEMBERSHIPS = `
  select organization_id from memberships where person_id = ? and accepted_at is not null and disabled_at is null`;
/** As the ORM takes them, inside one transaction: a person whose address is proved accepts all invitations, unless the account has a password. */
export const CLAIM_WITHOUT_PASSWORD = `
  update people set claimed_at = coalesce(claimed_at, now()) where id = ? and password_hash is null returning id`;
export const ACCEPT_ALL_INVITATIONS = `
  update memberships m set accepted_at = now(), invitation_hash = null, invitation_ends_at = null
  where m.person_id = ? and ${IS_OPEN}
  returning organization_id`;
