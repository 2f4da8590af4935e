import type { NewOrder, Order, Payment } from './order.js';
import type { ProviderTypes } from './simulation.js';
import type { WebhookDelivery, WebhookTried } from './webhook-sender.js';

const WEBHOOK_TRIES_KEPT = 100;

/** Amounts are decimal strings of cents, because JSON has no bigint. */
type Stored<Value> = { readonly [Key in keyof Value]: Value[Key] extends bigint ? string : Value[Key] };

/** What the journal holds. */
export type LedgerEvent<P extends ProviderTypes> =
  | {
      readonly type: 'order_opened';
      readonly order: Omit<NewOrder<P>, 'requestedInCents' | 'lifeMs'> & {
        readonly requestedInCents: string;
        readonly createdAt: number;
        readonly expiresAt: number | null;
      };
    }
  | OrderChanged<P>
  | { readonly type: 'order_read'; readonly id: string }
  | { readonly type: 'webhook_queued'; readonly delivery: WebhookDelivery }
  | ({ readonly type: 'webhook_tried' } & WebhookTried);

export interface OrderChanged<P extends ProviderTypes> {
  readonly type: 'order_changed';
  readonly id: string;
  readonly at: number;
  readonly status: P['status'];
  /** Whether the payer may still pay in that status. */
  readonly open: boolean;
  readonly payment?: Stored<Payment>;
  readonly reversed?: true;
  readonly details: Partial<P['details']>;
}

const EVENT_TYPES: readonly unknown[] = [
  'order_opened',
  'order_changed',
  'order_read',
  'webhook_queued',
  'webhook_tried',
] satisfies LedgerEvent<ProviderTypes>['type'][];

/** Only the type is looked at: the rest was written by this class's own owner. */
export function isLedgerEvent<P extends ProviderTypes>(value: unknown): value is LedgerEvent<P> {
  return typeof value === 'object' && value !== null && 'type' in value && EVENT_TYPES.includes(value.type);
}

/** The orders in memory. They change by events only, so that a replay of the journal ends in the same state. */
export class Ledger<P extends ProviderTypes> {
  readonly #orders = new Map<string, Order<P>>();
  readonly #idsByReference = new Map<string, string[]>();
  readonly #undelivered = new Map<string, WebhookDelivery>();

  apply(event: LedgerEvent<P>): void {
    switch (event.type) {
      case 'order_opened':
        this.#open(event.order);
        return;
      case 'order_changed':
        this.#update(event.id, (order) => changedOrder(order, event));
        return;
      case 'order_read':
        this.#update(event.id, (order) => ({ ...order, reads: order.reads + 1 }));
        return;
      case 'webhook_queued':
        this.#undelivered.set(event.delivery.id, event.delivery);
        return;
      case 'webhook_tried':
        this.#applyTry(event);
        return;
    }
  }

  byId(id: string): Order<P> | undefined {
    return this.#orders.get(id);
  }

  /** Oldest first; more than one only where a reference may be used again. */
  byReference(reference: string): Order<P>[] {
    const ids = this.#idsByReference.get(reference) ?? [];
    return ids.flatMap((id) => this.#orders.get(id) ?? []);
  }

  /** An id wins over a reference of the same text; of several orders with one reference the newest is meant. */
  find(idOrReference: string): Order<P> | undefined {
    return this.byId(idOrReference) ?? this.byReference(idOrReference).at(-1);
  }

  /** Oldest first. */
  all(): Order<P>[] {
    return [...this.#orders.values()];
  }

  undelivered(): WebhookDelivery[] {
    return [...this.#undelivered.values()];
  }

  clear(): void {
    this.#orders.clear();
    this.#idsByReference.clear();
    this.#undelivered.clear();
  }

  #open(order: Extract<LedgerEvent<P>, { type: 'order_opened' }>['order']): void {
    this.#orders.set(order.id, {
      ...order,
      requestedInCents: BigInt(order.requestedInCents),
      updatedAt: order.createdAt,
      closedAt: null,
      payments: [],
      reversedAt: null,
      reads: 0,
      webhooks: [],
    });
    this.#idsByReference.set(order.reference, [...(this.#idsByReference.get(order.reference) ?? []), order.id]);
  }

  #update(id: string, change: (order: Order<P>) => Order<P>): void {
    const order = this.#orders.get(id);
    if (order !== undefined) this.#orders.set(id, change(order));
  }

  #applyTry({ deliveryId, orderId, attempt, nextDueAt }: WebhookTried): void {
    this.#update(orderId, (order) => ({
      ...order,
      webhooks: [...order.webhooks, attempt].slice(-WEBHOOK_TRIES_KEPT),
    }));
    const delivery = deliveryId === null ? undefined : this.#undelivered.get(deliveryId);
    if (delivery === undefined) return;
    if (nextDueAt === null) this.#undelivered.delete(delivery.id);
    else this.#undelivered.set(delivery.id, { ...delivery, triesMade: delivery.triesMade + 1, dueAt: nextDueAt });
  }
}

/** The order as it is after the event. */
export function changedOrder<P extends ProviderTypes>(order: Order<P>, event: OrderChanged<P>): Order<P> {
  const { at, status, open, payment, reversed, details } = event;
  const closedAt = status === order.status ? (order.closedAt ?? at) : at;
  return {
    ...order,
    status,
    updatedAt: at,
    closedAt: open ? null : closedAt,
    payments: payment === undefined ? order.payments : [...order.payments, restored(payment)],
    reversedAt: reversed ? at : order.reversedAt,
    details: { ...order.details, ...details },
  };
}

export function stored({ amountInCents, feeInCents, ...rest }: Payment): Stored<Payment> {
  return { ...rest, amountInCents: String(amountInCents), feeInCents: String(feeInCents) };
}

function restored({ amountInCents, feeInCents, ...rest }: Stored<Payment>): Payment {
  return { ...rest, amountInCents: BigInt(amountInCents), feeInCents: BigInt(feeInCents) };
}
