import type { CallRecord } from './call-log.js';
import type { WebhookMode, WebhookPlan } from './order-book.js';
import { ControlHttp, ControlRefused } from './control-http.js';
import type { FaultRequest } from './faults.js';
import type { ClockMove, ClockView } from './order-clock.js';
import type { OrderView } from './order.js';
import type { SignatureKind } from './order-rules.js';
import type { ProviderTypes } from './provider-types.js';
import type { WebhookAttempt } from './webhook-sender.js';

/** How the webhook of a change goes out; a bare mode is `{ mode }`. Default: sent at once, once. */
export interface ChangeOptions {
  readonly webhook?: WebhookMode | WebhookPlan;
}

export interface PayOptions extends ChangeOptions {
  /** What arrives, in cents; default what was requested. */
  readonly amountInCents?: number;
  /** Default: the provider's own. */
  readonly feeInCents?: number;
  /** Default: generated. */
  readonly paymentId?: string;
}

/** A webhook by hand. What is left out is taken from the order; what is set can contradict it. */
export interface WebhookByHand<P extends ProviderTypes> {
  readonly status?: P['status'];
  readonly amountInCents?: number;
  /** The payment it is about, real or not; default the last one. */
  readonly paymentId?: string;
  /** 1 to 20, sent at the same time; default 1. */
  readonly copies?: number;
  /** Up to 60 000, waited before sending. */
  readonly delayMs?: number;
  /** Default `valid`. */
  readonly signature?: SignatureKind;
  /** Replaces the whole body; an object is sent as JSON. */
  readonly body?: string | object;
}

/** The control API of one simulated provider. `id` is the provider's own id of an order, or the reference. */
export class ControlClient<P extends ProviderTypes> {
  readonly #http: ControlHttp;

  /** @param url as `http://localhost:4000/control/acme` */
  constructor(url: string) {
    this.#http = new ControlHttp(url);
  }

  /** Newest first, at most 1000. */
  async orders(reference?: string): Promise<OrderView<P>[]> {
    const query = reference === undefined ? '' : `?reference=${encodeURIComponent(reference)}`;
    return (await this.#http.call<{ orders: OrderView<P>[] }>(`/orders${query}`)).orders;
  }

  order(id: string): Promise<OrderView<P>> {
    return this.#http.call(orderPath(id));
  }

  /** As `order`, with undefined for an order that is not there. */
  async findOrder(id: string): Promise<OrderView<P> | undefined> {
    try {
      return await this.order(id);
    } catch (error) {
      if (error instanceof ControlRefused && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Works late as well, and again where the provider accepts several payments for one order. */
  pay(id: string, options: PayOptions = {}): Promise<OrderView<P>> {
    return this.#post(`${orderPath(id)}/pay`, options);
  }

  /** Any move of this provider, by its name; the other methods call it. */
  move(id: string, move: 'pay' | 'submit' | P['move'], options: ChangeOptions = {}): Promise<OrderView<P>> {
    return this.#move(id, move, options);
  }

  /** The payer or the bank rejects. */
  reject(id: string, options: ChangeOptions = {}): Promise<OrderView<P>> {
    return this.#move(id, 'reject', options);
  }

  /** Refused with 404 where the provider documents no such thing, like the next two. */
  cancel(id: string, options: ChangeOptions = {}): Promise<OrderView<P>> {
    return this.#move(id, 'cancel', options);
  }

  expire(id: string, options: ChangeOptions = {}): Promise<OrderView<P>> {
    return this.#move(id, 'expire', options);
  }

  /** The payment is reversed: chargeback, refund. */
  reverse(id: string, options: ChangeOptions = {}): Promise<OrderView<P>> {
    return this.#move(id, 'reverse', options);
  }

  /** As if the payer filled in the form: the provider's own sandbox rule decides. */
  submit(id: string, options: ChangeOptions = {}): Promise<OrderView<P>> {
    return this.#post(`${orderPath(id)}/submit`, options);
  }

  /** Sends webhooks by hand, true or forged, without retries; one result per copy. */
  async webhook(id: string, webhook: WebhookByHand<P> = {}): Promise<WebhookAttempt[]> {
    const path = `${orderPath(id)}/webhook`;
    const extraTimeMs = webhook.delayMs ?? 0;
    return (await this.#http.call<{ webhooks: WebhookAttempt[] }>(path, { method: 'POST', body: webhook, extraTimeMs }))
      .webhooks;
  }

  /** Answers with all faults still to come. */
  async fault(request: FaultRequest<P['operation']>): Promise<FaultRequest<P['operation']>[]> {
    return (await this.#post<{ faults: FaultRequest<P['operation']>[] }>('/faults', request)).faults;
  }

  async clearFaults(): Promise<void> {
    await this.#http.call('/faults', { method: 'DELETE' });
  }

  switches(): Promise<P['switches']> {
    return this.#http.call('/switches');
  }

  setSwitches(changes: Partial<P['switches']>): Promise<P['switches']> {
    return this.#http.call('/switches', { method: 'PATCH', body: changes });
  }

  /** The last 200 requests, oldest first; an operation or `unknown` narrows them. */
  async calls(operation?: P['operation'] | 'unknown'): Promise<CallRecord[]> {
    const query = operation === undefined ? '' : `?operation=${encodeURIComponent(operation)}`;
    return (await this.#http.call<{ calls: CallRecord[] }>(`/calls${query}`)).calls;
  }

  /** How far the clock of a merchant is, whose references all begin so. */
  clock(prefix: string): Promise<ClockView> {
    return this.#http.call(`/clock?prefix=${encodeURIComponent(prefix)}`);
  }

  /** Its orders become older. A move that was made already changes nothing. */
  advance(move: Omit<ClockMove, 'at'>): Promise<ClockView> {
    return this.#post('/clock', move);
  }

  /** Forgets orders, faults and calls, and returns to the switches of the start. */
  async reset(): Promise<void> {
    await this.#post('/reset', {});
  }

  #move(id: string, move: string, options: ChangeOptions): Promise<OrderView<P>> {
    return this.#post(`${orderPath(id)}/${encodeURIComponent(move)}`, options);
  }

  #post<Answer>(path: string, body: object): Promise<Answer> {
    return this.#http.call(path, { method: 'POST', body });
  }
}

function orderPath(id: string): string {
  return `/orders/${encodeURIComponent(id)}`;
}
