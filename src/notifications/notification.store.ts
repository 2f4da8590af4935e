import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Busy, BusyPartition, Claimed } from '../database/due-work.js';
import type { OutgoingNotification } from '../outbox/fan-out.js';
import type { DisabledReason } from './endpoints/webhook-endpoint.entity.js';
import type { ResendNotificationsDto } from './notification.dto.js';
import {
  ADD_TEST_NOTIFICATION,
  CLAIM_NOTIFICATIONS,
  type ClaimedNotification,
  HOLD_BACK,
  HOLD_BACK_PARTITION,
  RECORD_DELIVERY_ATTEMPTS,
  RELEASE_NOTIFICATION,
  RESEND_NOTIFICATION,
  RESEND_RANGE,
} from './notification.queries.js';

const RESULT_MAX = 255;

/** The outcome of one delivery attempt. */
export interface AttemptOutcome {
  delivered: boolean;
  httpStatus: number | null;
  durationMs: number;
  result: string;
  firstBytes: string | null;
}

/** Reads and writes deliveries, with one statement per commit. */
@Injectable()
export class NotificationStore {
  constructor(private readonly database: Database) {}

  /** @param busyPartitions those that have less room than others */
  claim(free: number, busy: readonly Busy[], busyPartitions: readonly BusyPartition[]): Promise<ClaimedNotification[]> {
    return this.database.query(CLAIM_NOTIFICATIONS, { free, busy, busyPartitions });
  }

  async release(claim: Claimed): Promise<void> {
    await this.database.query(RELEASE_NOTIFICATION, claim);
  }

  /**
   * Records a delivery attempt and what follows from it, for the message and for its endpoint.
   * @param delaySeconds until the next attempt; null: there is none, the message stays for people to see
   * @param isGone the endpoint answered that it wants no more
   * @returns why its endpoint was disabled, if this attempt did it
   */
  async recordAttempt(
    claim: Claimed,
    outcome: AttemptOutcome,
    delaySeconds: number | null,
    isGone: boolean,
  ): Promise<DisabledReason | null> {
    const { organizationId, id, fencingToken } = claim;
    const { delivered, httpStatus, durationMs, firstBytes } = outcome;
    const result = outcome.result.slice(0, RESULT_MAX).toWellFormed();
    const row = await this.database.batched(RECORD_DELIVERY_ATTEMPTS, organizationId, {
      attempt: {
        ...{ organizationId, id, fencingToken, delivered, result, httpStatus, durationMs, firstBytes },
        ...{ delaySeconds, isGone },
      },
    });
    return row?.disabled ?? null;
  }

  /** Adds a message for one endpoint, of no payin. */
  async addTest(
    organizationId: string,
    endpointId: string,
    message: Pick<OutgoingNotification, 'id' | 'createdAt' | 'body'>,
  ): Promise<void> {
    await this.database.query(ADD_TEST_NOTIFICATION, { ...message, organizationId, endpointId });
  }

  /**
   * Keeps what waits in the partition of a disabled or deleted endpoint, to be resent when it is back. What a worker is sending right now is
   * still recorded as delivered if it gets through.
   */
  async holdBack({
    organizationId,
    partition,
  }: Pick<ClaimedNotification, 'organizationId' | 'partition'>): Promise<void> {
    await this.database.query(HOLD_BACK_PARTITION, { organizationId, partition });
  }

  /** Keeps one that this version of the service cannot put into words. */
  async holdBackOne(claim: Claimed): Promise<void> {
    await this.database.query(HOLD_BACK, claim);
  }

  /** @returns the message as it was, or undefined; sent again unless it has no target or too many attempts */
  async resend(organizationId: string, id: string): Promise<{ hasTarget: boolean; attempts: number } | undefined> {
    return (await this.database.query(RESEND_NOTIFICATION, { organizationId, id }))[0];
  }

  async resendRange(
    organizationId: string,
    { from, to, endpointId, status }: ResendNotificationsDto,
  ): Promise<{ resent: number; continueFrom: Date | null }> {
    const [row] = await this.database.query(RESEND_RANGE, {
      organizationId,
      from,
      to,
      endpointId: endpointId ?? null,
      status: status ?? null,
    });
    return row ?? { resent: 0, continueFrom: null };
  }
}
