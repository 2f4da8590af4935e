import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { Sandbox } from '../server.js';
import { TUMIPAY_SANDBOX_CREDENTIALS } from './mount.js';

// What the specs of this folder stand on: a valid request, a merchant that calls the API and one that hears webhooks.

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

/** The keys of an object and of the objects in it, in order, as `a b{c d}`. */
export function shapeOf(value: object): string {
  return Object.entries(value)
    .map(([key, inner]) => (typeof inner === 'object' && inner !== null ? `${key}{${shapeOf(inner)}}` : key))
    .join(' ');
}

export interface Heard {
  readonly at: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export const SILENT = 0;

/** A merchant's webhook endpoint that answers with the given statuses, then 200; `SILENT` answers nothing. */
export class Listener {
  readonly heard: Heard[] = [];
  #url = '';
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.heard.push({ at: Date.now(), headers: request.headers, text: Buffer.concat(chunks).toString('utf8') });
      const status = this.statuses.shift() ?? 200;
      if (status !== SILENT) response.writeHead(status).end('ok');
    });
  });

  static readonly #open = new Set<Listener>();

  private constructor(private readonly statuses: number[]) {
    Listener.#open.add(this);
  }

  /** For afterEach: a failed test must not leave a server that keeps the whole run alive. */
  static async closeAll(): Promise<void> {
    await Promise.all([...Listener.#open].map((listener) => listener.close()));
  }

  static async open(...statuses: number[]): Promise<Listener> {
    const listener = new Listener(statuses);
    await new Promise<void>((resolve) => listener.#server.listen(0, '127.0.0.1', resolve));
    const address = listener.#server.address();
    if (address !== null && typeof address === 'object') listener.#url = `http://127.0.0.1:${address.port}/webhook`;
    return listener;
  }

  get url(): string {
    return this.#url;
  }

  bodies(): Record<string, unknown>[] {
    return this.heard.map(({ text }): Record<string, unknown> => JSON.parse(text));
  }

  async close(): Promise<void> {
    Listener.#open.delete(this);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** Asks again until the fact is there; the test's own timeout is the bound. */
export async function until<Fact>(look: () => Fact | Promise<Fact>, isThere: (fact: Fact) => boolean): Promise<Fact> {
  for (;;) {
    const fact = await look();
    if (isThere(fact)) return fact;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
