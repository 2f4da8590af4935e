import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { type Action, type ActionCall, actionsOf } from './actions.js';
import type { CallLog, CallRecord } from './call-log.js';
import type { OrderBook, WebhookMode, WebhookPlan } from './order-book.js';
import {
  asObject,
  ControlError,
  isJsonObject,
  optionalChoice,
  optionalInteger,
  optionalText,
  parseJsonObject,
  refuseUnknownKeys,
  type JsonObject,
} from './control-input.js';
import type { FaultPlan, FaultRequest } from './faults.js';
import type { ClockView } from './order-clock.js';
import { settledInCents, viewOf, type Order, type OrderView, type Payment } from './order.js';
import type { Setup, SignatureKind } from './order-rules.js';
import type { ProviderTypes } from './provider-types.js';
import type { Simulation } from './simulation.js';
import { type SwitchInfo, type Switches, switchesOf } from './switches.js';
import type { WebhookAttempt } from './webhook-sender.js';

const AMOUNT_MAX_CENTS = 1_000_000_000_000_000;
const WEBHOOK_DELAY_MAX_MS = 3_600_000;
const BY_HAND_DELAY_MAX_MS = 60_000;
const COPIES_MAX = 20;
const ORDERS_LISTED_MAX = 1_000;
const CLOCK_MAX_SECONDS = 1_000_000_000;
const MODES: readonly WebhookMode[] = ['send', 'none', 'twice', 'late'];
const SIGNATURES: readonly SignatureKind[] = ['valid', 'wrong', 'missing', 'malformed'];

/** What the control API of one simulated provider needs. */
export interface ControlContext<P extends ProviderTypes> {
  readonly simulation: Simulation<P>;
  readonly orderBook: OrderBook<P>;
  readonly faults: FaultPlan<P['operation']>;
  readonly calls: CallLog;
  readonly switches: Switches<P['switches']>;
  readonly setup: () => Setup<P>;
  readonly closing: AbortSignal;
}

/** All that can be done to one simulated provider from outside: the routes of the control API and the home call the same functions. */
export class Control<P extends ProviderTypes> {
  readonly name: string;
  readonly title: string;
  readonly operations: readonly P['operation'][];
  readonly switchInfos: readonly SwitchInfo[];

  constructor(private readonly context: ControlContext<P>) {
    const { name, title, operations, switches } = context.simulation;
    this.name = name;
    this.title = title;
    this.operations = operations;
    this.switchInfos = switchesOf(switches);
  }

