import type { ProgressWait } from './progress-wait.js';

/** Ends a call that hangs. The speed of the machine does not matter here. */
const CALL_MAX_MS = 300_000;

export interface DemoInstructions {
  type: string;
  url?: string;
  key?: string;
  text?: string;
  code?: string;
}

export interface DemoPayin {
  id: string;
  reference: string;
  rail: string;
  status: string;
  amountStatus: string;
  amountInCents: number;
  amountReceivedInCents: number;
  expiresAt: string;
  instructions: DemoInstructions | null;
  receipts: { amountInCents: number }[];
}

export interface DemoEvent {
  at: string;
  type: string;
  source: string;
  data: Record<string, unknown>;
}

export interface DemoProblem {
  code?: string;
  errors?: { field: string; message: string }[];
}

interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** What a merchant's program would call. */
export class DemoApi {
  constructor(
    private readonly url: string,
    private readonly apiKey: string,
    private readonly progressWait: ProgressWait,
  ) {}

  /** Returns any answer: a scenario may be about a refusal. */
  ask(request: object): Promise<Answer<DemoPayin & DemoProblem>> {
    return this.answer('POST', '/payins', request);
  }

  create(request: object): Promise<DemoPayin> {
    return this.call('POST', '/payins', request);
  }

  async payin(id: string): Promise<DemoPayin> {
    const payin = await this.call<DemoPayin>('GET', `/payins/${id}`);
    this.progressWait.observe(`payin ${id}`, payin);
    return payin;
  }

  refresh(id: string): Promise<DemoPayin> {
    return this.call('POST', `/payins/${id}/refresh`);
  }

  cancel(id: string): Promise<DemoPayin> {
    return this.call('POST', `/payins/${id}/cancel`);
  }

  async events(id: string): Promise<DemoEvent[]> {
    const { data } = await this.call<{ data: DemoEvent[] }>('GET', `/payins/${id}/events`);
    this.progressWait.observe(`events ${id}`, data.length);
    return data;
  }

  async discrepancies(payinId: string): Promise<{ kind: string; status: string }[]> {
    const path = `/discrepancies?payinId=${payinId}`;
    return (await this.call<{ data: { kind: string; status: string }[] }>('GET', path)).data;
  }

  /** The providers of each open rail. */
  async rails(): Promise<ReadonlyMap<string, readonly string[]>> {
    const { data } = await this.call<{ data: { rail: string; providers: string[] }[] }>('GET', '/rails');
    return new Map(data.map(({ rail, providers }) => [rail, providers]));
  }

  private async call<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.answer<T>(method, path, body);
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }

  private async answer<T>(method: string, path: string, body?: object): Promise<Answer<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.apiKey}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(CALL_MAX_MS),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as T };
  }
}
