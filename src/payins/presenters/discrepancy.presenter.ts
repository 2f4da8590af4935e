import type { CorrectionRequest, Discrepancy } from '../domain/discrepancy.js';

type MayBeEmpty = 'expectedInCents' | 'actualInCents' | 'moneyAtRiskInCents' | 'provider';
type Ending = 'refundId' | 'resolvedAt' | 'resolution' | 'resolvedBy' | 'approvedBy' | 'note' | 'correction';
/** A discrepancy to be shown, from a decision or from the ORM, which leaves out empty columns. */
export type ShownDiscrepancy = Pick<Discrepancy, 'id' | 'kind' | 'status' | 'detail' | 'openedAt'> &
  Partial<Pick<Discrepancy, MayBeEmpty | Ending>> & {
    payinId?: string | null;
    reference: string;
    currency: string;
  };

/** A discrepancy as the API and notifications show it. */
export function presentDiscrepancy(discrepancy: ShownDiscrepancy, now: Date) {
  const { id, payinId, reference, kind, status, currency, openedAt, resolvedAt, resolvedBy, detail } = discrepancy;
  const resolution = discrepancy.resolution ?? null;
  const ageMs = now.getTime() - openedAt.getTime();
  return {
    id,
    payinId: payinId ?? null,
    reference,
    kind,
    status,
    expectedInCents: toNumber(discrepancy.expectedInCents),
    actualInCents: toNumber(discrepancy.actualInCents),
    moneyAtRiskInCents: toNumber(discrepancy.moneyAtRiskInCents),
    currency,
    provider: discrepancy.provider ?? null,
    openedAt: openedAt.toISOString(),
    ageSeconds: status === 'OPEN' ? Math.max(0, Math.floor(ageMs / 1000)) : null,
    resolvedAt: resolvedAt?.toISOString() ?? null,
    resolution,
    /** A person's reason; null where a later fact resolved it. */
    reason: resolvedBy ? resolution : null,
    note: discrepancy.note ?? null,
    resolvedBy: resolvedBy ?? null,
    approvedBy: discrepancy.approvedBy ?? null,
    correction: discrepancy.correction ? presentCorrection(discrepancy.correction, status) : null,
    refundId: discrepancy.refundId ?? null,
    detail,
  };
}

function presentCorrection(
  { correction, amountInCents, by, at, note }: CorrectionRequest,
  status: Discrepancy['status'],
) {
  const { paymentId = null } = { paymentId: undefined, ...correction };
  return {
    type: correction.type,
    amountInCents: Number(amountInCents),
    paymentId,
    note,
    proposedBy: by,
    proposedAt: at.toISOString(),
    awaitsApproval: status === 'OPEN',
  };
}
/** Without who resolved it and what they wrote: a message goes to every endpoint. */
export function discrepancyInMessage(discrepancy: ShownDiscrepancy, now: Date) {
  const {
    note: _note,
    resolvedBy: _by,
    approvedBy: _second,
    correction,
    ...shown
  } = presentDiscrepancy(discrepancy, now);
  if (!correction) return { ...shown, correction };
  const { note: _why, proposedBy: _who, ...reported } = correction;
  return { ...shown, correction: reported };
}
export type DiscrepancyInMessage = ReturnType<typeof discrepancyInMessage>;

export type PresentedDiscrepancy = ReturnType<typeof presentDiscrepancy>;

function toNumber(cents: bigint | null | undefined): number | null {
  return cents == null ? null : Number(cents);
}
