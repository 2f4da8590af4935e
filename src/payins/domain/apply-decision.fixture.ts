import type { Decision } from './decision.js';
import type { KnownPayin } from './known-payin.js';

/** What the store makes of a decision, so that the next one is made on it. */
export function applyDecision(known: KnownPayin, decision: Decision, now: Date): KnownPayin {
  return {
    ...known,
    status: decision.status,
    endedAt: decision.ended ? now : known.endedAt,
    instructions: decision.instructions === undefined ? known.instructions : decision.instructions,
    checks: decision.checks,
    unconfirmedPaidSince: decision.unconfirmedPaidSince,
    attempts: [
      ...known.attempts.map((attempt) => ({ ...attempt, ...decision.attempts.find(({ id }) => id === attempt.id) })),
      ...(decision.newAttempt
        ? [{ ...decision.newAttempt, externalId: null, state: 'opening' as const, startedAt: now }]
        : []),
    ],
    receipts: [...known.receipts, ...decision.receipts],
    reversals: [...known.reversals, ...decision.reversals],
    payments: [
      ...known.payments,
      ...decision.observations
        .flatMap(({ attemptId, trust, report }) =>
          trust === 'answer' ? (report.payments ?? []).map((payment) => ({ ...payment, attemptId })) : [],
        )
        .filter(({ paymentId }) => !known.payments.some((reported) => reported.paymentId === paymentId)),
    ],
    hints: [
      ...known.hints,
      ...decision.observations.flatMap(({ attemptId, trust, report }) =>
        trust === 'hint' && report.status === 'APPROVED'
          ? [{ attemptId, amountInCents: report.amountInCents ?? null, receivedAt: now }]
          : [],
      ),
    ],
    refunds: [
      ...known.refunds.filter(({ id }) => !decision.refunds.some((changed) => changed.id === id)),
      ...decision.refunds.map(({ destination: _sealed, ...refund }) => refund),
    ],
    discrepancies: [
      ...known.discrepancies.filter(({ id }) => !decision.discrepancies.some((changed) => changed.id === id)),
      ...decision.discrepancies.map((changed, index) => ({
        ...changed,
        id: changed.id ?? `${known.discrepancies.length}-${index}`,
      })),
    ],
    observationKeys: new Set([...known.observationKeys, ...decision.observations.map(({ key }) => key)]),
  };
}
