import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { idAt } from '../../database/id-at.js';
import type { OutgoingNotification } from '../../outbox/fan-out.js';
import { NotificationWakeUp } from '../../outbox/notification-wake-up.js';
import { decide } from '../domain/decide.js';
import { discrepancyInMessage, type DiscrepancyInMessage } from '../presenters/discrepancy.presenter.js';
import type { Decision } from '../domain/decision.js';
import { DISCREPANCY_OPENED, DISCREPANCY_RESOLVED, type HistoryEntry } from '../domain/history.js';
import { stillOpen } from '../domain/discrepancy.js';
import type { PayinUpdate } from '../domain/update.js';
import { toNotifications } from '../presenters/payin-notifications.js';
import { PayinStore } from '../store/payin.store.js';
import { presentPayin } from '../presenters/payin.presenter.js';
import type { PayinSnapshot, ReceiptRecord } from '../store/payin-record.js';
import { PayinRules } from './payin-rules.js';

/** More updates than ever meet on one payin. Each lost round means that another update was written. */
const ROUNDS_MAX = 50;

/**
 * Applies updates to a payin: read, decide, commit, and again from the start if another update was faster. Nothing else writes a payin's
 * status.
 */
@Injectable()
export class ApplyUpdates {
  private readonly logger = new Logger(ApplyUpdates.name);

  constructor(
    private readonly store: PayinStore,
    private readonly rules: PayinRules,
    private readonly notifications: NotificationWakeUp,
  ) {}

  /**
   * @param cause `fencingToken` of the claim under which the updates were fetched: without the claim they are dropped. `webhookId` of the
   * inbound webhook that brought them, or made us ask: every history event that they cause names it
   * @returns the decision, or undefined when the claim did not hold
   */
  async execute(
    organizationId: string,
    payinId: string,
    updates: readonly PayinUpdate[],
    { fencingToken, webhookId }: { fencingToken?: number; webhookId?: string } = {},
  ): Promise<Decision | undefined> {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const snapshot = await this.store.read(organizationId, payinId);
      if (!snapshot) throw new Error('an update of a payin that does not exist');
      if (fencingToken !== undefined && snapshot.fencingToken !== fencingToken) {
        this.logger.warn({ payinId }, 'the updates were dropped: their claim has passed to another worker');
        return undefined;
      }
      const decision = withIds(decide(snapshot.known, updates, this.rules.rulesOf(snapshot.payin), snapshot.now));
      // Nothing changed: the next status check must not be put off either.
      if (decision.history.length === 0 && updates.every(({ source }) => source === 'operator')) return decision;
      if (webhookId) for (const { data } of decision.history) data['webhookId'] = webhookId;
      const provider = decision.newAttempt?.provider ?? snapshot.payin.provider;
      const { expiresAt } = snapshot.payin;
      const providerExpiresAt = this.rules.providerExpiresAt({ provider, expiresAt });
      const notifications = notificationsOf(snapshot, decision, providerExpiresAt);
      const written = await this.store.write(snapshot, decision, notifications, fencingToken);
      if (written) {
        if (written.hasDueNotifications) this.notifications.wake();
        this.log(snapshot, decision);
        return decision;
      }
      await wait(Math.random() * Math.min(5 * round, 50));
    }
    throw new Error(`the decision could not be written in ${ROUNDS_MAX} rounds`);
  }

  private log({ payin }: PayinSnapshot, decision: Decision): void {
    for (const { type, source, from, to } of decision.history) {
      if (to || type === DISCREPANCY_OPENED || type === DISCREPANCY_RESOLVED)
        this.logger.log({ payinId: payin.id, type, source, from, to }, 'payin');
    }
  }
}

/** Gives new discrepancies their ids before the commit, because the notifications name them. */
function withIds(decision: Decision): Decision {
  for (const discrepancy of decision.discrepancies) discrepancy.id ??= idAt(discrepancy.openedAt);
  return decision;
}

function discrepancyOf(
  { payin, now }: PayinSnapshot,
  { type, discrepancy }: HistoryEntry,
): DiscrepancyInMessage | undefined {
  if (!discrepancy) return undefined;
  const { reference, currency } = payin;
  // It may have been resolved by the same decision.
  const then = type === DISCREPANCY_OPENED ? stillOpen(discrepancy) : discrepancy;
  return discrepancyInMessage({ ...then, payinId: payin.id, reference, currency }, now);
}

function notificationsOf(
  snapshot: PayinSnapshot,
  decision: Decision,
  providerExpiresAt: Date | null,
): OutgoingNotification[] {
  const { now, sequence } = snapshot;
  const events = decision.history.flatMap((entry, index) =>
    entry.notify
      ? [{ type: entry.type, sequence: sequence + index + 1, discrepancy: discrepancyOf(snapshot, entry) }]
      : [],
  );
  if (events.length === 0) return [];
  const payin = presentPayin(
    snapshot.payin.organizationId,
    {
      ...snapshot.payin,
      status: decision.status,
      errorCode: decision.errorCode,
      amountReceivedInCents: decision.receivedInCents,
      provider: decision.newAttempt?.provider ?? snapshot.payin.provider,
      instructions: decision.instructions ?? snapshot.payin.instructions,
      resultAt: decision.ended ? now : snapshot.payin.resultAt,
      chargebackAt: decision.reversedAt ?? snapshot.payin.chargebackAt,
      unconfirmedPaidSince: decision.unconfirmedPaidSince,
      updatedAt: now,
    },
    [
      ...snapshot.receipts,
      ...decision.receipts.map((receipt): ReceiptRecord => ({ ...receipt, id: '', createdAt: now })),
    ],
    providerExpiresAt,
  );
  return toNotifications(events, payin, now);
}
