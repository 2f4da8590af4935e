import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import type { PresentSession } from '../auth/sessions.js';
import { Database } from '../database/database.js';
import { Problem } from '../http/problem.js';
import { OWNER, SecretBox } from '../secrets/secret-box.js';
import { FailedSignIns } from './failed-sign-ins.js';
import { PasswordCheck } from './password-check.js';
import {
  BEGIN_SECOND_FACTOR,
  CONFIRM_SECOND_FACTOR,
  PERSON_BY_ID,
  type SigningIn,
  USE_RECOVERY_CODE,
  USE_TOTP_STEP,
} from './people.queries.js';
import { type IssuedSession, PersonSessions } from './person-sessions.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { hashRecoveryCode, newRecoveryCodes, newTotpSecret, otpauthUrl, stepOfCode } from './totp.js';

const RECENT_MS = 5 * 60_000;

/** What a person shows again of themselves. */
export interface ShownAgain {
  password?: string | null;
  code?: string | null;
}

/** Codes of an authenticator app (TOTP), and codes for whoever has lost it. */
@Injectable()
export class SecondFactor {
  constructor(
    private readonly database: Database,
    private readonly secrets: SecretBox,
    private readonly sessions: PersonSessions,
    private readonly throttle: SignInThrottle,
    private readonly check: PasswordCheck,
    private readonly failures: FailedSignIns,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Whoever sits down at a browser that somebody has left cannot make it theirs. A second factor that there is stays until a code of the new one is confirmed.
   * @throws Problem SECOND_FACTOR_SET, SIGN_IN_NOT_RECENT, SIGN_IN_FAILED, SECOND_FACTOR_FAILED, TOO_MANY_SIGN_INS, OVERLOADED
   */
  async begin(
    session: PresentSession,
    { password, code }: ShownAgain,
    address: string | null,
  ): Promise<{ otpauthUrl: string }> {
    const { personId } = session;
    const person = await this.person(personId);
    const { totpSecret } = person;
    if (totpSecret && !code) throw alreadySet();
    await this.showAgain(session, person, password, address);
    if (totpSecret && code) await this.useAgain({ ...person, totpSecret }, code);
    const secret = newTotpSecret();
    const sealed = this.secrets.seal(secret, OWNER.person(personId));
    const [begun] = await this.database.query(BEGIN_SECOND_FACTOR, {
      id: personId,
      secret: sealed,
      present: totpSecret,
    });
    if (!begun) throw alreadySet();
    return { otpauthUrl: otpauthUrl(secret, person.email) };
  }

  /**
   * From now on signing in needs a code. Other sessions of the person end.
   * @throws Problem SECOND_FACTOR_FAILED, SECOND_FACTOR_NOT_BEGUN, SECOND_FACTOR_SET, TOO_MANY_SIGN_INS
   */
  async confirm(session: PresentSession, code: string): Promise<{ recoveryCodes: string[]; issued: IssuedSession }> {
    const { id, totpSecret, pendingTotpSecret, at, organizationIds } = await this.person(session.personId);
    if (!pendingTotpSecret && totpSecret) throw alreadySet();
    if (!pendingTotpSecret)
      throw new Problem('SECOND_FACTOR_NOT_BEGUN', 'Ask for its address first: POST /session/second-factor.');
    const counters = this.throttle.countersOfCodes(id);
    await this.throttle.count(counters);
    const step = stepOfCode(this.secrets.open(pendingTotpSecret, OWNER.person(id)), code, at);
    if (step === undefined) throw wrongCode();
    const recoveryCodes = newRecoveryCodes();
    const codeHashes = recoveryCodes.map((one) => hashRecoveryCode(one)!);
    const [confirmed] = await this.database.query(CONFIRM_SECOND_FACTOR, {
      id,
      secret: pendingTotpSecret,
      step,
      codeHashes,
    });
    if (!confirmed) throw alreadySet();
    await this.throttle.uncount(counters);
    await this.sessions.endAll(id, session.idHash);
    const issued = await this.sessions.replace(session, { hasSecondFactor: true });
    for (const organizationId of organizationIds)
      await this.audit.record({
        by: { organizationId, personId: id },
        action: totpSecret ? 'second_factor.replaced' : 'second_factor.set',
        subject: { type: 'person', id },
      });
    return { recoveryCodes, issued };
  }

  /**
   * Lets a person in by a code, once.
   * @throws Problem SECOND_FACTOR_NEEDED, SECOND_FACTOR_FAILED, TOO_MANY_SIGN_INS
   */
  async use({ id, totpSecret, at }: SigningIn & { totpSecret: string }, code: string | undefined): Promise<void> {
    if (code === undefined)
      throw new Problem('SECOND_FACTOR_NEEDED', 'Send the code of the authenticator app, or a recovery code, as code.');
    const counters = this.throttle.countersOfCodes(id);
    await this.throttle.count(counters);
    const codeHash = hashRecoveryCode(code);
    const isUsed = codeHash
      ? await this.database.query(USE_RECOVERY_CODE, { id, codeHash })
      : await this.useStep(id, stepOfCode(this.secrets.open(totpSecret, OWNER.person(id)), code.trim(), at));
    if (isUsed.length === 0) throw wrongCode();
    await this.throttle.uncount(counters);
  }

  /** The password, or a sign-in of a moment ago, which is all that whoever has none can show. */
  private async showAgain(
    { signedInAt, at }: PresentSession,
    person: SigningIn,
    password: string | null | undefined,
    address: string | null,
  ): Promise<void> {
    if (typeof password === 'string') {
      if (await this.check.isRight(person, password, address, 'PASSWORD_AGAIN')) return;
      throw new Problem('SIGN_IN_FAILED', 'It is not the password of the person who has signed in.');
    }
    if (at.getTime() - signedInAt.getTime() <= RECENT_MS) return;
    throw new Problem(
      'SIGN_IN_NOT_RECENT',
      person.passwordHash === null ? 'Sign in again first.' : 'Send the password as password, or sign in again first.',
    );
  }

  private async useAgain(person: SigningIn & { totpSecret: string }, code: string): Promise<void> {
    try {
      await this.use(person, code);
    } catch (error) {
      if (error instanceof Problem && error.code === 'SECOND_FACTOR_FAILED')
        await this.failures.record(person, 'SECOND_FACTOR');
      throw error;
    }
  }

  private async useStep(id: string, step: number | undefined): Promise<object[]> {
    return step === undefined ? [] : this.database.query(USE_TOTP_STEP, { id, step });
  }

  private async person(id: string): Promise<SigningIn> {
    const [person] = await this.database.query(PERSON_BY_ID, { id });
    if (!person) throw new Error('a session belongs to nobody');
    return person;
  }
}

function alreadySet(): Problem {
  return new Problem(
    'SECOND_FACTOR_SET',
    'Send a code of it, or a recovery code, as code, to replace it. An operator can take it off: npm run cli -- people reset.',
  );
}

function wrongCode(): Problem {
  return new Problem('SECOND_FACTOR_FAILED', 'Send the present code: each is good once, for about a minute.');
}
