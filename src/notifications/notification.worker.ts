import type { KeyObject } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { OutboundError, OutboundHttp } from '@recaudo/outbound-http';
import type { Busy, DueWork } from '../database/due-work.js';
import { DueWorkScheduler } from '../database/due-work-scheduler.js';
import { aboutPayin } from '../logging/pino-logger.js';
import { DropInRegistry } from '../drop-in-registry/drop-in-registry.js';
import { ContractSecrets } from '../organizations/api-keys/contract-secrets.js';
import { ReadPayins } from '../payins/api/read-payins.service.js';
import { OWNER } from '../secrets/secret-box.js';
import { firstBytes, messageHeaders, messageId, payinOf, servedEventOf, withPersonalData } from './message.js';
import { PartitionConcurrency } from './partition-concurrency.js';
import { NotificationWakeUp } from '../outbox/notification-wake-up.js';
import type { ClaimedNotification, SealedSecrets } from './notification.queries.js';
import { type AttemptOutcome, NotificationStore } from './notification.store.js';
import { SigningKeys } from './signing-keys.js';
import { retryAfterSeconds, retryDelaySeconds } from './retry-schedule.js';

/**
 * Deliveries in flight in all partitions together, or about to be, or being recorded: they are waiting sockets, so there may be many. One organization alone
 * has half of them.
 */
const CONCURRENCY = 512;
const DELIVERY_TIMEOUT_MS = 15_000;
/** Bytes of an answer that are read: only its status counts. */
const REPLY_BYTES_READ = 4 * 1024;
/** The status of an endpoint that wants no more. */
const GONE = 410;

/** What is sent and where, and whether an answer means that it was taken. */
interface Target {
  url: string;
  /** Of an attempt at this moment. */
  message: (at: Date) => { headers: Readonly<Record<string, string>>; body: string };
  isTaken: (answer: { status: number; bodyText: string }) => boolean;
}

function isSuccess({ status }: { status: number }): boolean {
  return status >= 200 && status < 300;
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

  constructor(
    private readonly store: NotificationStore,
    private readonly http: OutboundHttp,
    private readonly keys: SigningKeys,
    private readonly contracts: DropInRegistry,
    private readonly contractSecrets: ContractSecrets,
    private readonly payins: ReadPayins,
    scheduler: DueWorkScheduler,
    wakeUp: NotificationWakeUp,
  ) {
    wakeUp.onWake(scheduler.add(this));
  }

  describe({ id, body }: ClaimedNotification): object {
    return { notification: id, ...payinOf(body) };
  }

  release(notification: ClaimedNotification): Promise<void> {
    return this.store.release(notification);
  }

  claim(free: number, busy: readonly Busy[]): Promise<ClaimedNotification[]> {
    return this.store.claim(free, busy, this.partitions.busy());
  }

  leavesOut(): boolean {
    return this.partitions.isAnyFull;
  }

  async work(notification: ClaimedNotification): Promise<void> {
    if (!(await this.partitions.enter(notification))) return this.release(notification);
    let delivery: Delivery | undefined;
    const leave = () => this.partitions.leave(notification, delivery?.delivered ?? false, delivery?.durationMs ?? 0);
    try {
      const target = await this.targetOf(notification);
      if (target) delivery = await this.deliver(notification, target);
      else if (notification.contractKeyId !== null) await this.store.holdBackOne(notification);
      else await this.store.holdBack(notification);
      // The next one need not wait for the record.
      if (delivery?.delivered) leave();
      if (delivery) await this.record(notification, delivery);
    } finally {
      if (!delivery?.delivered) leave();
    }
  }

  private async record(notification: ClaimedNotification, delivery: Delivery): Promise<void> {
    const { organizationId, id, endpointId, failures } = notification;
    const { delivered, result, askedSeconds } = delivery;
    // No contract has an answer that wants no more.
    const isGone = delivery.httpStatus === GONE && notification.contractKeyId === null;
    const delaySeconds = delivered || isGone ? null : retryDelaySeconds(failures, Math.random(), askedSeconds);
    if (!delivered)
      this.logger.warn(
        { notification: id, ...payinOf(notification.body), endpointId, result, delaySeconds },
        'a notification was not delivered',
      );
    const disabled = await this.store.recordAttempt(notification, delivery, delaySeconds, isGone);
    // Also where another one has disabled it: what waits may have been claimed before.
    if (isGone && endpointId !== null) this.partitions.giveUp(notification);
    if (disabled) this.logger.warn({ organizationId, endpointId, reason: disabled }, 'a webhook endpoint was disabled');
  }

  /** Where it goes; undefined while its endpoint is disabled or deleted. */
  private targetOf(notification: ClaimedNotification): Target | undefined | Promise<Target | undefined> {
    const { organizationId, url, body, organizationSecrets, endpointId, endpoint, contractKeyId } = notification;
    if (url !== null && contractKeyId !== null) return this.contractTarget(notification, url, contractKeyId);
    if (url !== null && organizationSecrets)
      return this.ownTarget(
        notification,
        url,
        body,
        this.keysOf(organizationSecrets, OWNER.organization(organizationId)),
      );
    if (endpoint?.status !== 'ENABLED' || endpointId === null) return undefined;
    const { secrets, inlineCustomer } = endpoint;
    const withCustomer = inlineCustomer ? withPersonalData(body, inlineCustomer) : body;
    const keys = this.keysOf(secrets, OWNER.endpoint(organizationId, endpointId));
    return this.ownTarget(notification, endpoint.url, withCustomer, keys);
  }

  private ownTarget({ id }: ClaimedNotification, url: string, body: string, keys: readonly KeyObject[]): Target {
    return {
      url,
      message: (at) => ({ headers: messageHeaders(messageId(id), body, keys, at), body }),
      isTaken: isSuccess,
    };
  }

  /** @returns undefined where this version of the service does not know the contract */
  private async contractTarget(
    { organizationId, body, served }: ClaimedNotification,
    url: string,
    keyId: string,
  ): Promise<Target | undefined> {
    const contract = served && this.contracts.known(served.contract);
    if (!contract) return undefined;
    const secrets = this.contractSecrets.open(organizationId, keyId, served.sealedSecrets);
    const event = servedEventOf(body, served);
    // It says how the payin stands, not when: one that was held up must not undo a later one.
    if (!contract.notifiesEachPayment) event.payin = await this.payins.one(organizationId, event.payin.id);
    return {
      url,
      message: (at) => contract.message(event, secrets, at),
      isTaken: (answer) => contract.acknowledges(answer),
    };
  }

  private keysOf(sealed: SealedSecrets, owner: string): KeyObject[] {
    return sealed.flatMap((secret) => (secret === null ? [] : [this.keys.of(secret, owner)]));
  }

  private async deliver({ body: stored }: ClaimedNotification, { url, message, isTaken }: Target): Promise<Delivery> {
    const startedAt = performance.now();
    const durationMs = () => Math.round(performance.now() - startedAt);
    try {
      const { headers: sentHeaders, body } = message(new Date());
      const call = {
        to: 'merchant',
        merchantUrl: true,
        method: 'POST',
        url,
        headers: sentHeaders,
        body,
        timeoutMs: DELIVERY_TIMEOUT_MS,
        maxReplyBytes: REPLY_BYTES_READ,
        statusIsEnough: true,
      } as const;
      const { status, headers, bodyText } = await aboutPayin(
        () => payinOf(stored),
        () => this.http.send(call),
      );
      return {
        delivered: isTaken({ status, bodyText }),
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
