import { randomUUID } from 'node:crypto';
import { ControlError } from './control-input.js';
import type { ClockMove, ClockView } from './order-clock.js';
import type { OrderStore } from './order-store.js';
import type { NewOrder, Order, Payment } from './order.js';
import type { OrderRules, Setup, Step, WebhookPayload } from './order-rules.js';
import type { ProviderTypes } from './provider-types.js';
import {
  WebhookSender,
  type WebhookDelivery,
  type WebhookMessage,
  type WebhookAttemptResult,
  type WebhookAttempt,
} from './webhook-sender.js';

const LATE_DEFAULT_MS = 10_000;
const TIMER_MAX_MS = 2_147_483_647;
const STEPS_AT_ONCE_MAX = 20;
const WEBHOOK_ATTEMPTS_KEPT = 100;

export type WebhookMode = 'send' | 'none' | 'twice' | 'late';

/** How the webhook of a change goes out; `delayMs` defaults to 10 000 for `late` and to 0 otherwise. */
export interface WebhookPlan {
  readonly mode?: WebhookMode;
  readonly delayMs?: number;
}

/** What arrives when an order is paid. Defaults: the requested amount, the provider's own fee and id. */
export interface Money {
  readonly amountInCents?: bigint | undefined;
  readonly feeInCents?: bigint | undefined;
  readonly paymentId?: string | undefined;
}

/** The only writer of a provider's orders. Every change is made and saved at once, so two requests never both win. */
export class OrderBook<P extends ProviderTypes> {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #sender: WebhookSender;

