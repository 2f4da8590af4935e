import { Inject, Injectable, Logger } from '@nestjs/common';
import { OutboundError, OutboundHttp } from '@recaudo/outbound-http';
import { Webhook } from 'standardwebhooks';
import type { DueWork } from '../database/due-work.js';
import { DueWorkScheduler } from '../database/due-work-scheduler.js';
import { NotificationWakeUp } from './notification-wake-up.js';
import { type ClaimedNotification, NotificationStore } from './notification.store.js';
import { retryDelaySeconds } from './retry-schedule.js';

const IDLE_POLL_MS = 1_000;
const CONCURRENCY = 32;
const CONCURRENCY_PER_HOST = 4;
/** How long a notification waits for a place at its host before it asks again. */
const PUT_BACK_SECONDS = 1;
const DELIVERY_TIMEOUT_MS = 15_000;
const MAX_REPLY_BYTES = 64 * 1024;

/** Delivers notifications as Standard Webhooks, each until it is answered with a 2xx or three days have passed. */
@Injectable()
export class NotificationWorker implements DueWork<ClaimedNotification> {
  readonly name = 'notifications';
  readonly concurrency = CONCURRENCY;
  private readonly logger = new Logger(NotificationWorker.name);
  private readonly inFlight = new Map<string, number>();

  constructor(
    @Inject(NotificationStore) private readonly store: NotificationStore,
    @Inject(OutboundHttp) private readonly http: OutboundHttp,
    @Inject(DueWorkScheduler) scheduler: DueWorkScheduler,
    @Inject(NotificationWakeUp) wakeUp: NotificationWakeUp,
  ) {
    wakeUp.onWake(scheduler.add(this, IDLE_POLL_MS));
  }

  release(notification: ClaimedNotification): Promise<void> {
    return this.store.release(notification);
  }

  claim(limit: number): Promise<ClaimedNotification[]> {
    return this.store.claim(limit);
  }

  /** One host has a part of the places only, so that a merchant whose endpoint hangs does not keep the others waiting. */
  async work(notification: ClaimedNotification): Promise<void> {
    const { host } = new URL(notification.url);
    const atHost = this.inFlight.get(host) ?? 0;
    if (atHost >= CONCURRENCY_PER_HOST) return this.store.putBack(notification, PUT_BACK_SECONDS * (1 + Math.random()));
    this.inFlight.set(host, atHost + 1);
    try {
      await this.tryOnce(notification);
    } finally {
      const left = (this.inFlight.get(host) ?? 1) - 1;
      if (left > 0) this.inFlight.set(host, left);
      else this.inFlight.delete(host);
    }
  }

  private async tryOnce(notification: ClaimedNotification): Promise<void> {
    const result = await this.deliver(notification);
    if (result.delivered) return this.store.delivered(notification, result.text);
    const delaySeconds = retryDelaySeconds(notification.tries, Math.random());
    this.logger.warn(
      { notification: notification.id, result: result.text, delaySeconds },
      'a notification was not delivered',
    );
    return this.store.failed(notification, result.text, delaySeconds);
  }

  private async deliver({ id, url, body, secret }: ClaimedNotification): Promise<{ delivered: boolean; text: string }> {
    const messageId = `msg_${id}`;
    const sentAt = new Date();
    try {
      const reply = await this.http.send({
        to: 'merchant',
        merchantUrl: true,
        method: 'POST',
        url,
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'Recaudo-Webhooks/1',
          'webhook-id': messageId,
          'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
          'webhook-signature': new Webhook(secret).sign(messageId, sentAt, body),
        },
        body,
        timeoutMs: DELIVERY_TIMEOUT_MS,
        maxReplyBytes: MAX_REPLY_BYTES,
      });
      return { delivered: reply.status >= 200 && reply.status < 300, text: `HTTP ${reply.status}` };
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      return { delivered: false, text: error.message };
    }
  }
}
