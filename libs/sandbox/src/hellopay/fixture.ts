import type { Sandbox } from '../../index.js';
import { HELLOPAY_SANDBOX_CREDENTIALS } from './hellopay.js';

// What the specs of this folder share: the documents' requests, and an organization that calls the API.

/** Seed 003's request; the object that it does not open is the one of its time. */
export const SEED_REQUEST = {
  amountInCents: 100_000,
  currency: 'COP',
  rail: 'BRE_B',
  reference: 'INV-2024-001',
  breb: { keyString: 'breb-key-string' },
  callbackUrl: 'https://example.com/callback',
};

/** The public PSE guide's. */
export const PSE_REQUEST = {
  amountInCents: 10_000,
  currency: 'COP',
  rail: 'PSE',
  reference: '1001122',
  inlineCustomer: {
    name: 'John Doe',
    idType: 'CO_CC',
    idNumber: '1000000001',
    email: 'john.doe@doe.com',
    phone: '+573131111111',
  },
  pse: { bank: 'CO_BANCOLOMBIA', personType: 'INDIVIDUAL' },
  callbackUrl: 'https://portal.hellopay.com.co',
};

/** The public Bre-B guide's. */
export const BREB_REQUEST = {
  amountInCents: 10_000,
  currency: 'COP',
  rail: 'BRE_B',
  reference: '1dwDmHerYL5NBQZ',
  inlineCustomer: {
    name: 'John Doe',
    idType: 'CO_CC',
    idNumber: '1000000001',
    email: 'john.doe@doe.com',
    phone: '+573137772121',
  },
  breb: { keyType: 'QR_CODE' },
  callbackUrl: 'https://portal.hellopay.com.co',
};

/** The public Nequi guide's. */
export const NEQUI_REQUEST = {
  amountInCents: 10_000,
  currency: 'COP',
  rail: 'NEQUI',
  reference: 'INV-2026-001',
  inlineCustomer: {
    name: 'John Doe',
    idType: 'CO_CC',
    idNumber: '1000000001',
    email: 'john.doe@example.com',
    phone: '+573001234567',
  },
};

export const AUTHENTICATED = {
  'content-type': 'application/json',
  'x-api-key': HELLOPAY_SANDBOX_CREDENTIALS.apiKey,
};

/** A payin as the current profile answers it; error answers have `message`, lists `data`. */
export interface Body {
  readonly id: string;
  readonly status: string;
  readonly sourceData: Readonly<Record<string, string | null>>;
  readonly [field: string]: unknown;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: Body;
}

export async function call(sandbox: Sandbox, path: string, init: RequestInit = {}): Promise<ApiAnswer> {
  const response = await fetch(`${sandbox.url}/hellopay${path}`, { headers: AUTHENTICATED, ...init });
  const body: Body = JSON.parse(await response.text());
  return { status: response.status, body };
}

export function create(sandbox: Sandbox, request: object = BREB_REQUEST, init: RequestInit = {}): Promise<ApiAnswer> {
  return call(sandbox, '/payins', { method: 'POST', body: JSON.stringify(request), ...init });
}

export function read(sandbox: Sandbox, id: string): Promise<ApiAnswer> {
  return call(sandbox, `/payins/${encodeURIComponent(id)}`);
}
