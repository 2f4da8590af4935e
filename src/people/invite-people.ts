import { MikroORM } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '../audit/audit-entry.js';
import { AuditLog } from '../audit/audit-log.js';
import type { Role } from '../auth/scopes.js';
import { newId } from '../database/id-at.js';
import type { Answer } from '../http/answer.js';
import { Problem } from '../http/problem.js';
import { hashInvitationToken, INVITATION_HOURS, newInvitationToken } from './invitation-token.js';
import { MembershipEntity } from './membership.entity.js';
import { ADD_PERSON, LOCK_ORGANIZATION_OF_PEOPLE } from './people.queries.js';
import type { PersonSchema } from './people.schema.js';
import { PersonEntity } from './person.entity.js';
import { presentPerson } from './present-person.js';

const PEOPLE_MAX = 1_000;

export interface Invitation {
  person: Answer<PersonSchema>;
  token: string;
}

/** Makes invitations, without asking what their maker may. */
@Injectable()
export class InvitePeople {
  constructor(
    private readonly orm: MikroORM,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @param refuse throws where the inviter may not give, or take, the role
   * @throws Problem PERSON_EXISTS, PEOPLE_LIMIT, NOT_FOUND, and what `refuse` throws
   */
  async invite(
    by: AuditActor,
    at: Date,
    { email: given, name, role }: { email: string; name: string; role: Role },
    refuse: (role: Role) => void = () => undefined,
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
      for (const one of known ? [known.role, role] : [role]) refuse(one);
      if (!known && (await em.count(MembershipEntity, { organization: organizationId })) >= PEOPLE_MAX)
        throw new Problem('PEOPLE_LIMIT', `An organization may have ${PEOPLE_MAX}, invited ones included.`);
      const invitation = {
        role,
        invitedName: name,
        invitedBy: by.personId ?? null,
        invitedByKey: by.apiKeyId ?? null,
        invitationHash: hashInvitationToken(token),
        invitationEndsAt: new Date(at.getTime() + INVITATION_HOURS * 3_600_000),
        disabledAt: null,
      };
      const invited = known
        ? em.assign(known, invitation)
        : em.create(MembershipEntity, { organization: organizationId, person, createdAt: at, ...invitation });
      await this.audit.record(
        { by, action: 'person.invited', subject: { type: 'person', id: person.id }, after: { role } },
        em,
      );
      return invited;
    });
    await this.fork().populate([membership], ['person']);
    return { person: presentPerson(membership), token };
  }

  private fork(): EntityManager {
    return this.orm.em.fork() as EntityManager;
  }
}
