import type { ServedOrder } from '@recaudo/drop-in-contract';
import type { Customer, Fields, IdType, Rail } from '@recaudo/payment-provider';
import { documented, invalid } from './errors.js';
import { fromWholePesos } from './wire.js';

/** What only this contract knows of a payin. */
export interface TeemoPayAsked {
  paymentType: PaymentType;
}

/** Seed 004. */
const RAILS = { 201: 'PSE', 202: 'NEQUI', 204: 'ANY', 205: 'EFECTY', 212: 'BRE_B' } as const satisfies Record<
  number,
  Rail
>;
export type PaymentType = keyof typeof RAILS;
/** Of later pages: known, and not served. */
const LATER_PAYMENT_TYPES: readonly unknown[] = [207, 209, 210, 211, 213, 214, 215];

/** Seed 004: which document is mandatory; a passport's nine may be letters, as later pages have it. */
const NEEDS_DOCUMENT: readonly PaymentType[] = [201, 202];
const ID_NUMBERS: Readonly<Record<string, RegExp>> = {
  CC: /^\d{6,10}$/,
  CE: /^\d{6,10}$/,
  NIT: /^\d{9}$/,
  PA: /^[A-Za-z0-9]{9}$/,
};

const CALLBACK_URL_LENGTH_MAX = 200;

/**
 * Every documented field, in the order of seed 004. Others are ignored.
 * @param webhookUrl that of the credentials, where the request has none
 * @throws Refusal on the first that is wrong
 */
export function toServedOrder(fields: Fields, now: Date, webhookUrl: string | undefined): ServedOrder {
  // What is signed joins fields by `&`: one of them must not hold what looks like another.
  const reference = text(fields, 'merchantOrderNo', 32, /^[^&]*[^&\s][^&]*$/);
  const paymentType = paymentTypeOf(fields);
  const rail = RAILS[paymentType];
  const amountInCents = fromWholePesos(text(fields, 'amount', 20, /^[1-9]\d*$/));
  const expiresInMinutes = minutesOf(fields, now);
  const customer = customerOf(fields, paymentType);
  const callbackUrl = callbackUrlOf(fields);
  return {
    reference,
    amountInCents,
    rail,
    customer,
    ...(rail === 'PSE' && {
      pse: { bank: bankOf(fields), personType: customer.idType === 'NIT' ? 'JURIDICA' : 'NATURAL' },
    }),
    ...(rail === 'BRE_B' && { breb: { keyType: 'SINGLE_USE' } }),
    ...(expiresInMinutes !== undefined && { expiresInMinutes }),
    webhookUrl: callbackUrl ?? webhookUrl ?? noCallbackUrl(),
    ...(callbackUrl === undefined && { webhookIsOfCredentials: true }),
    asked: { paymentType } satisfies TeemoPayAsked,
  };
}

function paymentTypeOf({ paymentType }: Fields): PaymentType {
  if (typeof paymentType === 'number' && Object.hasOwn(RAILS, paymentType)) return paymentType as PaymentType;
  throw LATER_PAYMENT_TYPES.includes(paymentType) ? documented(423) : invalid('paymentType');
}

function customerOf(fields: Fields, paymentType: PaymentType): Customer {
  const needsDocument = NEEDS_DOCUMENT.includes(paymentType);
  const name = text(fields, 'realName', 64);
  const email = text(fields, 'email', 50, /^[^\s@]+@[^\s@]+\.[^\s@]+$/);
  const phone = `+57${text(fields, 'phone', 50, /^\d{10}$/)}`;
  const idNumber = needsDocument ? text(fields, 'idCardNumber', 50) : optional(fields, 'idCardNumber', 50);
  const idType = needsDocument ? text(fields, 'idType', 32) : optional(fields, 'idType', 32);
  if (idType !== undefined && !Object.hasOwn(ID_NUMBERS, idType)) throw invalid('idType');
  if (idNumber !== undefined && idType !== undefined && !ID_NUMBERS[idType]!.test(idNumber))
    throw invalid('idCardNumber');
  return {
    name,
    email,
    phone,
    // Of a document both must be known.
    ...(idNumber !== undefined && idType !== undefined && { idType: idType as IdType, idNumber }),
  };
}

/** A text by the table, a number in the example. */
function bankOf(fields: Fields): string {
  const { bankCode } = fields;
  return typeof bankCode === 'number' ? bank(String(bankCode)) : bank(text(fields, 'bankCode', 50));
}

function bank(code: string): string {
  if (!/^\d{1,8}$/.test(code)) throw invalid('bankCode');
  return code;
}

/** The published examples have times that are long past, and were accepted: then the life is the rail's. */
function minutesOf({ expirationTime }: Fields, now: Date): number | undefined {
  if (expirationTime === undefined || expirationTime === null) return undefined;
  if (!Number.isSafeInteger(expirationTime) || Number(expirationTime) < 0) throw invalid('expirationTime');
  const lifeMs = Number(expirationTime) - now.getTime();
  return lifeMs > 0 ? Math.max(1, Math.round(lifeMs / 60_000)) : undefined;
}

function callbackUrlOf(fields: Fields): string | undefined {
  const url = optional(fields, 'callbackUrl', CALLBACK_URL_LENGTH_MAX);
  if (url !== undefined && (!/^https?:\/\//i.test(url) || !URL.canParse(url))) throw invalid('callbackUrl');
  return url;
}

function noCallbackUrl(): never {
  throw documented(427);
}

/** A mandatory text; without a pattern, one that is not blank. */
export function text(fields: Fields, name: string, lengthMax: number, pattern = /\S/): string {
  const value = fields[name];
  if (typeof value !== 'string' || value.length > lengthMax || !pattern.test(value)) throw invalid(name);
  return value;
}

/** Undefined for what is absent, null or blank, which are signed alike: not at all. */
export function optional(fields: Fields, name: string, lengthMax: number): string | undefined {
  const value = fields[name];
  const isNothing = value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
  return isNothing ? undefined : text(fields, name, lengthMax);
}
