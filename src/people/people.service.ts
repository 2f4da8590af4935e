import { MikroORM } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type AuditActor, changesOf } from '../audit/audit-entry.js';
import { AuditLog } from '../audit/audit-log.js';
import type { Principal } from '../auth/principal.js';
import { type Role, type Scope, scopesOf } from '../auth/scopes.js';
import { newId } from '../database/id-at.js';
import type { Answer } from '../http/answer.js';
import { idBefore, isUuid, type Page, type PageQuery, toPage } from '../http/page.js';
import { Problem } from '../http/problem.js';
import { hashInvitationToken, INVITATION_HOURS, newInvitationToken } from './invitation-token.js';
import { type Membership, MembershipEntity } from './membership.entity.js';
import { ADD_PERSON, LOCK_ORGANIZATION_OF_PEOPLE } from './people.queries.js';
import type { PersonSchema } from './people.schema.js';
import { PersonEntity } from './person.entity.js';
import { PersonSessions } from './person-sessions.js';

export const PEOPLE_MAX = 1_000;

export interface Invitation {
  person: Answer<PersonSchema>;
  token: string;
}

/** Who belongs to an organization, and what they may do there. */
@Injectable()
export class People {
  constructor(
    private readonly orm: MikroORM,
    private readonly sessions: PersonSessions,
    private readonly audit: AuditLog,
  ) {}

  async list({ organizationId }: Principal, { cursor, limit }: PageQuery): Promise<Page<Answer<PersonSchema>>> {
    const before = idBefore(cursor);
    const rows = await this.fork().find(
      MembershipEntity,
      { organization: organizationId, ...(before && { person: { $lt: before } }) },
      { orderBy: { person: 'desc' }, limit: limit + 1, populate: ['person'] },
    );
    const withIds = rows.map((membership) => ({ id: membership.person.id, membership }));
    return toPage(withIds, limit, ({ membership }) => presentPerson(membership));
  }

  /**
   * Whoever is not a member yet can be invited again: the invitation before is not valid any more.
   * @throws Problem SCOPE_MISSING, PERSON_EXISTS, PEOPLE_LIMIT
   */
  invite(caller: Principal, dto: { email: string; name: string; role: Role }): Promise<Invitation> {
    refuseMoreThan(caller, dto.role);
    return this.inviteAs(caller, caller.at, dto);
  }

  /** @throws Problem PERSON_EXISTS, PEOPLE_LIMIT, NOT_FOUND */
  async inviteAs(
    by: AuditActor,
    at: Date,
    { email: given, name, role }: { email: string; name: string; role: Role },
  ): Promise<Invitation> {
    const { organizationId } = by;
    const email = given.toLowerCase();
    const token = newInvitationToken(organizationId);
    const membership = await this.fork().transactional(async (em) => {
      const [organization] = await em.execute<object[]>(LOCK_ORGANIZATION_OF_PEOPLE, [organizationId]);
      if (!organization) throw new Problem('NOT_FOUND', 'There is no such organization.');
      await em.execute(ADD_PERSON, [newId(), email, name]);
      const person = await em.findOneOrFail(PersonEntity, { email });
      const known = await em.findOne(MembershipEntity, { organization: organizationId, person: person.id });
      if (known?.acceptedAt) throw new Problem('PERSON_EXISTS', 'Change the role, or enable the person again.');
      if (!known && (await em.count(MembershipEntity, { organization: organizationId })) >= PEOPLE_MAX)
        throw new Problem('PEOPLE_LIMIT', `An organization may have ${PEOPLE_MAX}, invited ones included.`);
      const invitation = {
        role,
        invitedName: name,
        invitedBy: by.personId ?? null,
        invitationHash: hashInvitationToken(token),
        invitationEndsAt: new Date(at.getTime() + INVITATION_HOURS * 3_600_000),
        disabledAt: null,
      };
      const invited = known
        ? em.assign(known, invitation)
        : em.create(MembershipEntity, { organization: organizationId, person, createdAt: at, ...invitation });
      await this.record(em, by, 'person.invited', person.id, { after: { role } });
      return invited;
    });
    await this.fork().populate([membership], ['person']);
    return { person: presentPerson(membership), token };
  }

