import { Injectable, Logger } from '@nestjs/common';
import { nobody } from '../audit/audit-entry.js';
import { AuditLog } from '../audit/audit-log.js';
import { NO_ORGANIZATION } from '../organizations/no-organization.js';

export type WrongPart = 'PASSWORD' | 'SECOND_FACTOR' | 'PASSWORD_AT_INVITATION' | 'PASSWORD_AGAIN' | 'OPENID_CONNECT';

interface Refused {
  id: string;
  organizationIds: readonly string[];
}

/** Whoever could not show who they are, in the log and in the audit log of each organization of the person whom they say they are. */
@Injectable()
export class FailedSignIns {
  private readonly logger = new Logger('SignIn');

  constructor(private readonly audit: AuditLog) {}

  async record(person: Refused | undefined, what: WrongPart): Promise<void> {
    this.logger.warn({ personId: person?.id ?? null, what }, 'a sign-in failed');
    // One entry at least, so that it takes as long.
    const organizationIds = person && person.organizationIds.length > 0 ? person.organizationIds : [NO_ORGANIZATION];
    await Promise.all(
      organizationIds.map((organizationId) =>
        this.audit.record({
          by: nobody(organizationId),
          action: 'session.refused',
          subject: { type: 'person', id: person?.id ?? null },
          after: { what },
        }),
      ),
    );
  }
}
