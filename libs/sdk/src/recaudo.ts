import { type CallOf, HttpClient } from './http.js';
import type { RecaudoOptions } from './options.js';
import {
  Banks,
  Discrepancies,
  Events,
  Notifications,
  PaymentLinks,
  Payins,
  Rails,
  Refunds,
  WebhookEndpoints,
} from './resources.js';
import type { AnswerOf, Method, OperationAt, PathOf } from './types.js';

/**
 * A client of one Recaudo and one organization. It keeps nothing between calls: make one and share it.
 *
 * Every call rejects with a `RecaudoProblem`, a `RecaudoConnectionError` or the reason of its `signal`.
 */
export class Recaudo {
  readonly payins: Payins;
  readonly refunds: Refunds;
  readonly paymentLinks: PaymentLinks;
  readonly rails: Rails;
  readonly banks: Banks;
  readonly discrepancies: Discrepancies;
  readonly webhookEndpoints: WebhookEndpoints;
  readonly notifications: Notifications;
  readonly events: Events;
  readonly #http: HttpClient;

  constructor(options: RecaudoOptions) {
    const http = new HttpClient(options);
    this.#http = http;
    this.payins = new Payins(http);
    this.refunds = new Refunds(http);
    this.paymentLinks = new PaymentLinks(http);
    this.rails = new Rails(http);
    this.banks = new Banks(http);
    this.discrepancies = new Discrepancies(http);
    this.webhookEndpoints = new WebhookEndpoints(http);
    this.notifications = new Notifications(http);
    this.events = new Events(http);
  }

  /**
   * Any other call of the API: `recaudo.request('get', '/reports/daily', { query: { date: '2026-11-29' } })`. What it changes is sent again only
   * if the answer says that nothing was done, unless you say `repeatable: 'always'`.
   */
  request<M extends Method, P extends PathOf<M>>(
    method: M,
    path: P,
    call: CallOf<M, P>,
  ): Promise<AnswerOf<OperationAt<M, P>>> {
    return this.#http.send(method, path, call);
  }
}
