import { hash, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import { FairSlots, NoSlot } from '@recaudo/fair-share';
import { Problem } from '../http/problem.js';

/** OWASP's first choice for Argon2id (the library's algorithm): 19 MiB, two passes, one thread. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Of the four threads that Node has for such work, two stay free for everything else; 38 MiB at once. */
const AT_ONCE = 2;
const QUEUED_MAX = 32;
const PATIENCE_MS = 5_000;
/** Of a password that nobody has, at the same cost. */
const NOBODYS = '$argon2id$v=19$m=19456,t=2,p=1$imz3OyWo5UJgE+2vIa7ALQ$rZLo+7l1ahd5wdPsI7T7Cv9LOsAZq5a9gGcDi30TdwU';

export const PASSWORD_LENGTH_MIN = 12;
export const PASSWORD_LENGTH_MAX = 256;

/** Hashes passwords, a few at once: whoever floods the service with sign-ins waits behind themselves. */
@Injectable()
export class Passwords {
  private readonly slots = new FairSlots(AT_ONCE, QUEUED_MAX);
  #hashed = 0;

  /** How many hashes were calculated. */
  get hashed(): number {
    return this.#hashed;
  }

  /**
   * @param share whose work it is
   * @throws Problem OVERLOADED
   */
  hash(password: string, share: string): Promise<string> {
    return this.inTurn(share, () => hash(written(password), COST));
  }

  /**
   * @param stored undefined: takes as long, and is false
   * @throws Problem OVERLOADED
   */
  async matches(stored: string | null | undefined, password: string, share: string): Promise<boolean> {
    const isRight = await this.inTurn(share, () => verify(stored ?? NOBODYS, written(password)));
    return isRight && typeof stored === 'string';
  }

  private async inTurn<T>(share: string, work: () => Promise<T>): Promise<T> {
    const release = await this.slots.take(share, AbortSignal.timeout(PATIENCE_MS)).catch((error: unknown) => {
      if (!(error instanceof NoSlot)) throw error;
      throw new Problem('OVERLOADED', 'Too many sign in at once. Try again in a moment.', undefined, {
        'retry-after': '1',
      });
    });
    try {
      this.#hashed += 1;
      return await work();
    } finally {
      release();
    }
  }
}

/** One password has several spellings in Unicode, by keyboard. */
function written(password: string): string {
  return password.normalize('NFKC');
}
