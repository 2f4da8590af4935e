import { randomBytes } from 'node:crypto';
import type { Sandbox } from '../../index.js';
import { TEEMOPAY_SANDBOX_KEYS } from './keys.js';
import { signingString, signText } from './signature.js';
import { TEEMOPAY_SANDBOX_CREDENTIALS } from './teemopay.js';

// What the specs of this folder share: the documents' requests, and a merchant that signs and calls the API.

/** Seed 004's first request, without its signature. */
export const PSE_REQUEST = {
  realName: 'TeemoPay',
  amount: '10000',
  phone: '1234567890',
  callbackUrl: 'https://www.callbackexample.com',
  merchantOrderNo: '2C2741241kCApltr2IATMy0c992278',
  email: 'TeemoPay@example.com',
  idType: 'CC',
  idCardNumber: '1234567890',
  bankCode: 1040,
  paymentType: 201,
};

const { bankCode: _bank, ...withoutBank } = PSE_REQUEST;
/** Seed 004's second request. */
export const NEQUI_REQUEST = { ...withoutBank, paymentType: 202 };

const { idType: _type, idCardNumber: _number, ...minimal } = withoutBank;
/** The least that seed 004 asks for. */
export const BREB_REQUEST = { ...minimal, paymentType: 212 };

/** An answer as a merchant sees it. */
export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
  readonly body: Answer;
}

interface Answer {
  readonly code: number;
  readonly msg: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** Signed as TeemoPay's page says; `headers` replace those of a good request, null leaves one out. */
export async function call(
  sandbox: Sandbox,
  path: string,
  fields: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string | null>> = {},
): Promise<ApiAnswer> {
  const nonce = randomBytes(16).toString('hex');
  const sign = signText(signingString(fields, headers['nonce'] ?? nonce), TEEMOPAY_SANDBOX_KEYS.merchant.privateKey);
  return post(sandbox, path, JSON.stringify({ sign, ...fields }), { nonce, ...headers });
}

/** Any text, with the headers of a good request. */
export async function post(
  sandbox: Sandbox,
  path: string,
  body: string,
  headers: Readonly<Record<string, string | null>> = {},
): Promise<ApiAnswer> {
  const all: Record<string, string | null> = {
    'content-type': 'application/json',
    timestamp: String(Date.now()),
    country: 'CO',
    app_code: TEEMOPAY_SANDBOX_CREDENTIALS.appCode,
    ...headers,
  };
  const sent = Object.entries(all).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as [string, string]],
  );
  const response = await fetch(`${sandbox.teemopay.baseUrl}${path}`, { method: 'POST', headers: sent, body });
  const text = await response.text();
  const parsed: Answer = JSON.parse(text);
  return { status: response.status, text, body: parsed };
}

export const PATHS = {
  create: '/api/pay/payment/create/v1',
  query: '/api/pay/payment/query/v1',
  list: '/api/pay/transaction/queryList',
} as const;

export function create(sandbox: Sandbox, changes: object = {}, request: object = BREB_REQUEST): Promise<ApiAnswer> {
  return call(sandbox, PATHS.create, { ...request, ...changes });
}

export function query(sandbox: Sandbox, merchantOrderNo: string = BREB_REQUEST.merchantOrderNo): Promise<ApiAnswer> {
  return call(sandbox, PATHS.query, { merchantOrderNo });
}

/** A trace id as every example has it. */
export const TRACE_ID = /^[0-9a-f]{32}\.\d+\.\d{17}$/;
export const TRADE_NO = /^TS\d{10}CO\d{16}$/;
export const PAYMENT_ORDER_NO = /^TSO[0-9a-z]{27}$/;
