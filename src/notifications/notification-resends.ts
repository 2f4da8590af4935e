import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { LEASE_END } from '../database/due-work.queries.js';
import { isUuid } from '../http/page.js';
import { Problem } from '../http/problem.js';
import { noSuchNotification } from './notification-queries.js';
import { NotificationWakeUp } from '../outbox/notification-wake-up.js';
import type { ResendNotificationsDto } from './notification.dto.js';

/** Of one message, resends included, so that what is kept of its tries has an end. A whole schedule may follow the last resend. */
export const ATTEMPTS_MAX = 100;
/** Messages of one request. */
export const RESENT_MAX = 10_000;

/** Not on its way already: nobody is sending it, and the next try is not about to come by itself. */
const WAITS = `(n.due_at is null or n.due_at > ${LEASE_END})`;
const HAS_TARGET = `(n.endpoint_id is null or exists (
  select from webhook_endpoints e where e.organization_id = n.organization_id and e.id = n.endpoint_id and e.status = 'ENABLED'))`;

/** Sends again, with the same `webhook-id`, and from the beginning of the retry schedule. */
@Injectable()
export class NotificationResends {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(NotificationWakeUp) private readonly wakeUp: NotificationWakeUp,
  ) {}

  /** Asking twice is the same as once while it is on its way. @throws Problem NOT_FOUND, ENDPOINT_NOT_ENABLED, RESEND_LIMIT */
  async resend(organizationId: string, id: string): Promise<void> {
    const [row] = isUuid(id)
      ? await this.database.query<{ hasTarget: boolean; attempts: number }>(
          {
            name: 'resend a notification',
            text: `
              with one as (
                select n.organization_id, n.id, n.attempts, ${HAS_TARGET} as "hasTarget"
                from notifications n where n.organization_id = $1 and n.id = $2
              ), resent as (
                update notifications n set due_at = now(), failures = 0
                from one
                where n.organization_id = one.organization_id and n.id = one.id and one."hasTarget" and n.attempts < ${ATTEMPTS_MAX} and ${WAITS}
              )
              select attempts, "hasTarget" from one`,
          },
          [organizationId, id],
        )
      : [];
    if (!row) throw noSuchNotification();
    if (!row.hasTarget)
      throw new Problem('ENDPOINT_NOT_ENABLED', 'Enable it first (PATCH /webhook-endpoints/{id}), if it still exists.');
    if (row.attempts >= ATTEMPTS_MAX) throw new Problem('RESEND_LIMIT', `It has been tried ${row.attempts} times.`);
    this.wakeUp.wake();
  }

  /** What was written in a range of time, oldest first, but for what is on its way or has nowhere to go. */
  async resendRange(
    organizationId: string,
    { from, to, endpointId, status }: ResendNotificationsDto,
  ): Promise<{ resent: number; continueFrom: string | null }> {
    if (from >= to) {
      throw new Problem('VALIDATION_FAILED', 'See `errors` for what to fix.', [
        { field: 'to', message: 'must be later than from' },
      ]);
    }
    const [row] = await this.database.query<{ resent: number; continueFrom: Date | null }>(
      {
        name: 'resend a range of notifications',
        text: `
          with chosen as materialized (
            select n.organization_id, n.id, n.created_at, row_number() over (order by n.created_at, n.id) as place
            from notifications n
            where n.organization_id = $1 and n.created_at >= $2 and n.created_at < $3
              and ($4::uuid is null or n.endpoint_id = $4)
              and ($5::text is null or $5 = case when n.due_at is not null then 'PENDING' when n.delivered_at is not null then 'DELIVERED' else 'FAILED' end)
              and n.attempts < ${ATTEMPTS_MAX} and ${WAITS} and ${HAS_TARGET}
            order by n.created_at, n.id limit ${RESENT_MAX + 1}
          ), resent as (
            update notifications n set due_at = now(), failures = 0
            from chosen
            where n.organization_id = chosen.organization_id and n.id = chosen.id and chosen.place <= ${RESENT_MAX} and ${WAITS}
            returning n.id
          )
          select (select count(*)::int from resent) as resent,
                 (select created_at from chosen where place = ${RESENT_MAX + 1}) as "continueFrom"`,
      },
      [organizationId, from, to, endpointId ?? null, status ?? null],
    );
    const { resent = 0, continueFrom = null } = row ?? {};
    if (resent > 0) this.wakeUp.wake();
    return { resent, continueFrom: continueFrom?.toISOString() ?? null };
  }
}