  constructor(
    private readonly rules: OrderRules<P>,
    private readonly store: OrderStore<P>,
    private readonly setup: () => Setup<P>,
  ) {
    this.#sender = new WebhookSender({
      attempted: (result) => this.#saveAttempt(result),
      acknowledged: (answer) => rules.webhook.acknowledged(answer),
      retryOf: (message) => ({ ...message, ...rules.webhook.retryContent?.(message, setup()) }),
      waitAfterMs: (attemptsMade) => rules.webhook.waitAfterMs(attemptsMade, setup()),
    });
  }

  /** Continues undelivered webhooks and the steps that come by themselves. */
  start(): void {
    for (const delivery of this.store.all().flatMap((order) => order.pendingWebhooks)) this.#sender.schedule(delivery);
    this.watchSteps();
  }

  /** Called again when switches change. */
  watchSteps(): void {
    for (const order of this.store.all()) this.#watchStepOf(order);
  }

  create({ lifeMs, ...order }: NewOrder<P>): Order<P> {
    const createdAt = Date.now();
    const created = this.store.save({
      ...order,
      createdAt,
      expiresAt: lifeMs === null ? null : createdAt + lifeMs,
      updatedAt: createdAt,
      closedAt: null,
      payments: [],
      reversedAt: null,
      reads: 0,
      webhooks: [],
      pendingWebhooks: [],
    });
    // No step is taken yet: the answer shows the order as it was created.
    this.#watchStepOf(created);
    return created;
  }

  find(idOrReference: string): Order<P> | undefined {
    const order = this.store.find(idOrReference);
    return order === undefined ? undefined : this.#stepIfDue(order);
  }

  /** Newest first. */
  list(reference?: string): Order<P>[] {
    const orders = reference === undefined ? this.store.all() : this.store.byReference(reference);
    return orders.map((order) => this.#stepIfDue(order)).toReversed();
  }

  /** For a provider that shows more from the second read on. */
  countRead(order: Order<P>): Order<P> {
    return this.store.save({ ...order, reads: order.reads + 1 });
  }

  /** What the provider keeps of it beside amounts, times and status. */
  keep(order: Order<P>, details: Partial<P['details']>): Order<P> {
    return this.store.save({ ...order, details: { ...order.details, ...details } });
  }

  isOpen(order: Order<P>): boolean {
    return this.rules.openStatuses.includes(order.status);
  }

  /** Whether money can arrive: also late, but a second time only where the provider accepts more. */
  isPayable(order: Order<P>): boolean {
    return order.payments.length === 0 || (this.rules.acceptsMorePayments?.(order, this.setup()) ?? false);
  }

  /** Money arrives; it may be late. Throws `ControlError` when the order accepts no (more) money. */
  pay(order: Order<P>, money: Money = {}, plan: WebhookPlan = {}): Order<P> {
    const { rules } = this;
    if (!this.isPayable(order)) {
      throw new ControlError(
        400,
        `The order is ${order.status} already; POST /orders/${order.id}/webhook sends its webhook again.`,
      );
    }
    const amountInCents = money.amountInCents ?? order.requestedInCents;
    const payment: Payment = {
      paymentId: money.paymentId ?? rules.newPaymentId?.() ?? randomUUID(),
      amountInCents,
      feeInCents: money.feeInCents ?? rules.feeInCents?.(amountInCents, this.setup()) ?? 0n,
      paidAt: Date.now(),
    };
    if (order.payments.some(({ paymentId }) => paymentId === payment.paymentId)) {
      throw new ControlError(400, `The order has a payment ${payment.paymentId} already.`);
    }
    return this.#change(order, 'pay', plan, payment);
  }

  /** Moves an open order, or reverses a paid one. Throws `ControlError` when it cannot be. */
  move(order: Order<P>, verb: P['move'], plan: WebhookPlan = {}): Order<P> {
    if (verb === 'reverse') {
      if (order.payments.length === 0) throw new ControlError(400, `The order is ${order.status}: nothing was paid.`);
      if (order.reversedAt !== null) throw new ControlError(400, 'The order is reversed already.');
    } else if (!this.isOpen(order)) {
      const open = this.rules.openStatuses.join(' or ');
      throw new ControlError(
        400,
        `The order is ${order.status}: only a ${open} order can be moved so; pay works late.`,
      );
    }
    return this.#change(order, verb, plan);
  }

  /** As if the payer filled in the form: the provider's own sandbox rule decides. */
  submit(order: Order<P>, plan: WebhookPlan = {}): Order<P> {
    const verb = this.rules.submit?.(order, this.setup());
    if (verb === undefined) throw new ControlError(404, `${this.rules.title} has no sandbox rule of its own.`);
    if (!this.isOpen(order)) throw new ControlError(400, `The order is ${order.status}: the form is closed.`);
    return verb === 'pay' ? this.pay(order, {}, plan) : this.move(order, verb, plan);
  }

  /** The move of that name; throws `ControlError` when the provider has none. */
  moveNamed(name: string): P['move'] {
    // The table has exactly these keys; the type of Object.keys is wider.
    const verbs = Object.keys(this.rules.statusAfter) as ('pay' | P['move'])[];
    const move = verbs.find((verb) => verb === name && verb !== 'pay');
    if (move !== undefined) return move;
    throw new ControlError(404, `${this.rules.title} has no ${name}; it has ${verbs.join(', ')}.`);
  }

  /** Sends one webhook now, true or forged, and changes nothing. */
  async sendByHand(order: Order<P>, payload: WebhookPayload<P>): Promise<WebhookAttempt> {
    const message = this.#message(order, payload);
    if (message === null) throw new ControlError(400, 'There is no address to send a webhook to.');
    return this.#sender.sendOnce(message);
  }

  /** A merchant's orders become older, and what is due then happens. */
  advance(move: ClockMove): void {
    for (const order of this.store.move(move)) {
      for (const delivery of order.pendingWebhooks) this.#sender.reschedule(delivery);
      this.#watchStepOf(order);
    }
  }

  /** @param prefix what all references of a merchant begin with */
  clock(prefix: string): ClockView {
    const due = this.store.all().flatMap((order) => {
      if (!order.reference.startsWith(prefix)) return [];
      const step = this.rules.nextStep(order, this.setup());
      return [...(step ? [step.dueAt] : []), ...order.pendingWebhooks.map(({ dueAt }) => dueAt)];
    });
    const next = due.reduce((soonest, one) => Math.min(soonest, one), Number.POSITIVE_INFINITY);
    const nextDueInMs = due.length === 0 ? null : next - Date.now();
    return { prefix, advancedSeconds: this.store.advancedSeconds(prefix), nextDueInMs };
  }

  reset(): void {
    this.#sender.clear();
    for (const id of this.#timers.keys()) this.#stopTimerOf(id);
    this.store.clear();
  }

  async close(): Promise<void> {
    for (const id of this.#timers.keys()) this.#stopTimerOf(id);
    await this.#sender.close();
  }

  #change(order: Order<P>, verb: 'pay' | P['move'], plan: WebhookPlan, payment?: Payment): Order<P> {
    const { rules } = this;
    const setup = this.setup();
    const paid = payment === undefined ? order : { ...order, payments: [...order.payments, payment] };
    const status = rules.statusAfter[verb](paid, setup);
    const at = payment?.paidAt ?? Date.now();
    const closedAt = status === order.status ? (order.closedAt ?? at) : at;
    const changed: Order<P> = {
      ...paid,
      status,
      updatedAt: at,
      closedAt: rules.openStatuses.includes(status) ? null : closedAt,
      reversedAt: verb === 'reverse' ? at : order.reversedAt,
      details: { ...order.details, ...rules.detailsAfter?.(paid, verb, setup) },
    };
    const notified = rules.webhook.notifies?.(changed, verb, setup) ?? true;
    const deliveries = notified ? this.#deliveries(changed, at, plan, payment) : [];
    // Saved together: a crash never leaves a changed order without its webhook.
    const saved = this.store.save({ ...changed, pendingWebhooks: [...order.pendingWebhooks, ...deliveries] });
    for (const delivery of deliveries) this.#sender.schedule(delivery);
    this.#watchStepOf(saved);
    return saved;
  }

  #deliveries(order: Order<P>, at: number, plan: WebhookPlan, payment = order.payments.at(-1)): WebhookDelivery[] {
    const mode = plan.mode ?? 'send';
    const amountInCents = payment?.amountInCents ?? order.requestedInCents;
    const payload = { status: order.status, amountInCents, payment: payment ?? null, signature: 'valid' } as const;
    const message = this.#message(order, payload);
    if (message === null) return [];
    const dueAt = at + (plan.delayMs ?? (mode === 'late' ? LATE_DEFAULT_MS : 0));
    const copies = mode === 'none' ? 0 : mode === 'twice' ? 2 : 1;
    return Array.from({ length: copies }, () => ({ ...message, id: randomUUID(), attemptsMade: 0, dueAt }));
  }

  #message(order: Order<P>, payload: WebhookPayload<P>): WebhookMessage | null {
    const { webhook } = this.rules;
    const setup = this.setup();
    const url = webhook.url === undefined ? order.webhookUrl : webhook.url(setup);
    if (url === null) return null;
    return { orderId: order.id, status: payload.status, url, ...webhook.content(order, payload, setup) };
  }

  #saveAttempt({ deliveryId, orderId, attempt, next }: WebhookAttemptResult): void {
    const order = this.store.byId(orderId);
    if (order === undefined) return;
    const others = order.pendingWebhooks.filter(({ id }) => id !== deliveryId);
    this.store.save({
      ...order,
      webhooks: [...order.webhooks, attempt].slice(-WEBHOOK_ATTEMPTS_KEPT),
      pendingWebhooks: next === null ? others : [...others, next],
    });
  }

  #stepIfDue(order: Order<P>): Order<P> {
    let current = order;
    for (let steps = 0; steps < STEPS_AT_ONCE_MAX; steps += 1) {
      const step = this.rules.nextStep(current, this.setup());
      if (step === null || Date.now() < step.dueAt) return current;
      current = this.#take(current, step.verb);
    }
    throw new Error(`${this.rules.title}: nextStep never comes to an end.`);
  }

  #take(order: Order<P>, verb: Step<P>['verb']): Order<P> {
    if (verb === 'pay') return this.pay(order);
    return verb === 'submit' ? this.submit(order) : this.move(order, verb);
  }

  #watchStepOf(order: Order<P>): void {
    this.#stopTimerOf(order.id);
    const step = this.rules.nextStep(order, this.setup());
    if (step === null) return;
    const waitMs = Math.min(Math.max(step.dueAt - Date.now(), 0), TIMER_MAX_MS);
    const timer = setTimeout(() => {
      const current = this.store.byId(order.id);
      if (current !== undefined) this.#watchStepOf(this.#stepIfDue(current));
    }, waitMs);
    this.#timers.set(order.id, timer);
  }

  #stopTimerOf(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
}
