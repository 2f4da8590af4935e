import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { CallLog } from './call-log.js';
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
import type { FaultPlan } from './faults.js';
import { settledInCents, viewOf, type Order, type OrderView, type Payment } from './order.js';
import type { Setup, SignatureKind } from './order-rules.js';
import type { ProviderTypes } from './provider-types.js';
import type { Simulation } from './simulation.js';
import type { Switches } from './switches.js';

const AMOUNT_MAX_CENTS = 1_000_000_000_000_000;
const WEBHOOK_DELAY_MAX_MS = 3_600_000;
const BY_HAND_DELAY_MAX_MS = 60_000;
const COPIES_MAX = 20;
const ORDERS_LISTED_MAX = 1_000;
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

interface ById {
  Params: { id: string };
}

/** The control API, JSON without authentication. Mounted under `/control/{name}`. */
export function controlApi<P extends ProviderTypes>(app: FastifyInstance, context: ControlContext<P>): void {
  orderRoutes(app, context);
  webhookRoute(app, context);
  chaosRoutes(app, context);
}

function orderRoutes<P extends ProviderTypes>(app: FastifyInstance, { orderBook, setup }: ControlContext<P>): void {
  const view = (order: Order<P>): OrderView<P> => viewOf(order, setup().pageUrl(order));

  app.get<{ Querystring: { reference?: string } }>('/orders', async (request) => ({
    orders: orderBook.list(request.query.reference).slice(0, ORDERS_LISTED_MAX).map(view),
  }));
  app.get<ById>('/orders/:id', async (request) => view(orderOf(orderBook, request.params.id)));

  app.post<ById>('/orders/:id/pay', async (request) => {
    const body = changeInput(request.body, ['amountInCents', 'feeInCents', 'paymentId']);
    const money = {
      amountInCents: centsOf(body, 'amountInCents', 1),
      feeInCents: centsOf(body, 'feeInCents', 0),
      paymentId: optionalText(body, 'paymentId'),
    };
    return view(orderBook.pay(orderOf(orderBook, request.params.id), money, planOf(body)));
  });
  app.post<ById>('/orders/:id/submit', async (request) => {
    const body = changeInput(request.body);
    return view(orderBook.submit(orderOf(orderBook, request.params.id), planOf(body)));
  });
  app.post<{ Params: { id: string; move: string } }>('/orders/:id/:move', async (request) => {
    const body = changeInput(request.body);
    const move = orderBook.moveNamed(request.params.move);
    return view(orderBook.move(orderOf(orderBook, request.params.id), move, planOf(body)));
  });
}

/** Pays in full the order whose page's address is in the text; undefined when the text has none of this provider. */
export function payByAddressIn<P extends ProviderTypes>(
  text: string,
  prefixes: readonly string[],
  { orderBook, setup }: Pick<ControlContext<P>, 'orderBook' | 'setup'>,
): OrderView<P> | undefined {
  for (const prefix of prefixes) {
    const id = /^[A-Za-z0-9-]+/.exec(text.split(prefix)[1] ?? '')?.[0];
    if (id === undefined) continue;
    const order = orderBook.pay(orderOf(orderBook, id));
    return viewOf(order, setup().pageUrl(order));
  }
  return undefined;
}

function webhookRoute<P extends ProviderTypes>(
  app: FastifyInstance,
  { simulation, orderBook, closing }: ControlContext<P>,
): void {
  app.post<ById>('/orders/:id/webhook', async (request) => {
    const body = parseJsonObject(request.body);
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
    orderOf(orderBook, request.params.id);
    if (delayMs > 0) await sleep(delayMs, undefined, { signal: closing });
    // Read again: what is not overridden is sent as it is now.
    const order = orderOf(orderBook, request.params.id);
    const payment = paymentToReport(order, paymentId, asked);
    const payload = {
      status: status ?? order.status,
      amountInCents: asked ?? payment?.amountInCents ?? settledInCents(order) ?? order.requestedInCents,
      payment,
      signature,
      ...(replaced === undefined ? {} : { body: replaced }),
    };
    return { webhooks: await Promise.all(Array.from({ length: copies }, () => orderBook.sendByHand(order, payload))) };
  });
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

function chaosRoutes<P extends ProviderTypes>(app: FastifyInstance, context: ControlContext<P>): void {
  const { faults, calls, switches, orderBook } = context;

  app.post('/faults', async (request) => {
    faults.add(parseJsonObject(request.body));
    return { faults: faults.list() };
  });
  app.delete('/faults', async () => {
    faults.clear();
    return { faults: [] };
  });

  app.get('/switches', async () => switches.current);
  app.patch('/switches', async (request) => {
    switches.change(parseJsonObject(request.body));
    orderBook.watchSteps();
    return switches.current;
  });

  app.get<{ Querystring: { operation?: string } }>('/calls', async (request) => ({
    calls: calls.list(request.query.operation),
  }));

  app.post('/reset', async () => {
    switches.reset();
    faults.clear();
    calls.clear();
    orderBook.reset();
    return { reset: true };
  });
}

function orderOf<P extends ProviderTypes>(orderBook: OrderBook<P>, id: string): Order<P> {
  const order = orderBook.find(id);
  if (order === undefined) {
    throw new ControlError(404, `No order has the id or reference ${id}; GET /orders lists them.`);
  }
  return order;
}

function changeInput(body: unknown, more: readonly string[] = []): JsonObject {
  const input = parseJsonObject(body);
  refuseUnknownKeys(input, [...more, 'webhook'], 'The call');
  return input;
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
