import { Injectable } from '@nestjs/common';
import { isUuid } from '../http/page.js';
import { Problem, validationFailed } from '../http/problem.js';
import { NotificationWakeUp } from '../outbox/notification-wake-up.js';
import type { ResendNotificationsDto } from './notification.dto.js';
import { ATTEMPTS_MAX } from './notification.queries.js';
import { NotificationStore } from './notification.store.js';
import { noSuchNotification } from './read-notifications.service.js';

/** Sends messages again, with the same `webhook-id`, and from the beginning of the retry schedule. */
@Injectable()
export class NotificationResends {
  constructor(
    private readonly store: NotificationStore,
    private readonly wakeUp: NotificationWakeUp,
  ) {}

  /** Asking twice while it is on its way is the same as asking once. @throws Problem NOT_FOUND, ENDPOINT_NOT_ENABLED, RESEND_LIMIT */
  async resend(organizationId: string, id: string): Promise<void> {
    const message = isUuid(id) ? await this.store.resend(organizationId, id) : undefined;
    if (!message) throw noSuchNotification();
    const { hasTarget, attempts } = message;
    if (!hasTarget)
      throw new Problem('ENDPOINT_NOT_ENABLED', 'Enable it first (PATCH /webhook-endpoints/{id}), if it still exists.');
    if (attempts >= ATTEMPTS_MAX)
      throw new Problem('RESEND_LIMIT', `There were ${attempts} attempts to deliver it already.`);
    this.wakeUp.wake();
  }

  /** Sends what was written in a range of time, oldest first, but for what is on its way or has nowhere to go. */
  async resendRange(
    organizationId: string,
    range: ResendNotificationsDto,
  ): Promise<{ resent: number; continueFrom: string | null }> {
    if (range.from >= range.to) throw validationFailed({ field: 'to', message: 'must be later than from' });
    const { resent, continueFrom } = await this.store.resendRange(organizationId, range);
    if (resent > 0) this.wakeUp.wake();
    return { resent, continueFrom: continueFrom?.toISOString() ?? null };
  }
}
