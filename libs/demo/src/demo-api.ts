import { setTimeout as wait } from 'node:timers/promises';

export interface DemoPayin {
  id: string;
  reference: string;
  rail: string;
  status: string;
  amountStatus: string;
  amountInCents: number;
  amountReceivedInCents: number;
  instructions: { url?: string } | null;
}

export interface DemoEvent {
  at: string;
  type: string;
  source: string;
  from: string | null;
  to: string | null;
  data: Record<string, unknown>;
}

/** What a merchant's program would call. */
export class DemoApi {
  constructor(
    private readonly url: string,
    private readonly apiKey: string,
  ) {}

  create(request: object): Promise<DemoPayin> {
    return this.call('POST', '/payins', request);
  }

  async untilStatus(id: string, status: string, timeoutMs: number): Promise<DemoPayin> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const payin = await this.call<DemoPayin>('GET', `/payins/${id}`);
      if (payin.status === status || Date.now() > deadline) return payin;
      await wait(250);
    }
  }

  async events(id: string): Promise<DemoEvent[]> {
    return (await this.call<{ data: DemoEvent[] }>('GET', `/payins/${id}/events`)).data;
  }

  async discrepancies(payinId: string): Promise<{ kind: string }[]> {
    return (await this.call<{ data: { kind: string }[] }>('GET', `/discrepancies?payinId=${payinId}`)).data;
  }

  private async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.apiKey}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }
}
