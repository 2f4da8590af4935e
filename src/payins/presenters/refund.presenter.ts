import type { Refund } from '../domain/refunds.js';

/** A refund as the API shows it, without where its money goes. */
export function presentRefund(refund: Refund, payinId: string, currency: string) {
  const { id, status, amountInCents, reason, note, reference, discrepancyId } = refund;
  return {
    id,
    payinId,
    status,
    amountInCents: Number(amountInCents),
    currency,
    reason,
    note,
    reference,
    discrepancyId,
    requestedAt: refund.requestedAt.toISOString(),
    requestedBy: refund.requestedBy,
    approvedAt: refund.approvedAt?.toISOString() ?? null,
    approvedBy: refund.approvedBy,
    paidAt: refund.paidAt?.toISOString() ?? null,
    paidBy: refund.paidBy,
    evidence: refund.evidence,
    canceledAt: refund.canceledAt?.toISOString() ?? null,
    canceledBy: refund.canceledBy,
    provider: refund.provider,
    providerStatus: refund.providerStatus,
    providerReason: refund.providerReason,
    askedAt: refund.askedAt?.toISOString() ?? null,
  };
}
export type PresentedRefund = ReturnType<typeof presentRefund>;

/** Without who did it and what they wrote: a message goes to every endpoint. */
export function refundInMessage(refund: Refund, payinId: string, currency: string) {
  const {
    note: _note,
    evidence: _evidence,
    requestedBy: _requestedBy,
    approvedBy: _approvedBy,
    paidBy: _paidBy,
    canceledBy: _canceledBy,
    providerReason: _providerReason,
    ...shown
  } = presentRefund(refund, payinId, currency);
  return shown;
}
export type RefundInMessage = ReturnType<typeof refundInMessage>;
