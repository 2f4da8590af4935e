import { Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../config/service.settings.js';
import { Sessions } from '../auth/sessions.js';
import { scopesOf } from '../auth/scopes.js';
import { Database } from '../database/database.js';
import type { Answer } from '../http/answer.js';
import { Problem } from '../http/problem.js';
import { ORGANIZATIONS_OF_PERSON, PERSON_BY_ID } from './people.queries.js';
import type { SessionSchema } from './people.schema.js';

/** A session as its person sees it. */
@Injectable()
export class PresentSessions {
  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
    private readonly settings: ServiceSettings,
  ) {}

  async of(idHash: string): Promise<Answer<SessionSchema>> {
    const session = await this.sessions.authenticate(idHash);
    if (!session) throw new Problem('UNAUTHENTICATED', 'There is no such session any more. Sign in again.');
    const { personId, hasSecondFactor, endsAt, principal } = session;
    const [[person], organizations] = await Promise.all([
      this.database.query(PERSON_BY_ID, { id: personId }),
      this.database.query(ORGANIZATIONS_OF_PERSON, { personId }),
    ]);
    if (!person) throw new Error('a session belongs to nobody');
    const organization = organizations.find(({ id }) => id === principal?.organizationId) ?? null;
    const { id, email, name, totpSecret } = person;
    return {
      person: { id, email, name, secondFactor: totpSecret !== null },
      organization,
      scopes: organization ? [...scopesOf(organization.role)] : [],
      organizations,
      secondFactorRequired: this.settings.REQUIRE_SECOND_FACTOR && !hasSecondFactor,
      endsAt: endsAt.toISOString(),
    };
  }
}
