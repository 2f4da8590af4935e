import type { HttpClient } from './http.js';
import type { CallOptions } from './options.js';
import { Following, Pages } from './pages.js';
import { DEFAULTS } from './options.js';
import type {
  CreatePayin,
  CreatePaymentLink,
  CreateWebhookEndpoint,
  Discrepancy,
  EventInOrder,
  Explanation,
  FollowEvents,
  LedgerEntry,
  ListDiscrepancies,
  ListedDiscrepancy,
  ListedNotification,
  ListEvents,
  ListNotifications,
  ListPayins,
  ListPaymentLinks,
  ListPseBanks,
  ListRefunds,
  Notification,
  Page,
  Payin,
  PayinEvent,
  PaymentLink,
  PayRefund,
  PseBank,
  RailTerms,
  Refund,
  RejectDiscrepancy,
  RequestRefund,
  ResendNotifications,
  ResolveDiscrepancy,
  SearchPayins,
  UpdatePaymentLink,
  UpdateWebhookEndpoint,
  WebhookEndpoint,
  WebhookEndpointWithSecret,
} from './types.js';

class Resource {
  protected readonly http: HttpClient;

  constructor(http: HttpClient) {
    this.http = http;
  }
}

export class Payins extends Resource {
  /** The reference is the idempotency key: it is sent again until it is answered, and never makes a second payin. */
  create(body: CreatePayin, options?: CallOptions): Promise<Payin> {
    return this.http.send('post', '/payins', { ...options, body, repeatable: 'always' });
  }

  get(id: string, options?: CallOptions): Promise<Payin> {
    return this.http.send('get', '/payins/{id}', { ...options, params: { id } });
  }

  /** Newest first. */
  list(query: ListPayins = {}, options?: CallOptions): Pages<Payin> {
    return new Pages((cursor) => this.http.send('get', '/payins', { ...options, query: { ...query, cursor } }));
  }

  /** By what a customer has in hand. Newest first. */
  search(body: SearchPayins, options?: CallOptions): Pages<Payin> {
    return new Pages((cursor) =>
      this.http.send('post', '/payins/search', { ...options, body: { ...body, cursor }, repeatable: 'always' }),
    );
  }

  /** Its story in words, in Spanish and English, and what it waits for. */
  explain(id: string, options?: CallOptions): Promise<Explanation> {
    return this.http.send('get', '/payins/{id}/explain', { ...options, params: { id } });
  }

  /** Its history. */
  async events(id: string, options?: CallOptions): Promise<PayinEvent[]> {
    return (await this.http.send('get', '/payins/{id}/events', { ...options, params: { id } })).data;
  }

  async ledgerEntries(id: string, options?: CallOptions): Promise<LedgerEntry[]> {
    return (await this.http.send('get', '/payins/{id}/ledger-entries', { ...options, params: { id } })).data;
  }

  /** Has the provider asked now. */
  refresh(id: string, options?: CallOptions): Promise<Payin> {
    return this.http.send('post', '/payins/{id}/refresh', { ...options, params: { id }, repeatable: 'always' });
  }

  /** Stops waiting for the payer. Money that still arrives is not lost. */
  cancel(id: string, options?: CallOptions): Promise<Payin> {
    return this.http.send('post', '/payins/{id}/cancel', { ...options, params: { id }, repeatable: 'always' });
  }

  /** Accepts an underpaid payin as paid. It is still UNDERPAID where the amount needs a second person. */
  accept(id: string, options?: CallOptions): Promise<Payin> {
    return this.http.send('post', '/payins/{id}/accept', { ...options, params: { id } });
  }
}

export class Refunds extends Resource {
  /** With a `reference` it is sent again until it is answered, and never makes a second refund. */
  request(payinId: string, body: RequestRefund, options?: CallOptions): Promise<Refund> {
    const repeatable = body.reference === undefined ? 'refused' : 'always';
    return this.http.send('post', '/payins/{id}/refunds', { ...options, params: { id: payinId }, body, repeatable });
  }