  /** @throws Problem NOT_FOUND, SCOPE_MISSING, LAST_OWNER */
  async update(
    caller: Principal,
    personId: string,
    { role, disabled }: { role?: Role; disabled?: boolean },
  ): Promise<Answer<PersonSchema>> {
    const { organizationId, at } = caller;
    const membership = await this.fork().transactional(async (em) => {
      // One change at a time in an organization: of two owners that take the role from each other one stays.
      await em.execute(LOCK_ORGANIZATION_OF_PEOPLE, [organizationId]);
      const found = await findMembership(em, organizationId, personId);
      refuseMoreThan(caller, found.role);
      if (role) refuseMoreThan(caller, role);
      const was = { role: found.role, acceptedAt: found.acceptedAt, disabledAt: found.disabledAt };
      if (role) found.role = role;
      if (disabled === true) found.disabledAt ??= at;
      if (disabled === false) found.disabledAt = null;
      if (isActiveOwner(was) && !isActiveOwner(found)) {
        const others = await em.count(MembershipEntity, {
          organization: organizationId,
          person: { $ne: personId, disabledAt: null },
          role: 'owner',
          acceptedAt: { $ne: null },
          disabledAt: null,
        });
        if (others === 0) throw new Problem('LAST_OWNER', 'Make another person an owner first.');
      }
      const changes = changesOf(factsOf(was), factsOf(found));
      if (changes) await this.record(em, caller, 'person.changed', personId, changes);
      return found;
    });
    if (membership.disabledAt) await this.sessions.endIn(organizationId, personId);
    return presentPerson(membership);
  }

  /**
   * Wherever they have signed in, and for whichever organization: whoever has one of the sessions can pick any of them.
   * @throws Problem NOT_FOUND
   */
  async endSessions(caller: Principal, personId: string): Promise<void> {
    const { acceptedAt, role } = await findMembership(this.fork(), caller.organizationId, personId);
    // Whoever was only invited has said yes to nothing here.
    if (!acceptedAt) throw noSuchPerson();
    refuseMoreThan(caller, role);
    const ended = await this.sessions.endAll(personId);
    await this.audit.record({
      by: caller,
      action: 'person.sessions_ended',
      subject: { type: 'person', id: personId },
      after: { ended },
    });
  }

  private record(
    em: EntityManager,
    by: AuditActor,
    action: `person.${string}`,
    personId: string,
    facts: object,
  ): Promise<void> {
    return this.audit.record({ by, action, subject: { type: 'person', id: personId }, ...facts }, em);
  }

  private fork(): EntityManager {
    return this.orm.em.fork() as EntityManager;
  }
}

function factsOf({ role, disabledAt }: Pick<Membership, 'role' | 'disabledAt'>) {
  return { role, disabled: Boolean(disabledAt) };
}

function isActiveOwner({ role, acceptedAt, disabledAt }: Pick<Membership, 'role' | 'acceptedAt' | 'disabledAt'>) {
  return role === 'owner' && acceptedAt !== null && acceptedAt !== undefined && !disabledAt;
}

/** Nobody gives, or takes from others, what they do not have themselves. */
function refuseMoreThan({ scopes }: Principal, role: Role): void {
  const missing = [...scopesOf(role)].filter((scope: Scope) => !scopes.has(scope));
  if (missing.length > 0)
    throw new Problem('SCOPE_MISSING', `The role ${role} has the scope ${missing[0]}, which the caller does not have.`);
}

async function findMembership(em: EntityManager, organizationId: string, personId: string) {
  const found =
    isUuid(personId) &&
    (await em.findOne(MembershipEntity, { organization: organizationId, person: personId }, { populate: ['person'] }));
  if (!found) throw noSuchPerson();
  return found;
}

function noSuchPerson(): Problem {
  return new Problem('NOT_FOUND', 'Your organization has no person with this id.');
}

/** Of whoever has not accepted yet only what the inviter knows. */
export function presentPerson(membership: Membership): Answer<PersonSchema> {
  const { person, role, acceptedAt, disabledAt } = membership;
  const known = person as unknown as { id: string; email: string; name: string; totpSecret?: string | null };
  const status = disabledAt ? 'DISABLED' : acceptedAt ? 'ACTIVE' : 'INVITED';
  return {
    id: known.id,
    email: known.email,
    name: acceptedAt ? known.name : membership.invitedName,
    role,
    status,
    disabled: status === 'DISABLED',
    secondFactor: Boolean(acceptedAt && known.totpSecret),
    invitationEndsAt: (!acceptedAt && membership.invitationEndsAt?.toISOString()) || null,
    createdAt: membership.createdAt.toISOString(),
  };
}
