import { Injectable, Logger } from '@nestjs/common';
import { OutboundError, OutboundHttp } from '@recaudo/outbound-http';
import type { Busy, DueWork } from '../database/due-work.js';
import { DueWorkScheduler } from '../database/due-work-scheduler.js';
import { OWNER, SecretBox } from '../secrets/secret-box.js';
import { firstBytes, messageHeaders, messageId, withPersonalData } from './message.js';
import { PartitionConcurrency } from './partition-concurrency.js';
import { NotificationWakeUp } from '../outbox/notification-wake-up.js';
import type { ClaimedNotification, SealedSecrets } from './notification.queries.js';
import { type AttemptOutcome, NotificationStore } from './notification.store.js';
import { retryAfterSeconds, retryDelaySeconds } from './retry-schedule.js';

/** Deliveries in flight in all partitions together: they are waiting sockets, so there may be many. One organization alone has half of them. */
const CONCURRENCY = 256;
const DELIVERY_TIMEOUT_MS = 15_000;
/** Bytes of an answer that are read: only its status counts. */
const REPLY_BYTES_READ = 4 * 1024;
/** The status of an endpoint that wants no more. */
const GONE = 410;

interface Target {
  url: string;
  body: string;
  secrets: readonly string[];
}

interface Delivery extends AttemptOutcome {
  askedSeconds?: number;
}

/** Delivers notifications as Standard Webhooks, each until it is answered with a 2xx or three days have passed. */
@Injectable()
export class NotificationWorker implements DueWork<ClaimedNotification> {
  readonly name = 'notifications';
  readonly concurrency = CONCURRENCY;
  private readonly logger = new Logger(NotificationWorker.name);
  private readonly partitions = new PartitionConcurrency();
  private readonly wake: () => void;

  constructor(
    private readonly store: NotificationStore,
    private readonly http: OutboundHttp,
    private readonly secrets: SecretBox,
    scheduler: DueWorkScheduler,
    wakeUp: NotificationWakeUp,
  ) {
    this.wake = scheduler.add(this);
    wakeUp.onWake(this.wake);
  }

  release(notification: ClaimedNotification): Promise<void> {
    return this.store.release(notification);
  }

  claim(free: number, busy: readonly Busy[]): Promise<ClaimedNotification[]> {
    return this.store.claim(free, busy, this.partitions.busy());
  }

  async work(notification: ClaimedNotification): Promise<void> {
    this.partitions.enter(notification);
    let delivered = false;
    try {
      delivered = await this.attemptOnce(notification);
    } finally {
      if (this.partitions.leave(notification, delivered)) this.wake();
    }
  }

  /** @returns whether it got through */
  private async attemptOnce(notification: ClaimedNotification): Promise<boolean> {
    const target = this.targetOf(notification);
    if (!target) {
      await this.store.holdBack(notification);
      return false;
    }
    const delivery = await this.deliver(notification.id, target);
    const isGone = delivery.httpStatus === GONE;
    const delaySeconds =
      delivery.delivered || isGone
        ? null
        : retryDelaySeconds(notification.failures, Math.random(), delivery.askedSeconds);
    if (!delivery.delivered) {
      const { id, endpointId } = notification;
      const { result } = delivery;
      this.logger.warn({ notification: id, endpointId, result, delaySeconds }, 'a notification was not delivered');
    }
    const disabled = await this.store.recordAttempt(notification, delivery, delaySeconds, isGone);
    if (disabled) {
      const { organizationId, endpointId } = notification;
      this.logger.warn({ organizationId, endpointId, reason: disabled }, 'a webhook endpoint was disabled');
    }
    return delivery.delivered;
  }

  /** Where it goes; undefined while its endpoint is disabled or deleted. */
  private targetOf(notification: ClaimedNotification): Target | undefined {
    const { organizationId, url, body, organizationSecrets, endpointId, endpoint, inlineCustomer } = notification;
    if (url !== null) return { url, body, secrets: this.open(organizationSecrets, OWNER.organization(organizationId)) };
    if (endpoint?.status !== 'ENABLED' || endpointId === null) return undefined;
    return {
      url: endpoint.url,
      body: inlineCustomer ? withPersonalData(body, inlineCustomer) : body,
      secrets: this.open(endpoint.secrets, OWNER.endpoint(organizationId, endpointId)),
    };
  }

  private open(sealed: SealedSecrets, owner: string): string[] {
    return sealed.flatMap((secret) => (secret === null ? [] : [this.secrets.open(secret, owner)]));
  }

  private async deliver(notificationId: string, { url, body, secrets }: Target): Promise<Delivery> {
    const startedAt = performance.now();
    const durationMs = () => Math.round(performance.now() - startedAt);
    try {
      const { status, headers, bodyText } = await this.http.send({
        to: 'merchant',
        merchantUrl: true,
        method: 'POST',
        url,
        headers: { ...messageHeaders(messageId(notificationId), body, secrets, new Date()) },
        body,
        timeoutMs: DELIVERY_TIMEOUT_MS,
        maxReplyBytes: REPLY_BYTES_READ,
        statusIsEnough: true,
      });
      return {
        delivered: status >= 200 && status < 300,
        httpStatus: status,
        durationMs: durationMs(),
        result: `HTTP ${status}`,
        firstBytes: firstBytes(bodyText),
        askedSeconds: retryAfterSeconds(status, headers['retry-after'], new Date()),
      };
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      return { delivered: false, httpStatus: null, durationMs: durationMs(), result: error.message, firstBytes: null };
    }
  }
}
