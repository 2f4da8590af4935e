import { unitInCents } from '@recaudo/payment-provider';
import { type CorrectionRow, toCorrectionRequest } from './correction.row.js';
import type { Discrepancy } from '../domain/discrepancy.js';
import type { Attempt, Receipt } from '../domain/known-payin.js';
import type { UpdateSource } from '../domain/update-source.js';
import type { PayinRecord, PayinSnapshot } from './payin-record.js';

/** What the driver gives for a snapshot: bigints and nested times are texts. */
export interface SnapshotRow extends Omit<PayinRecord, 'amountInCents' | 'amountReceivedInCents'> {
  amountInCents: string;
  amountReceivedInCents: string;
  sequence: number;
  version: number;
  fencingToken: number;
  checks: number;
  dueAt: Date | null;
  now: Date;
  attempts: (Omit<Attempt, 'startedAt' | 'refusedAt'> & { startedAt: string; refusedAt: string | null })[];
  receipts: {
    id: string;
    attemptId: string;
    paymentId: string;
    amountInCents: string;
    feeInCents: string | null;
    paidAt: string | null;
    source: UpdateSource | null;
    createdAt: string;
  }[];
  observations: {
    attemptId: string;
    key: string;
    trust: string;
    report: {
      status: string;
      amountInCents?: string;
      currency?: string;
      payments?: { paymentId: string; amountInCents: string; feeInCents?: string; paidAt?: string }[];
    };
    createdAt: string;
  }[];
  reversals: { attemptId: string | null; amountInCents: string }[];
  discrepancies: DiscrepancyRow[];
}

type Amounts = 'expectedInCents' | 'actualInCents' | 'moneyAtRiskInCents';
type DiscrepancyRow = Omit<Discrepancy, Amounts | 'openedAt' | 'resolvedAt' | 'correction'> &
  Record<Amounts | 'resolvedAt', string | null> & { openedAt: string; correction: CorrectionRow | null };

function toDiscrepancy(row: DiscrepancyRow): Discrepancy {
  return {
    ...row,
    expectedInCents: amountOf(row.expectedInCents),
    actualInCents: amountOf(row.actualInCents),
    moneyAtRiskInCents: amountOf(row.moneyAtRiskInCents),
    openedAt: new Date(row.openedAt),
    resolvedAt: row.resolvedAt === null ? null : new Date(row.resolvedAt),
    correction: row.correction && toCorrectionRequest(row.correction),
  };
}

function amountOf(cents: string | null): bigint | null {
  return cents === null ? null : BigInt(cents);
}

export function toSnapshot(row: SnapshotRow): PayinSnapshot {
  const {
    attempts,
    receipts: receiptRows,
    reversals,
    observations,
    discrepancies,
    sequence,
    version,
    fencingToken,
    checks,
    dueAt,
    now,
    ...rest
  } = row;
  const receipts = receiptRows.map(({ amountInCents, feeInCents, paidAt, createdAt, ...receipt }) => ({
    ...receipt,
    amountInCents: BigInt(amountInCents),
    feeInCents: feeInCents === null ? undefined : BigInt(feeInCents),
    paidAt: paidAt === null ? undefined : new Date(paidAt),
    createdAt: new Date(createdAt),
  }));
  const payin: PayinRecord = {
    ...rest,
    amountInCents: BigInt(row.amountInCents),
    amountReceivedInCents: BigInt(row.amountReceivedInCents),
  };
  return {
    payin,
    receipts,
    sequence,
    version,
    fencingToken,
    dueAt,
    now,
    known: {
      status: payin.status,
      amountInCents: payin.amountInCents,
      currency: payin.currency,
      unitInCents: unitInCents(payin.currency),
      instructions: payin.instructions,
      createdAt: payin.createdAt,
      expiresAt: payin.expiresAt,
      endedAt: payin.resultAt,
      errorCode: payin.errorCode,
      checks,
      attempts: attempts.map((attempt) => ({
        ...attempt,
        startedAt: new Date(attempt.startedAt),
        refusedAt: attempt.refusedAt === null ? null : new Date(attempt.refusedAt),
      })),
      receipts,
      payments: paymentsIn(observations),
      reversals: reversals.map((one) => ({ ...one, amountInCents: BigInt(one.amountInCents) })),
      hints: observations.flatMap(({ attemptId, trust, report, createdAt }) =>
        trust === 'hint' && report.status === 'APPROVED' && (report.currency ?? payin.currency) === payin.currency
          ? [
              {
                attemptId,
                amountInCents: report.amountInCents === undefined ? null : BigInt(report.amountInCents),
                receivedAt: new Date(createdAt),
              },
            ]
          : [],
      ),
      discrepancies: discrepancies.map(toDiscrepancy),
      observationKeys: new Set(observations.map(({ key }) => key)),
      unconfirmedPaidSince: payin.unconfirmedPaidSince,
      jitter: jitterOf(payin.id),
    },
  };
}

/** From the end of the id, which is random. */
function jitterOf(id: string): number {
  return Number.parseInt(id.slice(-8), 16) / 0xffff_ffff;
}

/** Numbered payments that answers have told, each once. */
function paymentsIn(observations: SnapshotRow['observations']): Receipt[] {
  const reported = observations.flatMap(({ attemptId, trust, report }) =>
    trust === 'answer' ? (report.payments ?? []).map((payment) => ({ ...payment, attemptId })) : [],
  );
  const first = new Map(reported.toReversed().map((payment) => [`${payment.attemptId} ${payment.paymentId}`, payment]));
  return [...first.values()].toReversed().map(({ attemptId, paymentId, amountInCents, feeInCents, paidAt }) => ({
    attemptId,
    paymentId,
    amountInCents: BigInt(amountInCents),
    feeInCents: feeInCents === undefined ? undefined : BigInt(feeInCents),
    paidAt: paidAt === undefined ? undefined : new Date(paidAt),
  }));
}
