import { isLosslessNumber } from 'lossless-json';
import { CENTS_PER_PESO } from '../kit/pesos.js';
import type { JsonObject } from '../kit/control-input.js';
import { BANK_LISTS } from './banks.js';
import { invalid, refusal } from './errors.js';
import type { TeemoPaySwitches } from './switches.js';
import { LATER_PAYMENT_TYPES, PAYMENT_TYPES, type PaymentType, type TeemoPayPayer } from './types.js';

/** What a valid create request asks for. */
export interface PaymentRequest {
  readonly merchantOrderNo: string;
  readonly paymentType: PaymentType;
  /** As it was sent. */
  readonly amount: string;
  readonly requestedInCents: bigint;
  /** Epoch milliseconds; one that is past is accepted, as the public examples show. */
  readonly expirationTime: number | null;
  readonly payer: TeemoPayPayer;
  readonly callbackUrl: string;
}

/** What seed 004 asks for beside the fields of all types. */
const MANDATORY: Readonly<Record<PaymentType, readonly ('idType' | 'idCardNumber' | 'bankCode')[]>> = {
  201: ['idType', 'idCardNumber', 'bankCode'],
  202: ['idType', 'idCardNumber'],
  204: [],
  205: [],
  212: [],
};

/** Seed 004's lengths; a passport's nine may be letters, as later pages have it. */
const ID_NUMBERS: ReadonlyMap<string | null, RegExp> = new Map([
  ['CC', /^\d{6,10}$/],
  ['CE', /^\d{6,10}$/],
  ['NIT', /^\d{9}$/],
  ['PA', /^[A-Za-z0-9]{9}$/],
]);

const EMAIL = /^[\w.%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$/;

/** Checks every field in the order of seed 004; throws `Refusal` on the first that is wrong. */
export function parsePaymentRequest(body: JsonObject, switches: TeemoPaySwitches): PaymentRequest {
  const merchantOrderNo = text(body, 'merchantOrderNo', 32);
  const paymentType = paymentTypeOf(body);
  const amount = text(body, 'amount', 20, switches.zeroDecimals === 'tolerated' ? WHOLE_OR_ZERO_DECIMALS : WHOLE);
  const expirationTime = longOf(body, 'expirationTime');
  const payer = {
    realName: text(body, 'realName', 64),
    email: text(body, 'email', 50, EMAIL),
    phone: text(body, 'phone', 50, /^\d{10}$/),
    ...documentOf(body, paymentType, switches),
    bankCode: bankCodeOf(body, paymentType, switches),
  };
  const requestedInCents = BigInt(amount.replace('.00', '')) * CENTS_PER_PESO;
  const callbackUrl = callbackUrlOf(body, switches);
  return { merchantOrderNo, paymentType, amount, requestedInCents, expirationTime, payer, callbackUrl };
}

const WHOLE = /^[1-9]\d*$/;
const WHOLE_OR_ZERO_DECIMALS = /^[1-9]\d*(\.00)?$/;

function paymentTypeOf(body: JsonObject): PaymentType {
  const value = body['paymentType'];
  const code = isLosslessNumber(value) ? Number(value.value) : Number.NaN;
  const type = PAYMENT_TYPES.find((known) => known === code);
  if (type !== undefined) return type;
  throw LATER_PAYMENT_TYPES.includes(code) ? refusal('423') : invalid('paymentType');
}

function documentOf(
  body: JsonObject,
  paymentType: PaymentType,
  { ccDigits }: TeemoPaySwitches,
): Pick<TeemoPayPayer, 'idType' | 'idCardNumber'> {
  const needs = MANDATORY[paymentType];
  const idCardNumber = needs.includes('idCardNumber')
    ? text(body, 'idCardNumber', 50)
    : optional(body, 'idCardNumber', 50);
  const idType = needs.includes('idType') ? text(body, 'idType', 32) : optional(body, 'idType', 32);
  const pattern = ID_NUMBERS.get(idType);
  if (idType !== null && pattern === undefined) throw invalid('idType');
  const tooShort = idType === 'CC' && ccDigits === '10' && idCardNumber?.length !== 10;
  if (idCardNumber !== null && (tooShort || pattern?.test(idCardNumber) === false)) throw invalid('idCardNumber');
  return { idType, idCardNumber };
}

/** A string by the table, a number in the example. */
function bankCodeOf(body: JsonObject, paymentType: PaymentType, { bankList }: TeemoPaySwitches): string | null {
  const value = body['bankCode'];
  const fields = isLosslessNumber(value) ? { bankCode: value.value } : body;
  const code = MANDATORY[paymentType].includes('bankCode')
    ? text(fields, 'bankCode', 50)
    : optional(fields, 'bankCode', 50);
  if (code !== null && !BANK_LISTS[bankList].has(code)) throw invalid('bankCode');
  return code;
}

function callbackUrlOf(body: JsonObject, { portalCallbackUrl }: TeemoPaySwitches): string {
  const url = optional(body, 'callbackUrl', 200) ?? portalCallbackUrl;
  if (url === null) throw refusal('427');
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw invalid('callbackUrl');
  return url;
}

/** A mandatory text; without a pattern, one that is not blank. */
export function text(body: JsonObject, field: string, lengthMax: number, pattern = /\S/): string {
  const value = body[field];
  if (typeof value !== 'string' || value.length > lengthMax || !pattern.test(value)) throw invalid(field);
  return value;
}

/** null for a field that is absent, null or empty, which are signed alike: not at all. */
export function optional(body: JsonObject, field: string, lengthMax: number): string | null {
  const value = body[field];
  return value === undefined || value === null || value === '' ? null : text(body, field, lengthMax);
}

function longOf(body: JsonObject, field: string): number | null {
  const value = body[field];
  if (value === undefined || value === null) return null;
  if (!isLosslessNumber(value) || !/^\d{1,15}$/.test(value.value)) throw invalid(field);
  return Number(value.value);
}
