import type { WebhookDelivery, WebhookTried } from '../webhook-sender.js';
import type { TumiPayOrder, TumiPayOrderStatus } from './order.js';

const WEBHOOK_TRIES_KEPT = 100;

type Stored<Order> = { readonly [Key in keyof Order]: Order[Key] extends bigint ? string : Order[Key] };

/** What the journal holds; amounts are decimal strings of cents, because JSON has no bigint. */
export type TumiPayEvent =
  | {
      readonly type: 'order_created';
      readonly order: Stored<Omit<TumiPayOrder, 'status' | 'settledInCents' | 'paidAt' | 'webhooks'>>;
    }
  | {
      readonly type: 'order_settled';
      readonly ticket: string;
      readonly status: TumiPayOrderStatus;
      readonly settledInCents: string | null;
      readonly at: number;
    }
  | { readonly type: 'webhook_queued'; readonly delivery: WebhookDelivery }
  | ({ readonly type: 'webhook_tried' } & WebhookTried);

const EVENT_TYPES: readonly unknown[] = [
  'order_created',
  'order_settled',
  'webhook_queued',
  'webhook_tried',
] satisfies TumiPayEvent['type'][];

/** Only the type is looked at: the rest was written by this class's own owner. */
export function isTumiPayEvent(value: unknown): value is TumiPayEvent {
  return typeof value === 'object' && value !== null && 'type' in value && EVENT_TYPES.includes(value.type);
}

/** The ledger in memory. It changes by events only, so that a replay of the journal ends in the same state. */
export class OrderBook {
  readonly #byTicket = new Map<string, TumiPayOrder>();
  readonly #ticketsByReference = new Map<string, string[]>();
  readonly #undelivered = new Map<string, WebhookDelivery>();

  apply(event: TumiPayEvent): void {
    switch (event.type) {
      case 'order_created': {
        const { order } = event;
        const requestedInCents = BigInt(order.requestedInCents);
        this.#byTicket.set(order.ticket, {
          ...order,
          requestedInCents,
          status: 'PENDING',
          settledInCents: null,
          paidAt: null,
          webhooks: [],
        });
        const tickets = this.#ticketsByReference.get(order.reference) ?? [];
        this.#ticketsByReference.set(order.reference, [...tickets, order.ticket]);
        return;
      }
      case 'order_settled': {
        const order = this.byTicket(event.ticket);
        if (order === undefined) return;
        const settledInCents = event.settledInCents === null ? null : BigInt(event.settledInCents);
        const paidAt = event.status === 'APPROVED' ? event.at : null;
        this.#byTicket.set(order.ticket, { ...order, status: event.status, settledInCents, paidAt });
        return;
      }
      case 'webhook_queued':
        this.#undelivered.set(event.delivery.id, event.delivery);
        return;
      case 'webhook_tried':
        this.#applyTry(event);
        return;
    }
  }

  byTicket(ticket: string): TumiPayOrder | undefined {
    return this.#byTicket.get(ticket);
  }

  /** Oldest first; more than one only where a reference may be used again. */
  byReference(reference: string): TumiPayOrder[] {
    const tickets = this.#ticketsByReference.get(reference) ?? [];
    return tickets.flatMap((ticket) => this.#byTicket.get(ticket) ?? []);
  }

  /** A ticket wins over a reference of the same text; of several orders with one reference the newest is meant. */
  find(ticketOrReference: string): TumiPayOrder | undefined {
    return this.byTicket(ticketOrReference) ?? this.byReference(ticketOrReference).at(-1);
  }

  /** Oldest first. */
  all(): TumiPayOrder[] {
    return [...this.#byTicket.values()];
  }

  undelivered(): WebhookDelivery[] {
    return [...this.#undelivered.values()];
  }

  clear(): void {
    this.#byTicket.clear();
    this.#ticketsByReference.clear();
    this.#undelivered.clear();
  }

  #applyTry({ deliveryId, orderId, attempt, nextDueAt }: WebhookTried): void {
    const order = this.byTicket(orderId);
    if (order !== undefined) {
      const webhooks = [...order.webhooks, attempt].slice(-WEBHOOK_TRIES_KEPT);
      this.#byTicket.set(order.ticket, { ...order, webhooks });
    }
    const delivery = deliveryId === null ? undefined : this.#undelivered.get(deliveryId);
    if (delivery === undefined) return;
    if (nextDueAt === null) this.#undelivered.delete(delivery.id);
    else this.#undelivered.set(delivery.id, { ...delivery, triesMade: delivery.triesMade + 1, dueAt: nextDueAt });
  }
}
