import { PSE_BANKS } from './pse-banks.js';

export const RAILS = ['BRE_B', 'PSE', 'NEQUI'] as const;
export type HelloPayRail = (typeof RAILS)[number];

export const STATUSES = ['PENDING', 'PROCESSING', 'CONFIRMED', 'DECLINED', 'CANCELED'] as const;
export type HelloPayStatus = (typeof STATUSES)[number];

/** The enumeration of the newest schema; the guide's table leaves the Mexican one out. */
export const ID_TYPES = ['CO_CC', 'CO_CE', 'CO_NIT', 'MXN_RFC', 'PASSPORT'] as const;
export const KEY_TYPES = ['SINGLE_USE', 'QR_CODE'] as const;
export type BrebKeyType = (typeof KEY_TYPES)[number];
export const PERSON_TYPES = ['INDIVIDUAL', 'BUSINESS'] as const;

export interface InlineCustomer {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly idType: (typeof ID_TYPES)[number];
  readonly idNumber: string;
}

/** How the payer pays, by rail. Bre-B has a kind of key or a key: the documents ask now for one, now for the other. */
export type PayinMethod =
  | { readonly rail: 'BRE_B'; readonly keyType: BrebKeyType }
  | { readonly rail: 'BRE_B'; readonly keyString: string }
  | {
      readonly rail: 'PSE';
      readonly bank: (typeof PSE_BANKS)[number];
      readonly personType: (typeof PERSON_TYPES)[number];
    }
  | { readonly rail: 'NEQUI' };

/** What a valid create request asks for. */
export interface PayinRequest {
  readonly reference: string;
  readonly requestedInCents: bigint;
  readonly method: PayinMethod;
  /** Optional in seed 003. */
  readonly customer: InlineCustomer | null;
  /** Where the payer's browser returns to; not a webhook. */
  readonly callbackUrl: string | null;
}

/** A refund that was asked for by the API, by our reference. */
export interface Refund {
  readonly id: string;
  readonly reference: string;
  readonly amountInCents: number;
  readonly status: 'PROCESSING' | 'COMPLETED' | 'DECLINED';
  readonly reason: string | null;
}

/** What the sandbox keeps of a payin beside amounts, times and status. */
export interface PayinDetails {
  readonly method: PayinMethod;
  readonly customer: InlineCustomer | null;
  /** The Bre-B key to pay to; null on the other rails. */
  readonly keyString: string | null;
  /** Part of the checkout page's address. */
  readonly token: string;
  /** Whether it has been PROCESSING, which happens once. */
  readonly processed: boolean;
  readonly errorCode: string | null;
  /** Oldest first; absent before the first. */
  readonly refunds?: readonly Refund[];
}
