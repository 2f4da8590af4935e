import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import type { PresentSession } from '../auth/sessions.js';
import { Database } from '../database/database.js';
import { Problem } from '../http/problem.js';
import { FailedSignIns } from './failed-sign-ins.js';
import { Passwords } from './passwords.js';
import { ORGANIZATIONS_OF_PERSON, PERSON_BY_EMAIL, PERSON_BY_ID, type SigningIn } from './people.queries.js';
import { type IssuedSession, PersonSessions } from './person-sessions.js';
import { SecondFactor } from './second-factor.js';
import { SignInLinks } from './sign-in-links.js';
import { networkOf, SignInThrottle } from './sign-in-throttle.js';

export interface Credentials {
  email: string;
  password: string;
  code?: string;
}

/** People signing in and out. */
@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly secondFactor: SecondFactor,
    private readonly links: SignInLinks,
    private readonly throttle: SignInThrottle,
    private readonly sessions: PersonSessions,
    private readonly failures: FailedSignIns,
    private readonly audit: AuditLog,
  ) {}

  /**
   * An account that there is not takes the same work, is counted and is recorded as one that there is.
   * @throws Problem SIGN_IN_FAILED, SECOND_FACTOR_NEEDED, SECOND_FACTOR_FAILED, TOO_MANY_SIGN_INS, OVERLOADED
   */
  async signIn({ email: given, password, code }: Credentials, address: string | null): Promise<IssuedSession> {
    const email = given.toLowerCase();
    const counters = this.throttle.countersOf(email, address);
    await this.throttle.count(counters);
    const [person] = await this.database.query(PERSON_BY_EMAIL, { email });
    const isRight = await this.passwords
      .matches(person?.passwordHash, password, networkOf(address))
      .catch(async (error: unknown) => {
        await this.throttle.uncount(counters);
        throw error;
      });
    if (!person || !isRight || !mayAct(person)) {
      await this.failures.record(person, 'PASSWORD');
      throw new Problem('SIGN_IN_FAILED', 'Check both. After a few wrong attempts one has to wait for some minutes.');
    }
    const { totpSecret } = person;
    if (totpSecret) {
      try {
        await this.secondFactor.use({ ...person, totpSecret }, code);
      } catch (error) {
        if (error instanceof Problem && error.code === 'SECOND_FACTOR_NEEDED') await this.throttle.uncount(counters);
        else await this.failures.record(person, 'SECOND_FACTOR');
        throw error;
      }
    }
    await this.throttle.uncount(counters);
    return this.start(person, totpSecret !== null, 'PASSWORD');
  }

  /**
   * Outside production: by what `npm start` has printed.
   * @throws Problem SIGN_IN_FAILED, VALIDATION_FAILED
   */
  async signInByLink(token: string): Promise<IssuedSession> {
    const id = this.links.use(token);
    const [person] = id === undefined ? [] : await this.database.query(PERSON_BY_ID, { id });
    if (!person || !mayAct(person))
      throw new Problem('SIGN_IN_FAILED', 'The link was used or is over. npm start prints another one.');
    return this.start(person, false, 'LINK');
  }

  /** For whoever has shown who they are. */
  async start(
    { id, organizationIds }: Pick<SigningIn, 'id' | 'organizationIds'>,
    hasSecondFactor: boolean,
    by: 'PASSWORD' | 'OPENID_CONNECT' | 'LINK',
  ): Promise<IssuedSession> {
    const only = organizationIds.length === 1 ? organizationIds[0]! : null;
    const issued = await this.sessions.start(id, only, hasSecondFactor);
    await Promise.all(
      organizationIds.map((organizationId) =>
        this.audit.record({
          by: { organizationId, personId: id },
          action: 'session.started',
          subject: { type: 'person', id },
          after: { by, secondFactor: hasSecondFactor },
        }),
      ),
    );
    return issued;
  }

  async signOut(session: PresentSession): Promise<void> {
    await this.sessions.end(session.idHash);
    const { personId, principal } = session;
    if (principal)
      await this.audit.record({ by: principal, action: 'session.ended', subject: { type: 'person', id: personId } });
  }

  /** @throws Problem NOT_FOUND */
  async pick(session: PresentSession, organizationId: string): Promise<IssuedSession> {
    const { personId } = session;
    const organizations = await this.database.query(ORGANIZATIONS_OF_PERSON, { personId });
    if (!organizations.some(({ id }) => id === organizationId))
      throw new Problem('NOT_FOUND', 'You belong to no organization with this id. GET /session shows yours.');
    const issued = await this.sessions.replace(session, { organizationId });
    await this.audit.record({
      by: { organizationId, personId },
      action: 'session.organization_picked',
      subject: { type: 'person', id: personId },
    });
    return issued;
  }
}

function mayAct({ isDisabled, organizationIds }: SigningIn): boolean {
  return !isDisabled && organizationIds.length > 0;
}
