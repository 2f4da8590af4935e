import { MikroORM } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Database } from '../database/database.js';
import type { Answer } from '../http/answer.js';
import { Problem } from '../http/problem.js';
import { readInvitationToken } from './invitation-token.js';
import { MembershipEntity } from './membership.entity.js';
import { Passwords } from './passwords.js';
import { ACCEPT_INVITATION, CLAIM_PERSON, FIND_INVITATION, type Invited } from './people.queries.js';
import type { PersonSchema } from './people.schema.js';
import { presentPerson } from './present-person.js';
import { networkOf, SignInThrottle } from './sign-in-throttle.js';

/** An invited person becomes a member, once. */
@Injectable()
export class Invitations {
  constructor(
    private readonly orm: MikroORM,
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly throttle: SignInThrottle,
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
      ? await this.checkOwner(invited, password, address)
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

  /** @returns that no password is to be chosen */
  private async checkOwner({ email, passwordHash }: Invited, password: string, address: string | null): Promise<null> {
    const counters = this.throttle.countersOf(email, address);
    await this.throttle.count(counters);
    if (!(await this.passwords.matches(passwordHash, password, networkOf(address)))) throw notTheirs();
    await this.throttle.uncount(counters);
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
