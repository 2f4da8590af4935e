import type { CallRecord } from '../call-log.js';
import { ControlHttp, ControlRefused } from '../control-http.js';
import type { FaultRequest } from '../faults.js';
import type { WebhookTry } from '../webhook-sender.js';
import type { TumiPayOrderStatus, TumiPayOrderView, TumiPayWebhookMode, TumiPayWebhookPlan } from './order.js';
import type { TumiPaySandboxSwitches } from './switches.js';

/** How the webhook of a status change goes out; a bare mode is `{ mode }`. Default: sent at once, once. */
export interface TumiPaySettleOptions {
  readonly webhook?: TumiPayWebhookMode | TumiPayWebhookPlan;
}

export interface TumiPayPayOptions extends TumiPaySettleOptions {
  /** What arrives, in cents; default what was requested. */
  readonly amountInCents?: number;
}

/** A webhook by hand. What is left out is told as the ledger has it; whatever is set can contradict it. */
export interface TumiPayWebhookByHand {
  readonly status?: TumiPayOrderStatus;
  readonly amountInCents?: number;
  /** 1 to 20, sent at the same time; default 1. */
  readonly copies?: number;
  /** Up to 60 000, waited before sending. */
  readonly delayMs?: number;
  /** Default `valid`. */
  readonly signature?: 'valid' | 'wrong' | 'missing' | 'malformed';
  /** Replaces the whole body; an object is sent as JSON. */
  readonly body?: string | object;
}

export type TumiPayFaultRequest = FaultRequest<'create' | 'query'>;

/** The control API of the simulated TumiPay. `id` is a ticket or a reference. */
export class TumiPayControlClient {
  readonly #http: ControlHttp;

  constructor(url: string) {
    this.#http = new ControlHttp(`${url}/control/tumipay`);
  }

  /** Newest first, at most 1000. */
  async orders(reference?: string): Promise<TumiPayOrderView[]> {
    const query = reference === undefined ? '' : `?reference=${encodeURIComponent(reference)}`;
    return (await this.#http.call<{ orders: TumiPayOrderView[] }>(`/orders${query}`)).orders;
  }

  order(id: string): Promise<TumiPayOrderView> {
    return this.#http.call(orderPath(id));
  }

  /** As `order`, with undefined for an order that is not there. */
  async findOrder(id: string): Promise<TumiPayOrderView | undefined> {
    try {
      return await this.order(id);
    } catch (error) {
      if (error instanceof ControlRefused && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Works late as well: a rejected, declined or expired order becomes APPROVED. */
  pay(id: string, options: TumiPayPayOptions = {}): Promise<TumiPayOrderView> {
    return this.#post(`${orderPath(id)}/pay`, options);
  }

  reject(id: string, options: TumiPaySettleOptions = {}): Promise<TumiPayOrderView> {
    return this.#post(`${orderPath(id)}/reject`, options);
  }

  decline(id: string, options: TumiPaySettleOptions = {}): Promise<TumiPayOrderView> {
    return this.#post(`${orderPath(id)}/decline`, options);
  }

  expire(id: string, options: TumiPaySettleOptions = {}): Promise<TumiPayOrderView> {
    return this.#post(`${orderPath(id)}/expire`, options);
  }

  /** As if the payer filled in the form: the customer's e-mail decides. */
  submit(id: string, options: TumiPaySettleOptions = {}): Promise<TumiPayOrderView> {
    return this.#post(`${orderPath(id)}/submit`, options);
  }

  /** Sends webhooks by hand, true or forged, without retries; one result per copy. */
  async webhook(id: string, webhook: TumiPayWebhookByHand = {}): Promise<WebhookTry[]> {
    const path = `${orderPath(id)}/webhook`;
    const extraTimeMs = webhook.delayMs ?? 0;
    return (await this.#http.call<{ webhooks: WebhookTry[] }>(path, { method: 'POST', body: webhook, extraTimeMs }))
      .webhooks;
  }

  /** Answers with all faults still to come. */
  async fault(request: TumiPayFaultRequest): Promise<TumiPayFaultRequest[]> {
    return (await this.#post<{ faults: TumiPayFaultRequest[] }>('/faults', request)).faults;
  }

  async clearFaults(): Promise<void> {
    await this.#http.call('/faults', { method: 'DELETE' });
  }

  switches(): Promise<TumiPaySandboxSwitches> {
    return this.#http.call('/switches');
  }

  setSwitches(changes: Partial<TumiPaySandboxSwitches>): Promise<TumiPaySandboxSwitches> {
    return this.#http.call('/switches', { method: 'PATCH', body: changes });
  }

  /** The last 200 requests, oldest first; `create`, `query`, `banks`, `merchant` or `unknown` narrows them. */
  async calls(operation?: string): Promise<CallRecord[]> {
    const query = operation === undefined ? '' : `?operation=${encodeURIComponent(operation)}`;
    return (await this.#http.call<{ calls: CallRecord[] }>(`/calls${query}`)).calls;
  }

  /** Forgets orders, journal, faults and calls, and returns to the switches of the start. */
  async reset(): Promise<void> {
    await this.#post('/reset', {});
  }

  #post<Answer>(path: string, body: object): Promise<Answer> {
    return this.#http.call(path, { method: 'POST', body });
  }
}

function orderPath(id: string): string {
  return `/orders/${encodeURIComponent(id)}`;
}