  /** Newest first. */
  orders(reference?: string): OrderView<P>[] {
    return this.context.orderBook
      .list(reference)
      .slice(0, ORDERS_LISTED_MAX)
      .map((order) => this.#view(order));
  }

  order(id: string): OrderView<P> {
    return this.#view(this.#orderOf(id));
  }

  /** Newest first: those whose reference or id holds the text. */
  search(text: string): FoundOrder[] {
    const wanted = text.toLowerCase();
    return this.context.orderBook
      .list()
      .filter(({ id, reference }) => [id, reference].some((name) => name.toLowerCase().includes(wanted)))
      .map((order) => ({ createdAt: order.createdAt, shown: () => this.#shown(order) }));
  }

  shown(id: string): ShownOrder {
    return this.#shown(this.#orderOf(id));
  }

  pay(id: string, body: JsonObject): OrderView<P> {
    refuseUnknownKeys(body, ['amountInCents', 'feeInCents', 'paymentId', 'webhook'], 'The call');
    const money = {
      amountInCents: centsOf(body, 'amountInCents', 1),
      feeInCents: centsOf(body, 'feeInCents', 0),
      paymentId: optionalText(body, 'paymentId'),
    };
    return this.#view(this.context.orderBook.pay(this.#orderOf(id), money, planOf(body)));
  }

  submit(id: string, body: JsonObject): OrderView<P> {
    refuseUnknownKeys(body, ['webhook'], 'The call');
    return this.#view(this.context.orderBook.submit(this.#orderOf(id), planOf(body)));
  }

  move(id: string, name: string, body: JsonObject): OrderView<P> {
    refuseUnknownKeys(body, ['webhook'], 'The call');
    const { orderBook } = this.context;
    const move = orderBook.moveNamed(name);
    return this.#view(orderBook.move(this.#orderOf(id), move, planOf(body)));
  }

  async webhook(id: string, body: JsonObject): Promise<WebhookAttempt[]> {
    const { simulation, orderBook, closing } = this.context;
    refuseUnknownKeys(
      body,
      ['status', 'amountInCents', 'paymentId', 'copies', 'delayMs', 'signature', 'body'],
      'POST /orders/{id}/webhook',
    );
    const delayMs = optionalInteger(body, 'delayMs', 0, BY_HAND_DELAY_MAX_MS) ?? 0;
    const copies = optionalInteger(body, 'copies', 1, COPIES_MAX) ?? 1;
    const signature = optionalChoice(body, 'signature', SIGNATURES) ?? 'valid';
    const status = optionalChoice<P['status']>(body, 'status', simulation.statuses);
    const asked = centsOf(body, 'amountInCents', 1);
    const paymentId = optionalText(body, 'paymentId');
    const replaced = bodyOf(body);
    this.#orderOf(id);
    if (delayMs > 0) await sleep(delayMs, undefined, { signal: closing });
    // Read again: what is not overridden is sent as it is now.
    const order = this.#orderOf(id);
    const payment = paymentToReport(order, paymentId, asked);
    const payload = {
      status: status ?? order.status,
      amountInCents: asked ?? payment?.amountInCents ?? settledInCents(order) ?? order.requestedInCents,
      payment,
      signature,
      ...(replaced === undefined ? {} : { body: replaced }),
    };
    return Promise.all(Array.from({ length: copies }, () => orderBook.sendByHand(order, payload)));
  }

  /** What the home's button does, and the control API's route of the same name. */
  async perform(id: string, { path, body }: ActionCall): Promise<void> {
    if (path === 'pay') this.pay(id, body);
    else if (path === 'submit') this.submit(id, body);
    else if (path === 'webhook') await this.webhook(id, body);
    else this.move(id, path, body);
  }

  faults(): readonly Required<FaultRequest<P['operation']>>[] {
    return this.context.faults.list();
  }

  addFault(body: JsonObject): readonly Required<FaultRequest<P['operation']>>[] {
    this.context.faults.add(body);
    return this.faults();
  }

  clearFaults(): void {
    this.context.faults.clear();
  }

  switches(): P['switches'] {
    return this.context.switches.current;
  }

  switchesAtStart(): P['switches'] {
    return this.context.switches.atStart;
  }

  changeSwitches(body: JsonObject): P['switches'] {
    this.context.switches.change(body);
    this.context.orderBook.watchSteps();
    return this.switches();
  }

  calls(operation?: string): CallRecord[] {
    return this.context.calls.list(operation);
  }

  clock(prefix: string): ClockView {
    return this.context.orderBook.clock(prefix);
  }

  advance(body: JsonObject): ClockView {
    refuseUnknownKeys(body, ['prefix', 'advancedSeconds', 'bySeconds', 'at'], 'POST /clock');
    const prefix = optionalText(body, 'prefix');
    const advancedSeconds = optionalInteger(body, 'advancedSeconds', 0, CLOCK_MAX_SECONDS);
    const bySeconds = optionalInteger(body, 'bySeconds', 0, CLOCK_MAX_SECONDS);
    const at = Date.parse(optionalText(body, 'at') ?? new Date().toISOString());
    if (!prefix || advancedSeconds === undefined || bySeconds === undefined || Number.isNaN(at))
      throw new ControlError(400, 'POST /clock needs prefix, advancedSeconds and bySeconds; at is a time.');
    this.context.orderBook.advance({ prefix, advancedSeconds, bySeconds, at });
    return this.clock(prefix);
  }

  reset(): void {
    const { switches, faults, calls, orderBook } = this.context;
    switches.reset();
    faults.clear();
    calls.clear();
    orderBook.reset();
  }

  #view(order: Order<P>): OrderView<P> {
    return viewOf(order, this.context.setup().pageUrl(order));
  }

  #shown(order: Order<P>): ShownOrder {
    const { simulation, orderBook, setup } = this.context;
    const labels: Readonly<Record<P['status'], string>> = simulation.page.statuses;
    return {
      view: this.#view(order),
      rail: simulation.page.rail(order),
      statusText: labels[order.status],
      isOpen: orderBook.isOpen(order),
      waitingWebhooks: order.pendingWebhooks.map(({ dueAt, attemptsMade }) => ({ dueAt, attemptsMade })),
      actions: actionsOf(order, { simulation, orderBook, hasWebhooks: hasWebhooks(order, simulation, setup()) }),
    };
  }

  #orderOf(id: string): Order<P> {
    const order = this.context.orderBook.find(id);
    if (order === undefined) {
      throw new ControlError(404, `No order has the id or reference ${id}; GET /orders lists them.`);
    }
    return order;
  }
}

/** A provider's control whatever its types are. */
export type AnyControl = Pick<
  Control<ProviderTypes>,
  | 'name'
  | 'title'
  | 'operations'
  | 'switchInfos'
  | 'search'
  | 'shown'
  | 'perform'
  | 'faults'
  | 'addFault'
  | 'clearFaults'
  | 'switches'
  | 'switchesAtStart'
  | 'changeSwitches'
  | 'calls'
  | 'reset'
>;

export interface FoundOrder {
  readonly createdAt: number;
  shown(): ShownOrder;
}

/** An order with all that the home shows of it. */
export interface ShownOrder {
  readonly view: OrderView<ProviderTypes>;
  readonly rail: string;
  /** The status in a payer's words. */
  readonly statusText: string;
  readonly isOpen: boolean;
  readonly waitingWebhooks: readonly { readonly dueAt: number; readonly attemptsMade: number }[];
  readonly actions: readonly Action[];
}

interface ById {
  Params: { id: string };
}

/** The control API, JSON without authentication. Mounted under `/control/{name}`. */
export function controlApi<P extends ProviderTypes>(app: FastifyInstance, control: Control<P>): void {
  app.get<{ Querystring: { reference?: string } }>('/orders', async ({ query }) => ({
    orders: control.orders(query.reference),
  }));
  app.get<ById>('/orders/:id', async ({ params }) => control.order(params.id));
  app.post<ById>('/orders/:id/pay', async ({ params, body }) => control.pay(params.id, parseJsonObject(body)));
  app.post<ById>('/orders/:id/submit', async ({ params, body }) => control.submit(params.id, parseJsonObject(body)));
  app.post<ById>('/orders/:id/webhook', async ({ params, body }) => ({
    webhooks: await control.webhook(params.id, parseJsonObject(body)),
  }));
  app.post<{ Params: { id: string; move: string } }>('/orders/:id/:move', async ({ params, body }) =>
    control.move(params.id, params.move, parseJsonObject(body)),
  );

  app.get('/faults', async () => ({ faults: control.faults() }));
  app.post('/faults', async ({ body }) => ({ faults: control.addFault(parseJsonObject(body)) }));
  app.delete('/faults', async () => {
    control.clearFaults();
    return { faults: [] };
  });

  app.get('/switches', async () => control.switches());
  app.patch('/switches', async ({ body }) => control.changeSwitches(parseJsonObject(body)));

  app.get<{ Querystring: { operation?: string } }>('/calls', async ({ query }) => ({
    calls: control.calls(query.operation),
  }));

  app.get<{ Querystring: { prefix?: string } }>('/clock', async ({ query }) => control.clock(query.prefix ?? ''));
  app.post('/clock', async ({ body }) => control.advance(parseJsonObject(body)));

  app.post('/reset', async () => {
    control.reset();
    return { reset: true };
  });
}

/** Pays in full the order whose page's address is in the text; undefined when the text has none of this provider. */
export function payByAddressIn<P extends ProviderTypes>(
  text: string,
  prefixes: readonly string[],
  control: Control<P>,
): OrderView<P> | undefined {
  for (const prefix of prefixes) {
    const id = /^[A-Za-z0-9-]+/.exec(text.split(prefix)[1] ?? '')?.[0];
    if (id !== undefined) return control.pay(id, {});
  }
  return undefined;
}

/** The named payment or the last; an id that the order does not have is of a payment that was never made. */
function paymentToReport(
  order: Pick<Order<ProviderTypes>, 'payments' | 'requestedInCents'>,
  paymentId: string | undefined,
  amountInCents: bigint | undefined,
): Payment | null {
  const { payments, requestedInCents } = order;
  const made = paymentId === undefined ? payments.at(-1) : payments.find((payment) => payment.paymentId === paymentId);
  if (made !== undefined) return { ...made, ...(amountInCents === undefined ? {} : { amountInCents }) };
  if (paymentId === undefined) return null;
  return { paymentId, amountInCents: amountInCents ?? requestedInCents, feeInCents: 0n, paidAt: Date.now() };
}

function hasWebhooks<P extends ProviderTypes>(order: Order<P>, { webhook }: Simulation<P>, setup: Setup<P>): boolean {
  return (webhook.url === undefined ? order.webhookUrl : webhook.url(setup)) !== null;
}

function centsOf(body: JsonObject, key: string, min: number): bigint | undefined {
  const amount = optionalInteger(body, key, min, AMOUNT_MAX_CENTS);
  return amount === undefined ? undefined : BigInt(amount);
}

function bodyOf({ body }: JsonObject): string | object | undefined {
  if (body === undefined || typeof body === 'string' || isJsonObject(body)) return body;
  throw new ControlError(400, 'body must be a text or a JSON object.');
}

/** `webhook` is a mode, or an object with a mode and a delay. */
function planOf(body: JsonObject): WebhookPlan {
  const value = body['webhook'];
  if (value === undefined) return {};
  const input = typeof value === 'string' ? { mode: value } : asObject(value, 'webhook');
  refuseUnknownKeys(input, ['mode', 'delayMs'], 'webhook');
  const mode = optionalChoice(input, 'mode', MODES);
  const delayMs = optionalInteger(input, 'delayMs', 0, WEBHOOK_DELAY_MAX_MS);
  return { ...(mode === undefined ? {} : { mode }), ...(delayMs === undefined ? {} : { delayMs }) };
}
