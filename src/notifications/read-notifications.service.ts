import { IsolationLevel, MikroORM } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { Answer } from '../http/answer.js';
import { isUuid, orderOf, type Page, toPage } from '../http/page.js';
import { Problem } from '../http/problem.js';
import { messageId } from './message.js';
import { DeliveryAttemptEntity, type DeliveryAttempt } from './delivery-attempt.entity.js';
import type {
  ListNotificationsQuery,
  NotificationSchema,
  NotificationStatus,
  NotificationWithAttemptsSchema,
} from './notification.dto.js';
import { type Notification, NotificationEntity } from './notification.entity.js';

type Shown = Omit<Notification, 'body' | 'payin'> & { payin?: { id: string } | null };

const OF_STATUS = {
  PENDING: { dueAt: { $ne: null } },
  DELIVERED: { dueAt: null, deliveredAt: { $ne: null } },
  FAILED: { dueAt: null, deliveredAt: null },
} as const satisfies Record<NotificationStatus, object>;

/** Reads for the API, always inside one organization. */
@Injectable()
export class ReadNotifications {
  constructor(private readonly orm: MikroORM) {}

  async list(organizationId: string, query: ListNotificationsQuery): Promise<Page<Answer<NotificationSchema>>> {
    const { payinId, endpointId, type, status, createdFrom, createdTo } = query;
    const { behind, orderBy } = orderOf(query);
    const rows = await this.orm.em.fork().find(
      NotificationEntity,
      {
        organizationId,
        $and: behind,
        ...(payinId && { payin: [organizationId, payinId] }),
        ...(endpointId && { endpointId }),
        ...(type && { type }),
        ...(status && OF_STATUS[status]),
        ...((createdFrom ?? createdTo) && {
          createdAt: {
            ...(createdFrom && { $gte: createdFrom }),
            ...(createdTo && { $lt: createdTo }),
          },
        }),
      },
      { orderBy, limit: query.limit + 1, exclude: ['body'] },
    );
    return toPage(rows as readonly Shown[], query.limit, presentNotification);
  }

  async one(organizationId: string, id: string): Promise<Answer<NotificationWithAttemptsSchema>> {
    if (!isUuid(id)) throw noSuchNotification();
    // Both of one moment: a message is not shown without its last attempt.
    return this.orm.em.fork().transactional(
      async (em) => {
        const row = await em.findOne(NotificationEntity, { organizationId, id });
        if (!row) throw noSuchNotification();
        const attempts = await em.find(
          DeliveryAttemptEntity,
          { organizationId, notification: [organizationId, id] },
          { orderBy: { number: 'asc' } },
        );
        return { ...presentNotification(row), body: row.body, attempts: attempts.map(presentAttempt) };
      },
      { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true },
    );
  }
}

export function noSuchNotification(): Problem {
  return new Problem('NOT_FOUND', 'Your organization has no notification with this id.');
}

function presentNotification(row: Shown): Answer<NotificationSchema> {
  return {
    id: row.id,
    webhookId: messageId(row.id),
    type: row.type,
    payinId: row.payin?.id ?? null,
    sequence: row.sequence,
    endpointId: row.endpointId ?? null,
    url: row.url ?? null,
    status: statusOf(row),
    attemptCount: row.attempts,
    lastResult: row.lastResult ?? null,
    createdAt: row.createdAt.toISOString(),
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
    nextAttemptAt: row.dueAt?.toISOString() ?? null,
  };
}

function statusOf({ dueAt, deliveredAt }: Pick<Notification, 'dueAt' | 'deliveredAt'>): NotificationStatus {
  if (dueAt) return 'PENDING';
  return deliveredAt ? 'DELIVERED' : 'FAILED';
}

function presentAttempt({ number, at, httpStatus, durationMs, result, firstBytes }: DeliveryAttempt) {
  return {
    number,
    at: at.toISOString(),
    status: httpStatus ?? null,
    durationMs,
    result,
    firstBytes: firstBytes ?? null,
  };
}
