import { MikroORM } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type AuditActor, changesOf } from '../audit/audit-entry.js';
import { AuditLog } from '../audit/audit-log.js';
import type { Principal } from '../auth/principal.js';
import { refuseMoreThan } from '../auth/refuse-more-than.js';
import { type Role, scopesOf } from '../auth/scopes.js';
import type { Answer } from '../http/answer.js';
import { idBefore, isUuid, type Page, type PageQuery, toPage } from '../http/page.js';
import { Problem } from '../http/problem.js';
import { type Invitation, InvitePeople } from './invite-people.js';
import { type Membership, MembershipEntity } from './membership.entity.js';
import { LOCK_ORGANIZATION_OF_PEOPLE } from './people.queries.js';
import type { PersonSchema } from './people.schema.js';
import { presentPerson } from './present-person.js';
import { PersonSessions } from './person-sessions.js';

/** Who belongs to an organization, and what they may do there. */
@Injectable()
export class People {
  constructor(
    private readonly orm: MikroORM,
    private readonly invitations: InvitePeople,
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
   * Whoever is not a member yet can be invited again: the invitation before is not valid any more. So nobody does that who could not have made it.
   * @throws Problem SCOPE_MISSING, PERSON_EXISTS, PEOPLE_LIMIT
   */
  invite(caller: Principal, dto: { email: string; name: string; role: Role }): Promise<Invitation> {
    return this.invitations.invite(caller, caller.at, dto, (role) => refuseRoleAbove(caller, role));
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
      refuseRoleAbove(caller, found.role);
      if (role) refuseRoleAbove(caller, role);
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
    refuseRoleAbove(caller, role);
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
function refuseRoleAbove({ scopes }: Principal, role: Role): void {
  refuseMoreThan(scopes, scopesOf(role), `The role ${role} has scopes which the caller does not have`);
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
