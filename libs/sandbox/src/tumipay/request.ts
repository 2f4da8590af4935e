import { CURRENCY, CENTS_PER_PESO } from '../kit/pesos.js';
import { isJsonObject, type JsonObject } from '../kit/control-input.js';
import { BANK_CODES } from './banks.js';
import {
  DIRECT_METHODS,
  PAYMENT_METHODS,
  type DirectMethod,
  type PaymentMethod,
  type TumiPayCustomer,
} from './order.js';
import type { TumiPaySwitches } from './switches.js';

const AMOUNT_MAX = 10_000_000_000_000;
const TEXT_MAX = 255;
const URL_MAX = 2_048;
const CUSTOMER_PATH = 'customer_data.';
const EXPIRATION_MAX_MINUTES = 525_600;
/** Seed 001 and, for Bre-B, seed 002. */
const EXPIRATION_DEFAULT_MINUTES = 720;
const EXPIRATION_BREB_DEFAULT_MINUTES = 15;

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

/** What a valid create request asks for. */
export interface PayinRequest {
  readonly reference: string;
  readonly requestedInCents: bigint;
  readonly method: PaymentMethod;
  readonly direct: DirectMethod | null;
  readonly bank: string | null;
  readonly description: string | null;
  readonly customer: TumiPayCustomer;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly expirationMinutes: number;
  readonly ipnUrl: string;
  readonly redirectUrl: string;
}

/** Checks every documented field, in the order of seed 001; throws `FieldError` on the first that is wrong. */
export function parsePayinRequest(
  body: unknown,
  switches: Pick<TumiPaySwitches, 'amountUnit' | 'direct'>,
): PayinRequest {
  const fields = objectOf(body, 'body');
  const reference = text(fields, 'reference');
  const amount = integer(fields, 'amount', AMOUNT_MAX);
  if (amount === undefined) throw missing('amount');
  oneOf(fields, 'currency', [CURRENCY]);
  oneOf(fields, 'country', ['CO']);
  const method = oneOf<PaymentMethod>(fields, 'payment_method', PAYMENT_METHODS);
  const ipnUrl = httpUrl(fields, 'ipn_url');
  const redirectUrl = httpUrl(fields, 'redirect_url');
  if (fields['customer_data'] === undefined || fields['customer_data'] === null) throw missing('customer_data');
  const customerFields = objectOf(fields['customer_data'], 'customer_data');
  const customer = parseCustomer(customerFields);
  const direct = switches.direct ? (DIRECT_METHODS.find((candidate) => candidate === method) ?? null) : null;
  const bank = direct === 'PSE' ? parseBank(customerFields) : null;
  const { description } = fields;
  if (description !== undefined && description !== null && typeof description !== 'string') {
    throw new FieldError('description', 'INVALID', 'description debe ser texto');
  }
  const minutes = integer(fields, 'expiration_time', EXPIRATION_MAX_MINUTES);
  return {
    reference,
    requestedInCents: switches.amountUnit === 'cents' ? BigInt(amount) : BigInt(amount) * CENTS_PER_PESO,
    method,
    direct,
    bank,
    description: description ?? null,
    customer,
    metadata: isEmpty(fields['metadata']) ? {} : objectOf(fields['metadata'], 'metadata'),
    expirationMinutes: minutes ?? (method === 'BREB' ? EXPIRATION_BREB_DEFAULT_MINUTES : EXPIRATION_DEFAULT_MINUTES),
    ipnUrl,
    redirectUrl,
  };
}

/** Seed 000: both are required for direct PSE, and the bank is a code of the list. */
function parseBank(fields: JsonObject): string {
  oneOf(fields, 'person_type', ['NATURAL', 'JURIDICA'], CUSTOMER_PATH);
  return oneOf(fields, 'bank', BANK_CODES, CUSTOMER_PATH);
}

function parseCustomer(fields: JsonObject): TumiPayCustomer {
  const path = CUSTOMER_PATH;
  return {
    legal_doc: text(fields, 'legal_doc', path, /^[A-Za-z0-9-]{1,30}$/),
    legal_doc_type: oneOf(fields, 'legal_doc_type', ['CC', 'CE', 'PPN'], path),
    phone_code: text(fields, 'phone_code', path, /^\d{1,4}$/),
    phone_number: text(fields, 'phone_number', path, /^\d{6,15}$/),
    email: text(fields, 'email', path, /^[^\s@]+@[^\s@]+\.[^\s@]+$/),
    full_name: text(fields, 'full_name', path),
  };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function missing(field: string): FieldError {
  return new FieldError(field, 'REQUIRED', `${field} es requerido`);
}

function objectOf(value: unknown, field: string): JsonObject {
  if (!isJsonObject(value)) throw new FieldError(field, 'INVALID', `${field} debe ser un objeto`);
  return value;
}

function text(fields: JsonObject, key: string, path = '', pattern = /\S/, lengthMax = TEXT_MAX): string {
  const value = fields[key];
  const field = `${path}${key}`;
  if (value === undefined || value === null || value === '') throw missing(field);
  if (typeof value !== 'string' || value.length > lengthMax || !pattern.test(value)) {
    throw new FieldError(field, 'INVALID', `${field} no es válido`);
  }
  return value;
}

function oneOf<Choice extends string>(fields: JsonObject, key: string, choices: readonly Choice[], path = ''): Choice {
  const value = text(fields, key, path);
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined)
    throw new FieldError(`${path}${key}`, 'INVALID', `${path}${key} debe ser ${choices.join(', ')}`);
  return choice;
}

function integer(fields: JsonObject, key: string, max: number): number | undefined {
  const value = fields[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > max) {
    throw new FieldError(key, 'INVALID', `${key} debe ser un entero de 1 a ${max}`);
  }
  return value;
}

function httpUrl(fields: JsonObject, key: string): string {
  const value = text(fields, key, '', /^https?:\/\//i, URL_MAX);
  if (!URL.canParse(value)) throw new FieldError(key, 'INVALID', `${key} debe ser una URL http o https`);
  return value;
}
