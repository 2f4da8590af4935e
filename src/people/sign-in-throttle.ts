import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { Database } from '../database/database.js';
import { Problem } from '../http/problem.js';
import { COUNT_ATTEMPT, UNCOUNT_ATTEMPT } from './sign-in-throttle.queries.js';

const WINDOW_SECONDS = 15 * 60;
const IPV6_NETWORK_PARTS = 4;

/**
 * How many wrong ones in a quarter of an hour. Few from one address for one account, so that nobody else can keep its owner out; more for the account from
 * everywhere; and for one address, behind which many may sit. Codes are guessed only by who has the password.
 */
const LIMITS = { accountFrom: 10, account: 50, address: 100, codes: 10 } as const;
type Kind = keyof typeof LIMITS;

/** What is counted of one attempt. */
export type Counter = Readonly<{ kind: Kind; key: string }>;

/** Attempts to sign in, counted in the database for all replicas together. */
@Injectable()
export class SignInThrottle {
  constructor(private readonly database: Database) {}

  countersOf(account: string, address: string | null): Counter[] {
    const network = networkOf(address);
    return [counter('accountFrom', `${account} ${network}`), counter('address', network), counter('account', account)];
  }

  countersOfAddress(address: string | null): Counter[] {
    return [counter('address', networkOf(address))];
  }

  countersOfCodes(personId: string): Counter[] {
    return [counter('codes', personId)];
  }

  /**
   * One after the other: what the first ones refuse does not count for the account, or one address could keep its owner out.
   * @throws Problem TOO_MANY_SIGN_INS
   */
  async count(counters: readonly Counter[]): Promise<void> {
    for (const { kind, key } of counters) {
      const [counted] = await this.database.query(COUNT_ATTEMPT, { key, windowSeconds: WINDOW_SECONDS });
      const { attempts, retryAfterSeconds } = counted!;
      if (attempts > LIMITS[kind])
        throw new Problem('TOO_MANY_SIGN_INS', 'Wait for the seconds of Retry-After, then try again.', undefined, {
          'retry-after': String(Math.max(1, retryAfterSeconds)),
        });
    }
  }

  /** It was no wrong attempt after all. */
  async uncount(counters: readonly Counter[]): Promise<void> {
    await this.database.query(UNCOUNT_ATTEMPT, { keys: counters.map(({ key }) => key) });
  }
}

/** Neither account nor address stand there in clear. */
function counter(kind: Kind, of: string): Counter {
  return { kind, key: hash('sha256', `${kind} ${of}`) };
}

/** Whoever has one IPv6 address has 2^64 of them. */
export function networkOf(address: string | null): string {
  if (!address || !ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, IPV6_NETWORK_PARTS).join(':') : parsed.toString();
}
