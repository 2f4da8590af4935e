import { MikroORM } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Database } from '../database/database.js';
import type { Answer } from '../http/answer.js';
import { Problem } from '../http/problem.js';
import { readInvitationToken } from './invitation-token.js';
import { MembershipEntity } from './membership.entity.js';
import { PasswordCheck } from './password-check.js';
import { Passwords } from './passwords.js';
import { ACCEPT_INVITATION, CLAIM_PERSON, FIND_INVITATION, PERSON_BY_ID } from './people.queries.js';
import type { PersonSchema } from './people.schema.js';
import { presentPerson } from './present-person.js';
import { networkOf } from './sign-in-throttle.js';

/** An invited person becomes a member, once. */
@Injectable()
export class Invitations {
  constructor(
    private readonly orm: MikroORM,
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly check: PasswordCheck,
    private readonly audit: AuditLog,
  ) {}

  /**
   * The first invitation chooses the password. Whoever has an account already shows that it is theirs: who invites a person must not become that person.
   * @throws Problem NOT_FOUND, SIGN_IN_FAILED, TOO_MANY_SIGN_INS, OVERLOADED
   */
  async accept(
    token: string,
    { name, password }: { name: string; password: string },
    address: string | null,
  ): Promise<Answer<PersonSchema>> {
    const key = readInvitationToken(token);
    const [invited] = key ? await this.database.query(FIND_INVITATION, key) : [];
    if (!key || !invited) throw notValid();
    const passwordHash = invited.isClaimed
      ? await this.checkOwner(key.organizationId, invited.personId, password, address)
      : await this.passwords.hash(password, networkOf(address));
    const membership = await (this.orm.em.fork() as EntityManager).transactional(async (em) => {
      const { organizationId, invitationHash } = key;
      const accepted = await em.execute<object[]>(ACCEPT_INVITATION, [organizationId, invitationHash]);
      if (accepted.length === 0) throw notValid();
      if (passwordHash !== null) {
        const claimed = await em.execute<object[]>(CLAIM_PERSON, [passwordHash, name.trim(), invited.personId]);
        // By another organization's invitation, at this moment.
        if (claimed.length === 0) throw notTheirs();
      }
      const by = { organizationId, personId: invited.personId };
      const subject = { type: 'person', id: invited.personId };
      await this.audit.record({ by, action: 'person.joined', subject }, em);
      return em.findOneOrFail(
        MembershipEntity,
        { organization: organizationId, person: invited.personId },
        { populate: ['person'] },
      );
    });
    return presentPerson(membership);
  }

  /**
   * A wrong password is written down for the organization that invites, and for those of which the person is a member.
   * @returns that no password is to be chosen
   */
  private async checkOwner(
    organizationId: string,
    personId: string,
    password: string,
    address: string | null,
  ): Promise<null> {
    const [person] = await this.database.query(PERSON_BY_ID, { id: personId });
    if (!person) throw notValid();
    const concerned = { ...person, organizationIds: [organizationId, ...person.organizationIds] };
    if (!(await this.check.isRight(concerned, password, address, 'PASSWORD_AT_INVITATION'))) throw notTheirs();
    return null;
  }
}

function notValid(): Problem {
  return new Problem('NOT_FOUND', 'The invitation was used, is over, or never was. Ask for another one.');
}

function notTheirs(): Problem {
  return new Problem(
    'SIGN_IN_FAILED',
    'There is an account with this address already: send its password. Who signs in by OpenID Connect does that.',
  );
}
