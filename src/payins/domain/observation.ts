import type { ProviderReport } from '@recaudo/payment-provider';
import type { Evidence } from './discrepancy.js';
import type { PayinUpdate, Update } from './update.js';
import type { UpdateSource } from './update-source.js';

/** A provider's report as it is stored. */
export interface Observation {
  attemptId: string;
  key: string;
  source: UpdateSource;
  trust: 'hint' | 'answer';
  report: ProviderReport;
}

/** The amount of a provider's answer may repeat what was asked instead of saying what arrived. */
export function amountMayBeEchoed(update: Update<'hint' | 'answer'>): boolean {
  return update.kind === 'answer' && update.report.amountMayBeEchoed === true;
}

const byText = (one: string, other: string): number => (one < other ? -1 : 1);

/**
 * The same fact has the same key: what is stored already changes nothing when it comes again. An amount that may be an echo is another fact
 * than the same amount that is none.
 */
export function observationKey(update: Update<'hint' | 'answer'>): string {
  const { attemptId, kind, report } = update;
  const { rawStatus, status, externalId, amountInCents, currency, payments = [] } = report;
  return JSON.stringify([
    attemptId,
    kind,
    rawStatus,
    externalId ?? null,
    amountInCents?.toString() ?? null,
    currency ?? null,
    status,
    payments.map((payment) => `${payment.paymentId} ${payment.amountInCents}`).toSorted(byText),
    ...(amountMayBeEchoed(update) ? ['may be an echo'] : []),
  ]);
}

/** Where that on which a discrepancy rests is kept. */
export function evidenceOf(update: PayinUpdate): readonly Evidence[] {
  if (update.kind === 'mismatch') return update.evidence;
  return update.kind === 'hint' || update.kind === 'answer'
    ? [{ type: 'observation', key: observationKey(update) }]
    : [];
}
