import type { Evidence } from './discrepancy.js';
import type { AttemptUpdate, PayinUpdate } from './update.js';

/** Where what a discrepancy rests on is kept. */
export function evidenceOf(update: PayinUpdate): readonly Evidence[] {
  if (update.kind === 'difference') return update.evidence;
  return update.kind === 'report' ? [{ type: 'observation', key: observationKey(update) }] : [];
}

const byText = (one: string, other: string): number => (one < other ? -1 : 1);

/**
 * The same fact, the same key: what was stored once changes nothing when it is heard again. An amount that may be an echo is another fact than the
 * same amount that is none.
 */
export function observationKey({
  attemptId,
  trust,
  amountMayBeEchoed,
  report,
}: Extract<AttemptUpdate, { kind: 'report' }>): string {
  const { rawStatus, status, externalId, amountInCents, currency, payments = [] } = report;
  return JSON.stringify([
    attemptId,
    trust,
    rawStatus,
    externalId ?? null,
    amountInCents?.toString() ?? null,
    currency ?? null,
    status,
    payments.map((payment) => `${payment.paymentId} ${payment.amountInCents}`).toSorted(byText),
    ...(amountMayBeEchoed ? ['may be an echo'] : []),
  ]);
}
