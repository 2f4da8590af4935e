import type { WebhookTry } from '../webhook-sender.js';

export type TumiPayOrderStatus = 'PENDING' | 'APPROVED' | 'REJECTED' | 'DECLINED' | 'EXPIRED';
export const ORDER_STATUSES: readonly TumiPayOrderStatus[] = ['PENDING', 'APPROVED', 'REJECTED', 'DECLINED', 'EXPIRED'];

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

/** What a valid create request asks for. */
export interface PayinRequest {
  readonly reference: string;
  readonly requestedInCents: bigint;
  readonly method: PaymentMethod;
  readonly description: string | undefined;
  readonly customer: TumiPayCustomer;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly expirationMinutes: number;
  readonly ipnUrl: string;
  readonly redirectUrl: string;
}

/** One order of the simulated ledger. Times are epoch milliseconds. */
export interface TumiPayOrder extends PayinRequest {
  readonly ticket: string;
  readonly accountNumber: string | null;
  readonly cus: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly status: TumiPayOrderStatus;
  readonly settledInCents: bigint | null;
  readonly paidAt: number | null;
  readonly webhooks: readonly WebhookTry[];
}

/** The ledger as the control API shows it: amounts are integer cents, times ISO-8601 in UTC. */
export interface TumiPayOrderView {
  readonly ticket: string;
  readonly reference: string;
  readonly requestedInCents: number;
  readonly settledInCents: number | null;
  readonly status: TumiPayOrderStatus;
  readonly method: PaymentMethod;
  readonly customerEmail: string;
  readonly accountNumber: string | null;
  readonly paymentUrl: string;
  readonly ipnUrl: string;
  readonly redirectUrl: string;
  readonly createdAt: string;
  readonly paidAt: string | null;
  readonly expiresAt: string;
  /** Every try that was made, oldest first. */
  readonly webhooks: readonly WebhookTry[];
}

export type TumiPayWebhookMode = 'send' | 'none' | 'twice' | 'late';

/** How the webhook of a status change goes out; `delayMs` defaults to 10 000 for `late` and to 0 otherwise. */
export interface TumiPayWebhookPlan {
  readonly mode?: TumiPayWebhookMode;
  readonly delayMs?: number;
}

/** True while the payer may still pay on the page. */
export function isOpen(order: TumiPayOrder): boolean {
  return order.status === 'PENDING';
}

/** The payer of a Bre-B transfer can change the amount in the bank's application (seed 002). */
export function payerSetsAmount(order: TumiPayOrder): boolean {
  return order.method === 'BREB' || order.method === 'ALL_METHODS';
}

/** The documented sandbox rule: two addresses and the provider's own domain are approved, every other is rejected. */
export function statusByEmail(email: string): 'APPROVED' | 'REJECTED' {
  const address = email.toLowerCase();
  const approved =
    ['approved@tumipay.co', 'tumipay@tumipay.co'].includes(address) || /@([^@]*\.)?topup\.com\.co$/.test(address);
  return approved ? 'APPROVED' : 'REJECTED';
}
