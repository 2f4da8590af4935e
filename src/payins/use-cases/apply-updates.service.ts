import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { AuditEntry } from '../../audit/audit-entry.js';
import { newAuditEntry } from '../../audit/audit-log.js';
import { idAt } from '../../database/id-at.js';
import { inStoredOrder } from '../../database/stored-json.js';
import type { OutgoingNotification } from '../../outbox/fan-out.js';
import { NotificationWakeUp } from '../../outbox/notification-wake-up.js';
import { decide } from '../domain/decide.js';
import { discrepancyInMessage, type DiscrepancyInMessage } from '../presenters/discrepancy.presenter.js';
import type { Decision } from '../domain/decision.js';
import { DISCREPANCY_OPENED, type HistoryEntry, RECEIPT_ADDED } from '../domain/history.js';
import { stillOpen } from '../domain/discrepancy.js';
import { refundInMessage, type RefundInMessage } from '../presenters/refund.presenter.js';
import type { PayinUpdate } from '../domain/update.js';
import { toContractNotifications, toNotifications } from '../presenters/payin-notifications.js';
import type { ShownAttempt } from '../store/shown-payin.queries.js';
import { PayinStore } from '../store/payin.store.js';
import { asStarted } from '../store/payin.row.js';
import { presentPayin, type PresentedPayin } from '../presenters/payin.presenter.js';
import type { PayinRecord, PayinSnapshot, ReceiptRecord } from '../store/payin-record.js';
import { withPayerData } from '../store/payin-request.js';
import { PayinFigures } from './payin-figures.js';
import { PayinRules } from './payin-rules.js';

/** More updates than ever meet on one payin. Each lost round means that another update was written. */
const ROUNDS_MAX = 50;

/** A payin as a decision leaves it. */
export interface PayinAfter {
  payin: PayinRecord;
  receipts: ReceiptRecord[];
  attempts: readonly ShownAttempt[];
}

/** What was decided and written. */
export interface Applied extends Decision {
  after: PayinAfter;
}

export interface Cause {
  fencingToken?: number;
  webhookId?: string;
  known?: PayinSnapshot;
  audit?: (decision: Decision, before: PayinRecord) => AuditEntry;
}

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
    private readonly figures: PayinFigures,
  ) {}

  /**
   * @param cause `fencingToken` of the claim under which the updates were fetched: without the claim they are dropped. `webhookId` of the
   * inbound webhook that brought them, or made us ask: every history event that they cause names it. `known`: the payin as this process has just
   * written it, so that it need not be read. `audit`: what the audit log says, where something changes
   * @returns undefined when the claim did not hold
   */
  async execute(
    organizationId: string,
    payinId: string,
    updates: readonly PayinUpdate[],
    { fencingToken, webhookId, known, audit }: Cause = {},
  ): Promise<Applied | undefined> {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const snapshot = (round === 0 && known) || (await this.store.read(organizationId, payinId));
      if (!snapshot) throw new Error('an update of a payin that does not exist');
      if (fencingToken !== undefined && snapshot.fencingToken !== fencingToken) {
        this.logger.warn(
          { payinId, reference: snapshot.payin.reference },
          'the updates were dropped: their claim has passed to another worker',
        );
        return undefined;
      }
      const decision = withIds(decide(snapshot.known, updates, this.rules.rulesOf(snapshot), snapshot.now));
      const after = payinAfter(snapshot, decision);
      // Nothing changed: the next status check must not be put off either.
      if (decision.history.length === 0 && updates.every(({ source }) => source === 'operator' || source === 'payer'))
        return { ...decision, after };
      if (webhookId) for (const { data } of decision.history) data['webhookId'] = webhookId;
      const notifications = () => notificationsOf(snapshot, decision, this.present(after));
      const audited = audit && decision.history.length > 0 ? [newAuditEntry(audit(decision, snapshot.payin))] : [];
      const written = await this.store.write(snapshot, decision, notifications, fencingToken, audited);
      if (written) {
        if (written.hasDueNotifications) this.notifications.wake();
        this.figures.decided(snapshot, decision, after.payin);
        this.log(snapshot, decision);
        return { ...decision, after };
      }
      await wait(Math.random() * Math.min(5 * round, 50));
    }
    throw new Error(`the decision could not be written in ${ROUNDS_MAX} rounds`);
  }

  private present({ payin, receipts, attempts }: PayinAfter): PresentedPayin {
    return presentPayin(payin.organizationId, payin, receipts, this.rules.surroundingsOf(payin), attempts);
  }

  private log({ payin }: PayinSnapshot, decision: Decision): void {
    for (const { type, source, from, to, notify } of decision.history) {
      if (notify)
        // A create has a line of its own, that of its request.
        this.logger[source === 'create' ? 'debug' : 'log'](
          { payinId: payin.id, reference: payin.reference, type, source, from, to },
          'payin',
        );
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

function refundOf({ payin }: PayinSnapshot, { refund }: HistoryEntry): RefundInMessage | undefined {
  return refund && refundInMessage(refund, payin.id, payin.currency);
}

function payinAfter({ payin, receipts, known, now }: PayinSnapshot, decision: Decision): PayinAfter {
  return {
    payin: {
      ...payin,
      status: decision.status,
      errorCode: decision.errorCode,
      amountReceivedInCents: decision.receivedInCents,
      amountRefundedInCents: decision.refundedInCents ?? payin.amountRefundedInCents,
      ...(decision.choice && {
        rail: decision.choice.rail,
        request: withPayerData(payin.request, decision.choice.payer),
      }),
      provider: decision.newAttempt?.provider ?? payin.provider,
      instructions: decision.instructions
        ? inStoredOrder(decision.instructions)
        : decision.instructions === null
          ? null
          : payin.instructions,
      resultAt: decision.ended ? now : payin.resultAt,
      chargebackAt: decision.reversedAt ?? payin.chargebackAt,
      unconfirmedPaidSince: decision.unconfirmedPaidSince,
      updatedAt: decision.history.length > 0 ? now : payin.updatedAt,
    },
    receipts: [...receipts, ...decision.receipts.map((receipt) => ({ ...receipt, id: '', createdAt: now }))],
    attempts: attemptsAfter(known.attempts, decision, now),
  };
}

function attemptsAfter(before: readonly ShownAttempt[], { attempts, newAttempt }: Decision, now: Date): ShownAttempt[] {
  const after = before.map((attempt) => ({ ...attempt, ...attempts.find(({ id }) => id === attempt.id) }));
  return newAttempt ? [...after, asStarted(newAttempt, now)] : after;
}

function notificationsOf(snapshot: PayinSnapshot, decision: Decision, payin: PresentedPayin): OutgoingNotification[] {
  const { now, sequence } = snapshot;
  const { served } = snapshot.payin.request;
  const lines = decision.history.map((entry, index) => ({
    type: entry.type,
    sequence: sequence + index + 1,
    notify: entry.notify,
    discrepancy: discrepancyOf(snapshot, entry),
    refund: refundOf(snapshot, entry),
    ...(entry.type === RECEIPT_ADDED && { receipt: { paymentId: String(entry.data['paymentId']) } }),
    ...(entry.to === 'REVERSED' && { reversal: { amountInCents: Number(entry.data['amountInCents']) } }),
  }));
  const events = lines.filter(({ notify }) => notify);
  if (!served) return toNotifications(events, payin, now);
  return [...toNotifications(events, payin, now, null), ...toContractNotifications(lines, payin, now, served)];
}
