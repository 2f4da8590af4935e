export const ORDER_STATUSES = ['PENDING', 'APPROVED', 'REJECTED', 'DECLINED', 'EXPIRED'] as const;
export type TumiPayOrderStatus = (typeof ORDER_STATUSES)[number];

/** The union of the methods documented for Colombia: seed 001 and the public payin page (TRANSFIYA, CASH). */
export const PAYMENT_METHODS = ['PSE', 'EFECTY', 'CARD', 'BREB', 'ALL_METHODS', 'TRANSFIYA', 'CASH'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

export interface TumiPayCustomer {
  readonly legal_doc: string;
  readonly legal_doc_type: string;
  readonly phone_code: string;
  readonly phone_number: string;
  readonly email: string;
  readonly full_name: string;
}

/** The methods that a merchant with the back-to-back setting is answered without a hosted page (seed 000). */
export const DIRECT_METHODS = ['PSE', 'TRANSFIYA', 'BREB'] as const;
export type DirectMethod = (typeof DIRECT_METHODS)[number];

export interface TumiPayDetails {
  readonly method: PaymentMethod;
  /** How it was answered; null means hosted. Kept, so that a ticket is always answered alike, whatever the switch says. */
  readonly direct: DirectMethod | null;
  /** Code of the bank to pay from, where PSE was asked for directly. */
  readonly bank: string | null;
  readonly description: string | null;
  readonly customer: TumiPayCustomer;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The Bre-B key to pay to. */
  readonly accountNumber: string | null;
  readonly cus: string;
}

/** The payer of a Bre-B transfer can change the amount in the bank's application (seed 002). */
export function payerSetsAmount({ details: { method } }: { readonly details: TumiPayDetails }): boolean {
  return method === 'BREB' || method === 'ALL_METHODS';
}

/** The documented sandbox rule: two addresses and the provider's own domain are approved, every other is rejected. */
export function isApprovedByEmail(email: string): boolean {
  const address = email.toLowerCase();
  return ['approved@tumipay.co', 'tumipay@tumipay.co'].includes(address) || /@([^@]*\.)?topup\.com\.co$/.test(address);
}
