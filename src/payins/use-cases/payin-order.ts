import type { PayinOrder } from '@recaudo/payment-provider';
import type { PayinRequest } from '../store/payin-request.js';

/** The order that a provider is asked to open for a request. */
export function toOrder(
  request: PayinRequest,
  attempt: { provider: string; providerReference: string },
  expiresInMinutes: number,
  publicUrl: string,
): PayinOrder {
  return {
    providerReference: attempt.providerReference,
    amountInCents: BigInt(request.amountInCents),
    currency: request.currency,
    rail: request.rail,
    customer: request.inlineCustomer,
    pse: request.pse,
    breb: request.breb,
    description: request.description,
    expiresInMinutes,
    webhookUrl: `${publicUrl}/webhooks/${attempt.provider}`,
    redirectUrl: request.redirectUrl ?? `${publicUrl}/return`,
  };
}
