import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { type Claimed, claimStatement, releaseStatement } from '../database/due-work.js';

export interface ClaimedNotification extends Claimed {
  url: string;
  body: string;
  tries: number;
  secret: string;
}

const CLAIM = claimStatement({
  label: 'notifications',
  table: 'notifications',
  columns: [
    'claimed.url',
    'claimed.body',
    'claimed.tries',
    '(select o.notification_secret from organizations o where o.id = claimed.organization_id) as secret',
  ],
});

const RELEASE = releaseStatement('notifications');

/** The SQL of deliveries. */
@Injectable()
export class NotificationStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  claim(limit: number): Promise<ClaimedNotification[]> {
    return this.database.query<ClaimedNotification>(CLAIM, [limit]);
  }

  async release({ organizationId, id, fence }: Claimed): Promise<void> {
    await this.database.query(RELEASE, [organizationId, id, fence]);
  }

  async delivered(claim: Claimed, result: string): Promise<void> {
    await this.database.query(
      {
        name: 'notification delivered',
        text: `update notifications set tries = tries + 1, last_result = $4, delivered_at = now(), due_at = null
               where organization_id = $1 and id = $2 and fence = $3`,
      },
      [claim.organizationId, claim.id, claim.fence, result],
    );
  }

  /** @param delaySeconds null gives up; the row stays for people to see */
  async failed(claim: Claimed, result: string, delaySeconds: number | null): Promise<void> {
    await this.database.query(
      {
        name: 'notification failed',
        text: `update notifications set tries = tries + 1, last_result = $4, due_at = now() + $5::int * interval '1 second'
               where organization_id = $1 and id = $2 and fence = $3`,
      },
      [claim.organizationId, claim.id, claim.fence, result.slice(0, 255), delaySeconds],
    );
  }

  /** Gives a claim back that was not tried. */
  async putBack(claim: Claimed, delaySeconds: number): Promise<void> {
    await this.database.query(
      {
        name: 'put a notification back',
        text: `update notifications set due_at = now() + $4 * interval '1 second'
               where organization_id = $1 and id = $2 and fence = $3`,
      },
      [claim.organizationId, claim.id, claim.fence, delaySeconds],
    );
  }
}
