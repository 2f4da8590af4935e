import { type ClockMove, isMovedBy, older, olderByMs } from './order-clock.js';
import type { OrderFile, SavedOrder } from './order-file.js';
import type { Order, Payment } from './order.js';
import type { ProviderTypes } from './provider-types.js';

type Saved<Value> = { readonly [Key in keyof Value]: Value[Key] extends bigint ? string : Value[Key] };

/** The orders of one simulated provider: in memory, and in the file. */
export class OrderStore<P extends ProviderTypes> {
  readonly #orders = new Map<string, Order<P>>();
  readonly #idsByReference = new Map<string, string[]>();
  /** By what a merchant's references begin with. */
  readonly #advancedSeconds = new Map<string, number>();

  constructor(
    private readonly provider: string,
    private readonly file: OrderFile,
  ) {
    for (const saved of file.takeOrdersOf(provider)) this.#keep(restored(saved));
    for (const { prefix, advancedSeconds } of file.takeClocksOf(provider))
      this.#advancedSeconds.set(prefix, advancedSeconds);
  }

  /** In the file first: an order that cannot be saved does not change. */
  save(order: Order<P>): Order<P> {
    this.file.save(this.provider, order);
    this.#keep(order);
    return order;
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

  advancedSeconds(prefix: string): number {
    return this.#advancedSeconds.get(prefix) ?? 0;
  }

  /** @returns the orders that have become older */
  move(clock: ClockMove): Order<P>[] {
    const byMs = olderByMs(clock, this.#advancedSeconds.get(clock.prefix));
    if (clock.advancedSeconds <= this.advancedSeconds(clock.prefix)) return [];
    this.file.move(this.provider, clock);
    this.#advancedSeconds.set(clock.prefix, clock.advancedSeconds);
    const moved = this.all().filter((order) => isMovedBy(order, clock));
    return moved.map((order) => {
      const aged = older(order, byMs);
      this.#keep(aged);
      return aged;
    });
  }

  clear(): void {
    this.file.clear(this.provider);
    this.#advancedSeconds.clear();
    this.#orders.clear();
    this.#idsByReference.clear();
  }

  #keep(order: Order<P>): void {
    const { id, reference } = order;
    if (!this.#orders.has(id)) {
      this.#idsByReference.set(reference, [...(this.#idsByReference.get(reference) ?? []), id]);
    }
    this.#orders.set(id, order);
  }
}

function restored<P extends ProviderTypes>(saved: SavedOrder): Order<P> {
  // The format line of the file says that this class has saved the order; types cannot say that.
  const order = saved as Saved<Omit<Order<P>, 'payments'>> & { readonly payments: readonly Saved<Payment>[] };
  return {
    ...order,
    requestedInCents: BigInt(order.requestedInCents),
    payments: order.payments.map((payment) => ({
      ...payment,
      amountInCents: BigInt(payment.amountInCents),
      feeInCents: BigInt(payment.feeInCents),
    })),
  } as Order<P>;
}
