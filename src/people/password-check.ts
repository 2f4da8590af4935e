import { Injectable } from '@nestjs/common';
import { FailedSignIns, type WrongPart } from './failed-sign-ins.js';
import { Passwords } from './passwords.js';
import type { SigningIn } from './people.queries.js';
import { networkOf, SignInThrottle } from './sign-in-throttle.js';

type Person = Pick<SigningIn, 'id' | 'email' | 'passwordHash' | 'organizationIds'>;

/** Whether a person whom one knows already has the password. It is counted and recorded as at a sign-in. */
@Injectable()
export class PasswordCheck {
  constructor(
    private readonly passwords: Passwords,
    private readonly throttle: SignInThrottle,
    private readonly failures: FailedSignIns,
  ) {}

  /** @throws Problem TOO_MANY_SIGN_INS, OVERLOADED */
  async isRight(person: Person, password: string, address: string | null, what: WrongPart): Promise<boolean> {
    const counters = this.throttle.countersOf(person.email, address);
    await this.throttle.count(counters);
    const isRight = await this.passwords
      .matches(person.passwordHash, password, networkOf(address))
      .catch(async (error: unknown) => {
        await this.throttle.uncount(counters);
        throw error;
      });
    if (isRight) await this.throttle.uncount(counters);
    else await this.failures.record(person, what);
    return isRight;
  }
}
