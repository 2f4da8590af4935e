import type { Order } from '../kit/order.js';
import type { TeemoPaySwitches } from './switches.js';

/** The types of seed 004. */
export const PAYMENT_TYPES = [201, 202, 204, 205, 212] as const;
export type PaymentType = (typeof PAYMENT_TYPES)[number];

/** Types that only later public pages have: known, and not supported here. */
export const LATER_PAYMENT_TYPES: readonly number[] = [207, 209, 210, 211, 213, 214, 215];

/** The query's: paying, success, failed, refund. */
export const STATUSES = ['1', '2', '3', '4'] as const;
export type TeemoPayStatus = (typeof STATUSES)[number];

/** Whom the order is for. */
export interface TeemoPayPayer {
  readonly realName: string;
  readonly email: string;
  readonly phone: string;
  readonly idType: string | null;
  readonly idCardNumber: string | null;
  readonly bankCode: string | null;
}

export interface TeemoPayDetails {
  readonly paymentType: PaymentType;
  /** As it was sent. */
  readonly amount: string;
  readonly payer: TeemoPayPayer;
  /** The Bre-B key to pay to; null for other types. */
  readonly key: string | null;
  /** What the payer says at the cash counter; null for other types. */
  readonly cashCode: string | null;
  /** Failed when it was created: there was never anything to pay with. */
  readonly channelFailed: boolean;
  /** Why it failed. */
  readonly errorMessage: string | null;
  /** `paymentOrderNo` of a callback without a payment. */
  readonly spareOrderNo: string;
}

export type TeemoPayOperation = 'create' | 'query' | 'list';

export interface TeemoPayCredentials {
  readonly appCode: string;
  /** What requests are checked with: Base64 of SPKI. */
  readonly merchantPublicKey: string;
  /** What callbacks are signed with: Base64 of PKCS#8. */
  readonly platformPrivateKey: string;
}

export interface TeemoPay {
  status: TeemoPayStatus;
  move: 'reject' | 'expire' | 'reverse';
  details: TeemoPayDetails;
  switches: TeemoPaySwitches;
  operation: TeemoPayOperation;
  credentials: TeemoPayCredentials;
}

export type TeemoPayOrder = Order<TeemoPay>;
