import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../config/service.settings.js';
import { hashSessionId, type PresentSession, Sessions } from '../auth/sessions.js';
import { Database } from '../database/database.js';
import { Problem } from '../http/problem.js';
import {
  END_SESSION,
  END_SESSIONS_IN_ORGANIZATION,
  END_SESSIONS_OF_PERSON,
  REPLACE_SESSION,
  START_SESSION,
} from './sessions.queries.js';

/** What the cookie gets. The id is nowhere else. */
export interface IssuedSession {
  id: string;
  endsAt: Date;
}

/** Begins and ends sessions. Whoever gains something by theirs gets a new id: nobody can have prepared it. */
@Injectable()
export class PersonSessions {
  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
    private readonly settings: ServiceSettings,
  ) {}

  async start(personId: string, organizationId: string | null, hasSecondFactor: boolean): Promise<IssuedSession> {
    const id = newSessionId();
    const [started] = await this.database.query(START_SESSION, {
      idHash: hashSessionId(id),
      personId,
      organizationId,
      hasSecondFactor,
      maxSeconds: this.settings.SESSION_MAX_SECONDS,
    });
    return { id, endsAt: started!.endsAt };
  }

  /** @throws Problem UNAUTHENTICATED where it has ended meanwhile */
  async replace(
    { idHash }: Pick<PresentSession, 'idHash'>,
    changes: { organizationId?: string; hasSecondFactor?: true },
  ): Promise<IssuedSession> {
    const id = newSessionId();
    const [replaced] = await this.database.query(REPLACE_SESSION, {
      idHash,
      newIdHash: hashSessionId(id),
      organizationId: changes.organizationId ?? null,
      hasSecondFactor: changes.hasSecondFactor ?? false,
    });
    this.sessions.forget(idHash);
    if (!replaced) throw new Problem('UNAUTHENTICATED', 'There is no such session any more. Sign in again.');
    return { id, endsAt: replaced.endsAt };
  }

  async end(idHash: string): Promise<void> {
    await this.database.query(END_SESSION, { idHash });
    this.sessions.forget(idHash);
  }

  /** @returns how many there were */
  async endAll(personId: string, except: string | null = null): Promise<number> {
    const ended = await this.database.query(END_SESSIONS_OF_PERSON, { personId, exceptHash: except });
    this.sessions.forgetPerson(personId);
    return ended.length;
  }

  async endIn(organizationId: string, personId: string): Promise<void> {
    await this.database.query(END_SESSIONS_IN_ORGANIZATION, { organizationId, personId });
    this.sessions.forgetPerson(personId);
  }
}

/** 256 random bits. */
function newSessionId(): string {
  return randomBytes(32).toString('base64url');
}