  get(id: string, options?: CallOptions): Promise<Refund> {
    return this.http.send('get', '/refunds/{id}', { ...options, params: { id } });
  }

  /** Newest first. */
  list(query: ListRefunds = {}, options?: CallOptions): Pages<Refund> {
    return new Pages((cursor) => this.http.send('get', '/refunds', { ...options, query: { ...query, cursor } }));
  }

  approve(id: string, options?: CallOptions): Promise<Refund> {
    return this.http.send('post', '/refunds/{id}/approve', { ...options, params: { id }, repeatable: 'always' });
  }

  /** Records that it was paid. */
  pay(id: string, body: PayRefund, options?: CallOptions): Promise<Refund> {
    return this.http.send('post', '/refunds/{id}/pay', { ...options, params: { id }, body, repeatable: 'always' });
  }

  cancel(id: string, options?: CallOptions): Promise<Refund> {
    return this.http.send('post', '/refunds/{id}/cancel', { ...options, params: { id }, repeatable: 'always' });
  }
}

export class PaymentLinks extends Resource {
  /** The reference is the idempotency key, as of a payin. */
  create(body: CreatePaymentLink, options?: CallOptions): Promise<PaymentLink> {
    return this.http.send('post', '/payment-links', { ...options, body, repeatable: 'always' });
  }

  get(id: string, options?: CallOptions): Promise<PaymentLink> {
    return this.http.send('get', '/payment-links/{id}', { ...options, params: { id } });
  }

  /** Newest first. */
  list(query: ListPaymentLinks = {}, options?: CallOptions): Pages<PaymentLink> {
    return new Pages((cursor) => this.http.send('get', '/payment-links', { ...options, query: { ...query, cursor } }));
  }

  update(id: string, body: UpdatePaymentLink, options?: CallOptions): Promise<PaymentLink> {
    return this.http.send('patch', '/payment-links/{id}', { ...options, params: { id }, body, repeatable: 'always' });
  }

  /** The payins that it has made, newest first. */
  payins(id: string, options?: CallOptions): Pages<Payin> {
    return new Pages((cursor) =>
      this.http.send('get', '/payment-links/{id}/payins', { ...options, params: { id }, query: { cursor } }),
    );
  }
}

export class Rails extends Resource {
  /** Those open to your organization, with their limits and times. */
  async list(options?: CallOptions): Promise<RailTerms[]> {
    return (await this.http.send('get', '/rails', { ...options })).data;
  }
}

export class Banks extends Resource {
  /** The banks of PSE: `pse.bank` of a payin is one's `code`. */
  list(query: ListPseBanks = {}, options?: CallOptions): Promise<PseBank[]> {
    return this.http.send('get', '/pse/banks', { ...options, query });
  }
}

export class Discrepancies extends Resource {
  get(id: string, options?: CallOptions): Promise<Discrepancy> {
    return this.http.send('get', '/discrepancies/{id}', { ...options, params: { id } });
  }

  list(query: ListDiscrepancies = {}, options?: CallOptions): Pages<ListedDiscrepancy> {
    return new Pages((cursor) => this.http.send('get', '/discrepancies', { ...options, query: { ...query, cursor } }));
  }

  /** It is still OPEN where its amount needs a second person. */
  resolve(id: string, body: ResolveDiscrepancy, options?: CallOptions): Promise<ListedDiscrepancy> {
    return this.http.send('post', '/discrepancies/{id}/resolve', {
      ...options,
      params: { id },
      body,
      repeatable: 'always',
    });
  }

  approve(id: string, options?: CallOptions): Promise<ListedDiscrepancy> {
    return this.http.send('post', '/discrepancies/{id}/approve', { ...options, params: { id }, repeatable: 'always' });
  }

  reject(id: string, body: RejectDiscrepancy, options?: CallOptions): Promise<ListedDiscrepancy> {
    return this.http.send('post', '/discrepancies/{id}/reject', { ...options, params: { id }, body });
  }
}

