import type { Sandbox } from '../server.js';
import { TUMIPAY_SANDBOX_CREDENTIALS } from './tumipay.js';

// What the specs of this folder share: a valid request, and a merchant that calls the API.

export const CUSTOMER = {
  legal_doc: '1234567890',
  legal_doc_type: 'CC',
  phone_code: '57',
  phone_number: '3121234567',
  email: 'johndoe@example.com',
  full_name: 'John Doe',
};

/** Seed 001's request. */
export const PAYIN = {
  reference: '3cNPNGbX7meiMppXzVz7g781ysektqq5X',
  amount: 5000,
  currency: 'COP',
  country: 'CO',
  payment_method: 'BREB',
  description: 'Test PayIn',
  customer_data: CUSTOMER,
  expiration_time: 720,
  ipn_url: 'http://127.0.0.1:9/webhook',
  redirect_url: 'https://your-domain.com/payment/ok',
};

export const AUTHENTICATED = {
  'content-type': 'application/json',
  'token-top': TUMIPAY_SANDBOX_CREDENTIALS.token,
  authorization: `Basic ${btoa(`${TUMIPAY_SANDBOX_CREDENTIALS.username}:${TUMIPAY_SANDBOX_CREDENTIALS.password}`)}`,
};

export interface ApiAnswer {
  status: number;
  text: string;
  body: { code: string; status: string; message: string; error: string; data: Record<string, unknown> };
}

/** Calls TumiPay's API as a merchant would. */
export async function call(sandbox: Sandbox, path: string, init: RequestInit = {}): Promise<ApiAnswer> {
  const response = await fetch(`${sandbox.tumipay.baseUrl}${path}`, { headers: AUTHENTICATED, ...init });
  const text = await response.text();
  const body: ApiAnswer['body'] = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {};
  return { status: response.status, text, body };
}

export function create(sandbox: Sandbox, changes: object = {}, init: RequestInit = {}): Promise<ApiAnswer> {
  return call(sandbox, '/v1/payin', { method: 'POST', body: JSON.stringify({ ...PAYIN, ...changes }), ...init });
}

export function query(sandbox: Sandbox, id: string, init: RequestInit = {}): Promise<ApiAnswer> {
  return call(sandbox, `/v1/transaction/${encodeURIComponent(id)}`, init);
}
