import { randomInt, randomUUID } from 'node:crypto';
import type { OwnerJournal } from '../journal.js';
import { WebhookSender, type WebhookMessage, type WebhookTry } from '../webhook-sender.js';
import {
  isOpen,
  type PayinRequest,
  type TumiPayOrder,
  type TumiPayOrderStatus,
  type TumiPayWebhookPlan,
} from './order.js';
import { OrderBook, type TumiPayEvent } from './order-book.js';
import type { TumiPaySandboxSwitches } from './switches.js';
import { webhookBody, webhookSignature } from './wire.js';

const STATIC_KEY = '@tumipaybreb';
const LATE_DEFAULT_MS = 10_000;
const TIMER_MAX_MS = 2_147_483_647;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export type SignatureKind = 'valid' | 'wrong' | 'missing' | 'malformed';

export interface HandMadeWebhook {
  readonly status: TumiPayOrderStatus;
  readonly amountInCents: bigint;
  readonly signature: SignatureKind;
  /** Replaces the whole body. */
  readonly body?: string;
}

export interface CashierOptions {
  readonly journal: OwnerJournal<TumiPayEvent>;
  readonly switches: () => TumiPaySandboxSwitches;
  readonly token: string;
}

/**
 * The one writer of the ledger. Every change is made in memory at once, so that two requests never both win, and is
 * appended to the journal in the same step; whoever answers awaits the journal first.
 */
export class Cashier {
  readonly #book = new OrderBook();
  readonly #expiryTimers = new Map<string, NodeJS.Timeout>();
  readonly #sender: WebhookSender;

  constructor(private readonly options: CashierOptions) {
    this.#sender = new WebhookSender({
      tried: (result) => this.#commit({ type: 'webhook_tried', ...result }),
      flushed: () => options.journal.flushed(),
    });
  }

  /** Replays the journal and takes up what was under way: undelivered webhooks and expiry clocks. */
  start(): void {
    for (const event of this.options.journal.takeReplay()) this.#book.apply(event);
    for (const delivery of this.#book.undelivered()) this.#sender.schedule(delivery);
    this.watchExpiry();
  }

  /** Called again when the `expires` switch changes. */
  watchExpiry(): void {
    for (const order of this.#book.all()) this.#watchExpiryOf(order);
  }

  create(request: PayinRequest): TumiPayOrder {
    const ticket = randomText(15);
    const createdAt = Date.now();
    const order = {
      ...request,
      requestedInCents: String(request.requestedInCents),
      ticket,
      accountNumber: request.method === 'BREB' ? this.#accountNumberFor(ticket) : null,
      cus: randomText(16),
      createdAt,
      expiresAt: createdAt + request.expirationMinutes * 60_000,
    };
    this.#commit({ type: 'order_created', order });
    const created = this.#current(ticket);
    this.#watchExpiryOf(created);
    return created;
  }

  find(ticketOrReference: string): TumiPayOrder | undefined {
    const order = this.#book.find(ticketOrReference);
    return order === undefined ? undefined : this.#expireIfDue(order);
  }

  /** Newest first. */
  list(reference?: string): TumiPayOrder[] {
    const orders = reference === undefined ? this.#book.all() : this.#book.byReference(reference);
    return orders.map((order) => this.#expireIfDue(order)).toReversed();
  }

  /** Moves an order to a final status and sends its webhook; the caller has checked that the move is allowed. */
  settle(
    order: TumiPayOrder,
    status: Exclude<TumiPayOrderStatus, 'PENDING'>,
    settledInCents: bigint | null,
    plan: TumiPayWebhookPlan = {},
  ): TumiPayOrder {
    const mode = plan.mode ?? 'send';
    const at = Date.now();
    const amount = settledInCents ?? order.requestedInCents;
    const message = this.#message(order, { status, amountInCents: amount, signature: 'valid' });
    const dueAt = at + (plan.delayMs ?? (mode === 'late' ? LATE_DEFAULT_MS : 0));
    const copies = mode === 'none' ? 0 : mode === 'twice' ? 2 : 1;
    const deliveries = Array.from({ length: copies }, () => ({ ...message, id: randomUUID(), triesMade: 0, dueAt }));
    // One journal line: a crash never leaves a settled order without its webhook.
    this.#commit(
      {
        type: 'order_settled',
        ticket: order.ticket,
        status,
        settledInCents: settledInCents === null ? null : String(settledInCents),
        at,
      },
      ...deliveries.map((delivery) => ({ type: 'webhook_queued', delivery }) as const),
    );
    this.#stopExpiryOf(order.ticket);
    for (const delivery of deliveries) this.#sender.schedule(delivery);
    return this.#current(order.ticket);
  }

  /** Sends one webhook now, true or forged, and changes nothing. */
  sendByHand(order: TumiPayOrder, webhook: HandMadeWebhook): Promise<WebhookTry> {
    return this.#sender.sendOnce(this.#message(order, webhook));
  }

  reset(): void {
    this.#sender.clear();
    for (const ticket of this.#expiryTimers.keys()) this.#stopExpiryOf(ticket);
    this.#book.clear();
    this.options.journal.forget();
  }

  async close(): Promise<void> {
    for (const ticket of this.#expiryTimers.keys()) this.#stopExpiryOf(ticket);
    await this.#sender.close();
  }

  #message(order: TumiPayOrder, webhook: HandMadeWebhook): WebhookMessage {
    const { token, switches } = this.options;
    const valid = webhookSignature(token, order.ticket, order.reference);
    const signatures: Readonly<Record<SignatureKind, string | undefined>> = {
      valid,
      wrong: webhookSignature(`${token}-wrong`, order.ticket, order.reference),
      missing: undefined,
      malformed: 'not-a-signature',
    };
    const signature = signatures[webhook.signature];
    return {
      orderId: order.ticket,
      status: webhook.status,
      url: order.ipnUrl,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Tumipay/1.1',
        ...(signature === undefined ? {} : { 'x-trx-signature': signature }),
      },
      body: webhook.body ?? webhookBody(order, webhook.status, webhook.amountInCents, switches().webhookAmountUnit),
    };
  }

  #accountNumberFor(ticket: string): string | null {
    const kind = this.options.switches().accountNumber;
    if (kind === 'absent') return null;
    return kind === 'static' ? STATIC_KEY : `@tumi${ticket}`;
  }

  #commit(...events: TumiPayEvent[]): void {
    this.options.journal.append(...events);
    for (const event of events) this.#book.apply(event);
  }

  #current(ticket: string): TumiPayOrder {
    const order = this.#book.byTicket(ticket);
    if (order === undefined) throw new Error(`The ledger lost the ticket ${ticket}.`);
    return order;
  }

  #expireIfDue(order: TumiPayOrder): TumiPayOrder {
    if (!isOpen(order) || !this.options.switches().expires || Date.now() < order.expiresAt) return order;
    return this.settle(order, 'EXPIRED', null);
  }

  #watchExpiryOf(order: TumiPayOrder): void {
    this.#stopExpiryOf(order.ticket);
    if (!isOpen(order) || !this.options.switches().expires) return;
    const waitMs = Math.min(Math.max(order.expiresAt - Date.now(), 0), TIMER_MAX_MS);
    const timer = setTimeout(() => {
      const now = this.#expireIfDue(this.#current(order.ticket));
      this.#watchExpiryOf(now);
    }, waitMs);
    this.#expiryTimers.set(order.ticket, timer);
  }

  #stopExpiryOf(ticket: string): void {
    clearTimeout(this.#expiryTimers.get(ticket));
    this.#expiryTimers.delete(ticket);
  }
}

function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
