import { addSeconds } from './check-schedule.js';
import type { Discrepancy, DiscrepancyKind } from './discrepancy.js';
import type { KnownPayin } from './known-payin.js';

/** A payin as most specs of the rules begin: its order is open at one provider and waits for the payer, since a minute and for ten more. */
export function pendingPayin(now: Date, changes: Partial<KnownPayin> = {}): KnownPayin {
  return {
    status: 'PENDING',
    amountInCents: 5000n,
    currency: 'COP',
    unitInCents: 100n,
    instructions: { type: 'push' },
    payerChooses: false,
    createdAt: addSeconds(now, -60),
    expiresAt: addSeconds(now, 600),
    endedAt: null,
    errorCode: null,
    checks: 0,
    attempts: [
      {
        id: 'a1',
        provider: 'p',
        providerReference: 'ref1',
        externalId: 'T1',
        state: 'open',
        startedAt: addSeconds(now, -60),
      },
    ],
    receipts: [],
    payments: [],
    hints: [],
    discrepancies: [],
    refunds: [],
    observationKeys: new Set(),
    reversals: [],
    unconfirmedPaidSince: null,
    jitter: 1,
    ...changes,
  };
}

/** A discrepancy of such a payin that was opened half a minute before, and is open. */
export function foundBefore(kind: DiscrepancyKind, now: Date, changes: Partial<Discrepancy> = {}): Discrepancy {
  return {
    id: `${kind} 1`,
    kind,
    status: 'OPEN',
    expectedInCents: 5000n,
    actualInCents: null,
    moneyAtRiskInCents: null,
    detail: 'found before',
    provider: 'p',
    source: 'poll',
    evidence: [],
    openedAt: addSeconds(now, -30),
    resolvedAt: null,
    resolution: null,
    resolvedBy: null,
    approvedBy: null,
    note: null,
    correction: null,
    refundId: null,
    ...changes,
  };
}