export class WebhookEndpoints extends Resource {
  /** The secret is in this answer alone. */
  create(body: CreateWebhookEndpoint, options?: CallOptions): Promise<WebhookEndpointWithSecret> {
    return this.http.send('post', '/webhook-endpoints', { ...options, body });
  }

  get(id: string, options?: CallOptions): Promise<WebhookEndpoint> {
    return this.http.send('get', '/webhook-endpoints/{id}', { ...options, params: { id } });
  }

  /** Newest first. */
  list(options?: CallOptions): Pages<WebhookEndpoint> {
    return new Pages((cursor) => this.http.send('get', '/webhook-endpoints', { ...options, query: { cursor } }));
  }

  update(id: string, body: UpdateWebhookEndpoint, options?: CallOptions): Promise<WebhookEndpoint> {
    return this.http.send('patch', '/webhook-endpoints/{id}', {
      ...options,
      params: { id },
      body,
      repeatable: 'always',
    });
  }

  async delete(id: string, options?: CallOptions): Promise<void> {
    await this.http.send('delete', '/webhook-endpoints/{id}', { ...options, params: { id } });
  }

  /** For a day messages are signed with both secrets: give both to `verifyWebhook`. */
  rotateSecret(id: string, options?: CallOptions): Promise<WebhookEndpointWithSecret> {
    return this.http.send('post', '/webhook-endpoints/{id}/rotate-secret', { ...options, params: { id } });
  }

  /** Has a `webhook_endpoint.test` sent to it. */
  test(id: string, options?: CallOptions): Promise<{ notificationId: string; webhookId: string }> {
    return this.http.send('post', '/webhook-endpoints/{id}/test', { ...options, params: { id } });
  }
}

export class Notifications extends Resource {
  /** With its delivery attempts. */
  get(id: string, options?: CallOptions): Promise<Notification> {
    return this.http.send('get', '/notifications/{id}', { ...options, params: { id } });
  }

  /** Newest first. */
  list(query: ListNotifications = {}, options?: CallOptions): Pages<ListedNotification> {
    return new Pages((cursor) => this.http.send('get', '/notifications', { ...options, query: { ...query, cursor } }));
  }

  resend(id: string, options?: CallOptions) {
    return this.http.send('post', '/notifications/{id}/resend', { ...options, params: { id } });
  }

  /** Those of a period. */
  resendAll(body: ResendNotifications, options?: CallOptions) {
    return this.http.send('post', '/notifications/resend', { ...options, body });
  }
}

/** An outage of ten minutes is waited for. */
const PATIENCE = { timeoutMs: 600_000, retries: 100 };

export class Events extends Resource {
  /** All there are, in the order of their commits: from `after` on, else from the oldest. */
  list(query: ListEvents = {}, options?: CallOptions): Pages<EventInOrder> {
    return new Pages((cursor) => this.#page(query, cursor, options));
  }

  /** Those, and then each that is still to come, until its `signal` is aborted. `after: 'now'`: only those. */
  follow(query: FollowEvents = {}, options: CallOptions = {}): Following<EventInOrder> {
    const { limit = 100, wait = 20 } = query;
    const patient = {
      timeoutMs: options.timeoutMs ?? PATIENCE.timeoutMs,
      retries: options.retries ?? PATIENCE.retries,
      attemptTimeoutMs: options.attemptTimeoutMs ?? DEFAULTS.attemptTimeoutMs + wait * 1000,
      signal: options.signal,
    };
    return new Following((cursor) => this.#page({ ...query, limit, wait }, cursor, patient), options.signal);
  }

  async #page(
    query: FollowEvents,
    cursor: string | undefined,
    options: CallOptions | undefined,
  ): Promise<Page<EventInOrder>> {
    const { after } = query;
    const page = await this.http.send('get', '/events', { ...options, query: { ...query, after: cursor ?? after } });
    // The document says of `data` only that it is as in a notification.
    return page as Page<EventInOrder>;
  }
}
