import { amountStatus } from '../domain/amounts.js';
import type { PayinRecord, ReceiptRecord } from '../store/payin-record.js';

type MayBeEmpty = 'provider' | 'errorCode' | 'instructions' | 'resultAt' | 'chargebackAt' | 'unconfirmedPaidSince';
/** What is shown of a payin, from the store or from the ORM, which leaves empty columns out. */
type ShownPayin = Omit<PayinRecord, 'organizationId' | 'fingerprint' | MayBeEmpty> &
  Partial<Pick<PayinRecord, MayBeEmpty>>;
interface ShownReceipt extends Pick<ReceiptRecord, 'paymentId' | 'amountInCents' | 'createdAt' | 'source'> {
  feeInCents?: bigint | null;
  paidAt?: Date | null;
}

/**
 * A payin as the API and notifications show it. The first block is seed 003's shape; `amount` is in cents there, too.
 * @param providerExpiresAt see PayinRules
 */
export function presentPayin(
  organizationId: string,
  payin: ShownPayin,
  receipts: readonly ShownReceipt[],
  providerExpiresAt: Date | null,
) {
  const { request, instructions = null } = payin;
  return {
    id: payin.id,
    amount: Number(payin.amountInCents),
    currency: payin.currency,
    status: payin.status,
    rail: payin.rail,
    reference: payin.reference,
    createdAt: payin.createdAt.toISOString(),
    updatedAt: payin.updatedAt.toISOString(),
    organizationId,
    inlineCustomer: request.inlineCustomer ?? null,
    errorCode: payin.errorCode ?? null,
    resultAt: payin.resultAt?.toISOString() ?? null,
    chargebackAt: payin.chargebackAt?.toISOString() ?? null,
    sourceData: instructions?.type === 'breb_key' ? { keyString: instructions.key } : null,
    callbackUrl: request.callbackUrl ?? null,

    amountInCents: Number(payin.amountInCents),
    amountReceivedInCents: Number(payin.amountReceivedInCents),
    amountStatus: amountStatus(payin.amountInCents, payin.amountReceivedInCents, payin.unconfirmedPaidSince != null),
    provider: payin.provider ?? null,
    expiresAt: payin.expiresAt.toISOString(),
    providerExpiresAt: providerExpiresAt?.toISOString() ?? null,
    redirectUrl: request.redirectUrl ?? null,
    description: request.description ?? null,
    metadata: request.metadata ?? {},
    instructions,
    receipts: receipts.map((receipt) => ({
      paymentId: receipt.paymentId,
      amountInCents: Number(receipt.amountInCents),
      feeInCents: receipt.feeInCents == null ? null : Number(receipt.feeInCents),
      receivedAt: (receipt.paidAt ?? receipt.createdAt).toISOString(),
      source: receipt.source ?? null,
    })),
  };
}
export type PresentedPayin = ReturnType<typeof presentPayin>;
