import type { Answer } from '../../http/answer.js';
import { amountStatus } from '../domain/amounts.js';
import type { ShownAttempt } from '../store/shown-payin.queries.js';
import type { AttemptStatus, PayinSchema } from '../api/payin.schema.js';
import type { PayinRecord } from '../store/payin-record.js';
import type { Receipt } from '../store/receipt.entity.js';

type Empty<Row> = { [Name in keyof Row]: null extends Row[Name] ? Name : never }[keyof Row];
/** A row from the store or from the ORM, which leaves out empty columns. */
type Shown<Row> = Omit<Row, Empty<Row>> & Partial<Pick<Row, Empty<Row>>>;
type ShownPayin = Shown<Omit<PayinRecord, 'organizationId' | 'fingerprint'>>;
type ShownReceipt = Shown<
  Pick<Receipt, 'paymentId' | 'amountInCents' | 'createdAt' | 'feeInCents' | 'paidAt' | 'source'>
>;

/** What is shown of a payin besides what is stored. */
export interface PayinSurroundings {
  /** When its order ends at its provider; null where only the provider knows. */
  providerExpiresAt: Date | null;
  /** Where its payer can pay it. */
  checkoutUrl: string;
}

/** @param attempts oldest first */
export function presentPayin(
  organizationId: string,
  payin: ShownPayin,
  receipts: readonly ShownReceipt[],
  { providerExpiresAt, checkoutUrl }: PayinSurroundings,
  attempts: readonly ShownAttempt[] = [],
): Answer<PayinSchema> {
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
    amountRefundedInCents: Number(payin.amountRefundedInCents ?? 0n),
    amountStatus: amountStatus(payin.amountInCents, payin.amountReceivedInCents, payin.unconfirmedPaidSince != null),
    provider: payin.provider ?? null,
    expiresAt: payin.expiresAt.toISOString(),
    providerExpiresAt: providerExpiresAt?.toISOString() ?? null,
    checkoutUrl,
    paymentLinkId: payin.paymentLinkId ?? null,
    redirectUrl: request.redirectUrl ?? null,
    description: request.description ?? null,
    metadata: request.metadata ?? {},
    instructions,
    forgottenAt: request.forgottenAt ?? request.firstForgottenAt ?? null,
    receipts: receipts.map((receipt) => ({
      paymentId: receipt.paymentId,
      amountInCents: Number(receipt.amountInCents),
      feeInCents: receipt.feeInCents == null ? null : Number(receipt.feeInCents),
      receivedAt: (receipt.paidAt ?? receipt.createdAt).toISOString(),
      source: receipt.source ?? null,
    })),
    attempts: attempts.map(({ id, provider, rail, providerReference, externalId, state, startedAt }) => ({
      id,
      provider,
      rail: rail ?? payin.rail,
      providerReference,
      externalId,
      status: state.toUpperCase() as AttemptStatus,
      startedAt: startedAt.toISOString(),
    })),
  };
}
export type PresentedPayin = ReturnType<typeof presentPayin>;
