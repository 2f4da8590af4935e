import { foundBefore, pendingPayin } from './known-payin.fixture.js';
import type { Decision } from './decision.js';
import type { Discrepancy, DiscrepancyKind } from './discrepancy.js';
import type { AttemptUpdate, PayinUpdate } from './update.js';
import type { KnownPayin, RailRules } from './known-payin.js';
import type { ProviderReport } from '@recaudo/payment-provider';

export const now = new Date('2026-11-21T12:00:00Z');
export const FIXED: RailRules = {
  payerMayEditAmount: false,
  pollSeconds: [10, 30],
  lateHours: 24,
  reversalCheckDays: 0,
  unconfirmedAmount: 'hold',
};
export const EDITABLE: RailRules = { ...FIXED, payerMayEditAmount: true };

export const pending = pendingPayin(now, { instructions: { type: 'redirect', url: 'https://example.com' } });

export const created: KnownPayin = {
  ...pending,
  status: 'CREATED',
  instructions: null,
  attempts: [{ ...pending.attempts[0]!, state: 'opening', externalId: null }],
};

export function answer(
  report: Partial<ProviderReport> & Pick<ProviderReport, 'status'>,
  extra: { amountMayBeEchoed?: true; askedAt?: Date } = {},
): PayinUpdate {
  const { askedAt = now, ...echo } = extra;
  const full: ProviderReport = { rawStatus: report.status, currency: 'COP', amountInCents: 5000n, ...report, ...echo };
  return {
    attemptId: 'a1',
    source: 'poll',
    kind: 'answer',
    askedAt,
    report: full,
  };
}

export function answerOf(
  attemptId: string,
  report: Partial<ProviderReport> & Pick<ProviderReport, 'status'>,
): PayinUpdate {
  return { ...answer(report), attemptId } as AttemptUpdate;
}

export function hint(report: Partial<ProviderReport> & Pick<ProviderReport, 'status'>): PayinUpdate {
  return { ...answer(report), source: 'webhook', kind: 'hint' } as PayinUpdate;
}

export const kinds = (decision: Decision) =>
  decision.discrepancies.filter(({ status }) => status === 'OPEN').map(({ kind }) => kind);

export const found = (kind: DiscrepancyKind, changes: Partial<Discrepancy> = {}): Discrepancy =>
  foundBefore(kind, now, { id: kind, ...changes });
export const moves = (decision: Decision) =>
  decision.history.filter(({ to }) => to).map(({ from, to }) => `${from}>${to}`);
