import type { Currency } from './money.js';
import type { Rail } from './rail.js';

/** Identity documents, by our names. */
export const ID_TYPES = ['CC', 'CE', 'NIT', 'TI', 'PPT', 'PA'] as const;
export type IdType = (typeof ID_TYPES)[number];

export interface Customer {
  name?: string;
  idType?: IdType;
  idNumber?: string;
  /** E.164, e.g. `+573121234567`. */
  phone?: string;
  email?: string;
}

export const PERSON_TYPES = ['NATURAL', 'JURIDICA'] as const;
export const BREB_KEY_TYPES = ['SINGLE_USE', 'QR_CODE'] as const;

/** What we ask a provider to open. */
export interface PayinOrder {
  /** Ours, at most 32 characters of `A-Z a-z 0-9`: the name under which the provider can be asked about this order for ever. */
  providerReference: string;
  amountInCents: bigint;
  currency: Currency;
  rail: Rail;
  customer?: Customer;
  pse?: { bank: string; personType: (typeof PERSON_TYPES)[number] };
  breb?: { keyType: (typeof BREB_KEY_TYPES)[number] };
  description?: string;
  expiresInMinutes: number;
  /** Where the provider calls us. */
  webhookUrl: string;
  /** Where the payer's browser goes afterwards. Never evidence of payment. */
  redirectUrl: string;
}

/** What the payer must do next. */
export type Instructions =
  | { type: 'redirect'; url: string }
  | { type: 'breb_key'; key: string; url?: string; qr?: string }
  | { type: 'push' }
  | { type: 'voucher'; code: string; url?: string }
  | { type: 'message'; text: string };

/** The provider took the order. */
export interface OpenedOrder {
  /** Theirs: ticket, id, tradeNo. Some answers have none; then only our reference finds the order. */
  externalId?: string;
  /** Absent where the provider gives them only on a later read; then its reports bring them. */
  instructions?: Instructions;
}

/** A provider's status in our words. `UNRECOGNISED` keeps the payin as it is and shows it to a person. */
export const REPORTED_STATUSES = [
  'PENDING',
  'APPROVED',
  'REJECTED',
  'EXPIRED',
  'CANCELED',
  'REVERSED',
  'UNRECOGNISED',
] as const;
export type ReportedStatus = (typeof REPORTED_STATUSES)[number];

/** One payment on an order that can be paid more than once. */
export interface Payment {
  /** The provider's own number of this payment: each is booked once. */
  paymentId: string;
  amountInCents: bigint;
  /** What the provider keeps of it. */
  feeInCents?: bigint;
  paidAt?: Date;
}

/** What a provider says about one order, in a webhook or when asked. */
export interface ProviderReport {
  status: ReportedStatus;
  /** The provider's own status text. */
  rawStatus: string;
  externalId?: string;
  /** What arrived on the order, as one sum. */
  amountInCents?: bigint;
  /** In an answer to a question: `amountInCents` may be what was asked for instead of what arrived. Absent: it is what arrived. */
  amountMayBeEchoed?: true;
  currency?: string;
  feeInCents?: bigint;
  paidAt?: Date;
  /**
   * The payments that arrived, one by one, where the provider numbers them: all of them when it is asked, the one it speaks of in a webhook.
   * They count whatever `status` says.
   */
  payments?: readonly Payment[];
  /** What the payer must do, where the provider reports it when asked. */
  instructions?: Instructions;
  /** When the money was reversed, with `REVERSED`. */
  reversedAt?: Date;
  /** The provider's reason, for `errorCode` of a payin that ends unpaid. */
  reasonCode?: string;
}

/** A field of the merchant's request that a provider cannot take, by our name for it. */
export interface FieldViolation {
  field: string;
  /** For merchants, in English. */
  message: string;
  /** The same for a payer, whom our checkout answers in their language. */
  code: ViolationCode;
}

export const VIOLATION_CODES = [
  'REQUIRED',
  'TOO_LONG',
  'ID_TYPE_NOT_TAKEN',
  'ID_NUMBER_FORM',
  'NIT_FORM',
  'NIT_AMBIGUOUS',
  'NIT_CHECK_DIGIT',
  'PHONE_FORM',
  'PHONE_NOT_COLOMBIAN',
  'PHONE_NOT_MOBILE',
  'EMAIL_FORM',
  'BANK_NOT_TAKEN',
  'AMOUNT_OUT_OF_RANGE',
  'AMOUNT_NOT_WHOLE',
  'CURRENCY_NOT_TAKEN',
] as const;
export type ViolationCode = (typeof VIOLATION_CODES)[number];
