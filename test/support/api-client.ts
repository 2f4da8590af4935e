import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { until } from './until.js';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
}

export interface DiscrepancyView {
  id: string;
  payinId: string | null;
  kind: string;
  status: string;
  expectedInCents: number | null;
  actualInCents: number | null;
  moneyAtRiskInCents: number | null;
  resolution: string | null;
  resolvedBy: string | null;
}

export interface EventView {
  sequence: number;
  type: string;
  source: string;
  from: string | null;
  to: string | null;
  data: Record<string, unknown>;
}

let counter = 0;

/** A reference that no other test has. */
export function newReference(): string {
  counter += 1;
  return `T-${Date.now().toString(36)}-${counter}`;
}

/** A create that every provider takes, with changes. */
export function payinRequest(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    amountInCents: 5_000_000,
    currency: 'COP',
    rail: 'PSE',
    reference: newReference(),
    inlineCustomer: {
      name: 'John Doe',
      idType: 'CC',
      idNumber: '1234567890',
      phone: '+573121234567',
      email: 'johndoe@example.com',
    },
    ...changes,
  };
}

/** A merchant's client. */
export class ApiClient {
  constructor(
    readonly url: string,
    private readonly apiKey: string,
  ) {}

  get authorization(): { authorization: string } {
    return { authorization: `Bearer ${this.apiKey}` };
  }

  async call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...this.authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : undefined) as T };
  }

  create(changes: Record<string, unknown> = {}): Promise<Answer<PresentedPayin>> {
    return this.call('POST', '/payins', payinRequest(changes));
  }

  /** Creates a payin and fails unless it waits for its payer. */
  async open(changes: Record<string, unknown> = {}): Promise<PresentedPayin> {
    const { status, body } = await this.create(changes);
    if (status !== 201 || body.status !== 'PENDING') throw new Error(`not opened: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async payin(id: string): Promise<PresentedPayin> {
    return (await this.call<PresentedPayin>('GET', `/payins/${id}`)).body;
  }

  reaches(id: string, status: string, timeoutMs?: number): Promise<PresentedPayin> {
    return until(
      `payin ${id} to become ${status}`,
      async () => {
        const payin = await this.payin(id);
        return payin.status === status ? payin : undefined;
      },
      timeoutMs,
    );
  }

  async events(id: string): Promise<EventView[]> {
    return (await this.call<{ data: EventView[] }>('GET', `/payins/${id}/events`)).body.data;
  }

  async discrepancies(payinId: string): Promise<DiscrepancyView[]> {
    return (await this.call<{ data: DiscrepancyView[] }>('GET', `/discrepancies?payinId=${payinId}&limit=100`)).body
      .data;
  }
}

/** The provider's ticket of an opened payin, out of the page's address. */
export function ticketOf(payin: PresentedPayin): string {
  const { instructions } = payin;
  const url = instructions && 'url' in instructions ? instructions.url : undefined;
  const ticket = url && new URL(url).searchParams.get('s');
  if (!ticket) throw new Error('the payin has no payment page');
  return ticket;
}
