import { type PayinOrder, type Rail, RAILS } from '@recaudo/payment-provider';
import type { PayinRequest } from '../store/payin-request.js';

/** What an order takes from its attempt; without a rail it is the merchant's. */
interface OrderOf {
  provider: string;
  providerReference: string;
  rail?: Rail | null;
}

/** Of the service, and of the payin's page in it. */
export type OurUrls = Readonly<{ publicUrl: string; checkoutUrl: string }>;

/** The order that a provider is asked to open for a request. A payer who has chosen at our checkout comes back to it. */
export function toOrder(
  request: PayinRequest,
  attempt: OrderOf,
  expiresInMinutes: number,
  { publicUrl, checkoutUrl }: OurUrls,
): PayinOrder {
  return {
    providerReference: attempt.providerReference,
    amountInCents: BigInt(request.amountInCents),
    currency: request.currency,
    rail: attempt.rail ?? request.rail,
    customer: request.inlineCustomer,
    pse: request.pse,
    // A payer at a computer scans it with the phone.
    breb: request.breb ?? (request.checkout ? { keyType: 'QR_CODE' } : undefined),
    description: request.description,
    expiresInMinutes,
    webhookUrl: `${publicUrl}/webhooks/${attempt.provider}`,
    redirectUrl: request.checkout ? checkoutUrl : (request.redirectUrl ?? `${publicUrl}/return`),
  };
}

/** The rails that the payer of a checkout may choose from, in the merchant's order. */
export function railsToChoose({ checkout }: Pick<PayinRequest, 'checkout'>): readonly Rail[] {
  return checkout?.rails ?? CHOSEN_RAILS;
}

/** `ANY` is a provider's own page of choice. */
export const CHOSEN_RAILS = RAILS.filter((rail) => rail !== 'ANY');
