import type { IncomingHttpHeaders } from 'node:http';
import type { ServedOrder } from '@recaudo/drop-in-contract';
import { HOME_CURRENCY, type IdType } from '@recaudo/payment-provider';
import { DIRECT_RAILS, HOSTED_RAILS, isDirect, PAYMENT_METHODS, type PaymentMethod } from './payment-methods.js';

/** Texts that the documents put no limit on. */
const TEXT_MAX = 255;
const URL_MAX = 2_048;
const METADATA_MAX = 4_096;
/** Seed 001 and, for Bre-B, seed 002. */
const EXPIRATION_DEFAULT_MINUTES = 720;
const EXPIRATION_BREB_DEFAULT_MINUTES = 15;
const CUSTOMER = 'customer_data.';

/** Seed 001's documents, by our names. */
const ID_TYPES = { CC: 'CC', CE: 'CE', PPN: 'PA' } as const satisfies Record<string, IdType>;

/** A field of a create request that is missing or wrong; `field` is its dotted path. */
export class FieldError extends Error {
  constructor(
    readonly field: string,
    readonly reason: 'REQUIRED' | 'INVALID',
    message: string,
  ) {
    super(message);
  }
}

/** What only this contract knows of a payin. */
export interface TumiPayAsked {
  method: PaymentMethod;
  /** Of the payer's telephone, without `+`. */
  phoneCode: string;
  /** Seed 000's direct answers; else seed 001's and 002's hosted ones. */
  isDirect: boolean;
  metadata?: Record<string, unknown>;
}

type Fields = Readonly<Record<string, unknown>>;

export function isJson(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() === 'application/json';
}

/** Every documented field, in the order of seed 001. Others are ignored. @throws FieldError on the first that is wrong */
export function toServedOrder(body: unknown, { direct }: { direct: boolean }): ServedOrder {
  const fields = objectOf(body, 'body');
  const reference = text(fields, 'reference');
  const amountInCents = positiveInteger(fields, 'amount');
  if (amountInCents === undefined) throw missing('amount');
  oneOf(fields, 'currency', [HOME_CURRENCY]);
  oneOf(fields, 'country', ['CO']);
  const method = oneOf(fields, 'payment_method', PAYMENT_METHODS);
  const webhookUrl = httpUrl(fields, 'ipn_url');
  const redirectUrl = httpUrl(fields, 'redirect_url');
  if (isNothing(fields['customer_data'])) throw missing('customer_data');
  const customerFields = objectOf(fields['customer_data'], 'customer_data');
  const { customer, phoneCode } = customerOf(customerFields);
  const isAnsweredDirectly = direct && isDirect(method);
  const asked: TumiPayAsked = { method, phoneCode, isDirect: isAnsweredDirectly, ...metadataOf(fields) };
  const description = descriptionOf(fields);
  return {
    reference,
    amountInCents,
    customer,
    ...(description && { description }),
    expiresInMinutes: positiveInteger(fields, 'expiration_time') ?? defaultMinutes(method),
    webhookUrl,
    redirectUrl,
    asked: { ...asked },
    ...(isAnsweredDirectly ? directOrder(method, customerFields) : hostedOrder(method)),
  };
}

type Way = Pick<ServedOrder, 'rail' | 'rails' | 'pse' | 'breb'>;

function directOrder(method: keyof typeof DIRECT_RAILS, customer: Fields): Way {
  const rail = DIRECT_RAILS[method];
  if (method === 'BREB') return { rail, breb: { keyType: 'SINGLE_USE' } };
  if (method === 'TRANSFIYA') return { rail };
  // Seed 000: both are required for direct PSE.
  const personType = oneOf(customer, 'person_type', ['NATURAL', 'JURIDICA'], CUSTOMER);
  return { rail, pse: { bank: text(customer, 'bank', CUSTOMER, /^\d{1,8}$/), personType } };
}

/** The payer chooses on our checkout. Of Bre-B the answer shows the key (seed 002), so its order is opened at once. */
function hostedOrder(method: PaymentMethod): Way {
  if (method === 'BREB') return { rail: 'BRE_B', breb: { keyType: 'QR_CODE' } };
  const rails = HOSTED_RAILS[method];
  return { rail: 'ANY', ...(rails && { rails }) };
}

function defaultMinutes(method: PaymentMethod): number {
  return method === 'BREB' ? EXPIRATION_BREB_DEFAULT_MINUTES : EXPIRATION_DEFAULT_MINUTES;
}

function customerOf(fields: Fields) {
  const idNumber = text(fields, 'legal_doc', CUSTOMER, /^[A-Za-z0-9-]{1,30}$/);
  const idType =
    ID_TYPES[oneOf(fields, 'legal_doc_type', Object.keys(ID_TYPES) as (keyof typeof ID_TYPES)[], CUSTOMER)];
  const phoneCode = text(fields, 'phone_code', CUSTOMER, /^[1-9]\d{0,3}$/);
  const phone = `+${phoneCode}${text(fields, 'phone_number', CUSTOMER, /^\d{6,14}$/)}`;
  const email = text(fields, 'email', CUSTOMER, /^[^\s@]+@[^\s@]+\.[^\s@]+$/);
  const name = text(fields, 'full_name', CUSTOMER);
  return { customer: { name, idType, idNumber, phone, email }, phoneCode };
}

function descriptionOf({ description }: Fields): string | undefined {
  if (isNothing(description) || description === '') return undefined;
  if (typeof description !== 'string') throw new FieldError('description', 'INVALID', 'description debe ser texto');
  return description;
}

/** Free, and shown again when the transaction is asked about. */
function metadataOf({ metadata }: Fields): Pick<TumiPayAsked, 'metadata'> {
  if (isNothing(metadata) || (Array.isArray(metadata) && metadata.length === 0)) return {};
  const value = objectOf(metadata, 'metadata');
  if (JSON.stringify(value).length > METADATA_MAX)
    throw new FieldError('metadata', 'INVALID', `metadata admite hasta ${METADATA_MAX} caracteres`);
  return Object.keys(value).length === 0 ? {} : { metadata: value };
}

function isNothing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function missing(field: string): FieldError {
  return new FieldError(field, 'REQUIRED', `${field} es requerido`);
}

function objectOf(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FieldError(field, 'INVALID', `${field} debe ser un objeto`);
  return value as Record<string, unknown>;
}

function text(fields: Fields, key: string, path = '', pattern = /\S/, lengthMax = TEXT_MAX): string {
  const value = fields[key];
  const field = `${path}${key}`;
  if (isNothing(value) || value === '') throw missing(field);
  if (typeof value !== 'string' || value.length > lengthMax || !pattern.test(value))
    throw new FieldError(field, 'INVALID', `${field} no es válido`);
  return value;
}

function oneOf<Choice extends string>(fields: Fields, key: string, choices: readonly Choice[], path = ''): Choice {
  const value = text(fields, key, path);
  const choice = choices.find((one) => one === value);
  const field = `${path}${key}`;
  if (choice === undefined) throw new FieldError(field, 'INVALID', `${field} debe ser ${choices.join(', ')}`);
  return choice;
}

function positiveInteger(fields: Fields, key: string): number | undefined {
  const value = fields[key];
  if (isNothing(value)) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1)
    throw new FieldError(key, 'INVALID', `${key} debe ser un entero mayor que cero`);
  return value;
}

function httpUrl(fields: Fields, key: string): string {
  const value = text(fields, key, '', /^https?:\/\//i, URL_MAX);
  if (!URL.canParse(value)) throw new FieldError(key, 'INVALID', `${key} debe ser una URL http o https`);
  return value;
}
