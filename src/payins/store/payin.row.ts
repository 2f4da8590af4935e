import { unitInCents } from '@recaudo/payment-provider';
import { fromStored, type Stored } from '../../database/stored-json.js';
import type { Discrepancy } from '../domain/discrepancy.js';
import { CREATE_SETTLES_SECONDS } from '../domain/check-schedule.js';
import type { Attempt, KnownPayin, NewAttempt, Receipt, Reversal } from '../domain/known-payin.js';
import type { Refund } from '../domain/refunds.js';
import type { Observation } from '../domain/observation.js';
import type { PayinRecord, PayinSnapshot, ReceiptRecord } from './payin-record.js';
import type { ShownAttempt } from './shown-payin.queries.js';

type Amounts = 'amountInCents' | 'amountReceivedInCents' | 'amountRefundedInCents';

/** What the driver gives for a snapshot: amounts are texts, and so are the times of nested rows. */
export interface SnapshotRow extends Omit<PayinRecord, Amounts>, Stored<Pick<PayinRecord, Amounts>> {
  sequence: number;
  version: number;
  fencingToken: number;
  checks: number;
  dueAt: Date | null;
  now: Date;
  attempts: Stored<Attempt>[];
  receipts: Stored<ReceiptRecord>[];
  observations: Stored<StoredObservation>[];
  reversals: Stored<Reversal>[];
  discrepancies: Stored<Discrepancy>[];
  /** Where they were read. */
  refunds?: Stored<Refund>[];
}

export type StoredObservation = Pick<Observation, 'attemptId' | 'key' | 'trust' | 'report'> & { createdAt: Date };

export function toSnapshot(row: SnapshotRow): PayinSnapshot {
  const {
    attempts,
    receipts: receiptRows,
    observations: observationRows,
    reversals,
    discrepancies,
    refunds = [],
    ...rest
  } = row;
  const { sequence, version, fencingToken, checks, dueAt, now, ...columns } = rest;
  const receipts = fromStored<ReceiptRecord[]>(receiptRows).map(withoutNulls);
  const observations = fromStored<StoredObservation[]>(observationRows);
  const payin: PayinRecord = {
    ...columns,
    amountInCents: BigInt(row.amountInCents),
    amountReceivedInCents: BigInt(row.amountReceivedInCents),
    amountRefundedInCents: row.amountRefundedInCents === null ? null : BigInt(row.amountRefundedInCents),
  };
  const known: KnownPayin = {
    status: payin.status,
    amountInCents: payin.amountInCents,
    currency: payin.currency,
    unitInCents: unitInCents(payin.currency),
    instructions: payin.instructions,
    payerChooses: payin.request.checkout !== undefined,
    createdAt: payin.createdAt,
    expiresAt: payin.expiresAt,
    endedAt: payin.resultAt,
    errorCode: payin.errorCode,
    checks,
    attempts: fromStored<Attempt[]>(attempts),
    receipts,
    payments: paymentsIn(observations),
    reversals: fromStored<Reversal[]>(reversals),
    hints: observations
      .filter(
        ({ trust, report: { status, currency = payin.currency } }) =>
          trust === 'hint' && status === 'APPROVED' && currency === payin.currency,
      )
      .map(({ attemptId, report: { amountInCents = null }, createdAt }) => ({
        attemptId,
        amountInCents,
        receivedAt: createdAt,
      })),
    discrepancies: fromStored<Discrepancy[]>(discrepancies),
    refunds: fromStored<Refund[]>(refunds),
    observationKeys: new Set(observations.map(({ key }) => key)),
    unconfirmedPaidSince: payin.unconfirmedPaidSince,
    jitter: jitterOf(payin.id),
  };
  return { payin, receipts, known, sequence, version, fencingToken, dueAt, now };
}

/** An attempt whose provider has not been called yet. */
export function asStarted(attempt: NewAttempt, startedAt: Date): ShownAttempt {
  const { rail = null, choice = null, expiresAt = null } = attempt;
  return { ...attempt, externalId: null, state: 'opening', startedAt, rail, choice, expiresAt };
}

/** What a reading finds of a payin that was written with this attempt a moment ago. */
export function snapshotOfNew(payin: PayinRecord, attempt: NewAttempt): PayinSnapshot {
  const { id, status, amountInCents, currency, instructions, createdAt, expiresAt, errorCode } = payin;
  const opening: Attempt = { ...asStarted(attempt, createdAt), reason: null, refusedAt: null, webhookWaits: false };
  const known: KnownPayin = {
    ...{ status, amountInCents, currency, instructions, createdAt, expiresAt, errorCode },
    unitInCents: unitInCents(currency),
    payerChooses: payin.request.checkout !== undefined,
    endedAt: payin.resultAt,
    checks: 0,
    attempts: [opening],
    ...{
      receipts: [],
      payments: [],
      reversals: [],
      hints: [],
      discrepancies: [],
      refunds: [],
      observationKeys: new Set(),
    },
    unconfirmedPaidSince: payin.unconfirmedPaidSince,
    jitter: jitterOf(id),
  };
  return {
    payin,
    known,
    receipts: [],
    sequence: 1,
    version: 0,
    fencingToken: 0,
    dueAt: firstCheckAt(createdAt),
    now: createdAt,
  };
}

/** The create call is settled by then, or its process is gone. */
export function firstCheckAt(createdAt: Date): Date {
  return new Date(createdAt.getTime() + CREATE_SETTLES_SECONDS * 1000);
}

function withoutNulls({ feeInCents, paidAt, ...receipt }: ReceiptRecord): ReceiptRecord {
  return { ...receipt, feeInCents: feeInCents ?? undefined, paidAt: paidAt ?? undefined };
}

/** From the end of the id, which is random. */
function jitterOf(id: string): number {
  return Number.parseInt(id.slice(-8), 16) / 0xffff_ffff;
}

/** The numbered payments of all answers, each once. */
function paymentsIn(observations: readonly StoredObservation[]): Receipt[] {
  const reported = observations.flatMap(({ attemptId, trust, report: { payments = [] } }) =>
    trust === 'answer' ? payments.map((payment) => ({ ...payment, attemptId })) : [],
  );
  const first = new Map(reported.toReversed().map((payment) => [`${payment.attemptId} ${payment.paymentId}`, payment]));
  return [...first.values()].toReversed();
}
