import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import {
  asObject,
  ControlError,
  optionalChoice,
  optionalInteger,
  parseJsonObject,
  refuseUnknownKeys,
  type JsonObject,
} from '../control-input.js';
import type { SignatureKind } from './cashier.js';
import type { TumiPayContext } from './context.js';
import {
  isOpen,
  ORDER_STATUSES,
  statusByEmail,
  type TumiPayOrder,
  type TumiPayOrderView,
  type TumiPayWebhookMode,
  type TumiPayWebhookPlan,
} from './order.js';
import { changeSwitches } from './switches.js';

const AMOUNT_MAX_CENTS = 1_000_000_000_000_000;
const WEBHOOK_DELAY_MAX_MS = 3_600_000;
const BY_HAND_DELAY_MAX_MS = 60_000;
const COPIES_MAX = 20;
const ORDERS_LISTED_MAX = 1_000;
const MODES: readonly TumiPayWebhookMode[] = ['send', 'none', 'twice', 'late'];
const SIGNATURES: readonly SignatureKind[] = ['valid', 'wrong', 'missing', 'malformed'];

interface ById {
  Params: { id: string };
}

/** The control API of the simulated TumiPay, JSON without authentication. Mounted under `/control/tumipay`. */
export async function tumiPayControl(app: FastifyInstance, context: TumiPayContext): Promise<void> {
  orderRoutes(app, context);
  webhookRoute(app, context);
  chaosRoutes(app, context);
}

function orderRoutes(app: FastifyInstance, { cashier, paymentUrl }: TumiPayContext): void {
  const view = (order: TumiPayOrder): TumiPayOrderView => viewOf(order, paymentUrl(order.ticket));

  app.get<{ Querystring: { reference?: string } }>('/orders', async (request) => ({
    orders: cashier.list(request.query.reference).slice(0, ORDERS_LISTED_MAX).map(view),
  }));
  app.get<ById>('/orders/:id', async (request) => view(orderOf(cashier, request.params.id)));

  app.post<ById>('/orders/:id/pay', async (request) => {
    const body = settleInput(request.body, ['amountInCents']);
    return view(pay(cashier, request.params.id, amountOf(body), planOf(body)));
  });

  app.post<ById>('/orders/:id/submit', async (request) => {
    const body = settleInput(request.body);
    const order = openOrderOf(cashier, request.params.id);
    const status = statusByEmail(order.customer.email);
    return view(cashier.settle(order, status, status === 'APPROVED' ? order.requestedInCents : null, planOf(body)));
  });

  for (const [action, status] of [
    ['reject', 'REJECTED'],
    ['decline', 'DECLINED'],
    ['expire', 'EXPIRED'],
  ] as const) {
    app.post<ById>(`/orders/:id/${action}`, async (request) => {
      const body = settleInput(request.body);
      return view(cashier.settle(openOrderOf(cashier, request.params.id), status, null, planOf(body)));
    });
  }
}

/** Pays in full the order whose payment page's address stands in the text; undefined when none of ours does. */
export function payByAddressIn(text: string, { cashier, paymentUrl }: TumiPayContext): TumiPayOrderView | undefined {
  const ticket = /^[A-Za-z0-9]+/.exec(text.split(paymentUrl(''))[1] ?? '')?.[0];
  return ticket === undefined ? undefined : viewOf(pay(cashier, ticket), paymentUrl(ticket));
}

function pay(
  cashier: TumiPayContext['cashier'],
  id: string,
  amountInCents?: bigint,
  plan: TumiPayWebhookPlan = {},
): TumiPayOrder {
  const order = orderOf(cashier, id);
  if (order.status === 'APPROVED') {
    throw new ControlError(
      400,
      `The order is APPROVED already; POST /orders/${order.ticket}/webhook sends its webhook again.`,
    );
  }
  return cashier.settle(order, 'APPROVED', amountInCents ?? order.requestedInCents, plan);
}

function webhookRoute(app: FastifyInstance, { cashier, closing }: TumiPayContext): void {
  app.post<ById>('/orders/:id/webhook', async (request) => {
    const body = parseJsonObject(request.body);
    refuseUnknownKeys(
      body,
      ['status', 'amountInCents', 'copies', 'delayMs', 'signature', 'body'],
      'POST /orders/{id}/webhook',
    );
    const delayMs = optionalInteger(body, 'delayMs', 0, BY_HAND_DELAY_MAX_MS) ?? 0;
    const copies = optionalInteger(body, 'copies', 1, COPIES_MAX) ?? 1;
    const raw = body['body'];
    const signature = optionalChoice(body, 'signature', SIGNATURES) ?? 'valid';
    const status = optionalChoice(body, 'status', ORDER_STATUSES);
    const amountInCents = amountOf(body);
    orderOf(cashier, request.params.id);
    if (delayMs > 0) await sleep(delayMs, undefined, { signal: closing });
    // Read again: what it does not override is told as it is when it is sent.
    const order = orderOf(cashier, request.params.id);
    const webhook = {
      status: status ?? order.status,
      amountInCents: amountInCents ?? order.settledInCents ?? order.requestedInCents,
      signature,
      ...(raw === undefined ? {} : { body: typeof raw === 'string' ? raw : JSON.stringify(raw) }),
    };
    const sends = Array.from({ length: copies }, () => cashier.sendByHand(order, webhook));
    return { webhooks: await Promise.all(sends) };
  });
}

function chaosRoutes(app: FastifyInstance, context: TumiPayContext): void {
  const { faults, calls, switches, setSwitches, cashier, reset } = context;

  app.post('/faults', async (request) => {
    faults.add(parseJsonObject(request.body));
    return { faults: faults.list() };
  });
  app.delete('/faults', async () => {
    faults.clear();
    return { faults: [] };
  });

  app.get('/switches', async () => switches());
  app.patch('/switches', async (request) => {
    setSwitches(changeSwitches(switches(), parseJsonObject(request.body)));
    cashier.watchExpiry();
    return switches();
  });

  app.get<{ Querystring: { operation?: string } }>('/calls', async (request) => ({
    calls: calls.list(request.query.operation),
  }));

  app.post('/reset', async () => {
    reset();
    return { reset: true };
  });
}

function orderOf(cashier: TumiPayContext['cashier'], id: string): TumiPayOrder {
  const order = cashier.find(id);
  if (order === undefined)
    throw new ControlError(404, `No order has the ticket or reference ${id}; GET /orders lists them.`);
  return order;
}

function openOrderOf(cashier: TumiPayContext['cashier'], id: string): TumiPayOrder {
  const order = orderOf(cashier, id);
  if (!isOpen(order)) {
    throw new ControlError(400, `The order is ${order.status}: only a PENDING order can be moved so; pay works late.`);
  }
  return order;
}

function settleInput(body: unknown, more: readonly string[] = []): JsonObject {
  const input = parseJsonObject(body);
  refuseUnknownKeys(input, [...more, 'webhook'], 'The call');
  return input;
}

function amountOf(body: JsonObject): bigint | undefined {
  const amount = optionalInteger(body, 'amountInCents', 1, AMOUNT_MAX_CENTS);
  return amount === undefined ? undefined : BigInt(amount);
}

/** `webhook` is a mode, or an object with a mode and a delay. */
function planOf(body: JsonObject): TumiPayWebhookPlan {
  const value = body['webhook'];
  if (value === undefined) return {};
  const input = typeof value === 'string' ? { mode: value } : asObject(value, 'webhook');
  refuseUnknownKeys(input, ['mode', 'delayMs'], 'webhook');
  const mode = optionalChoice(input, 'mode', MODES);
  const delayMs = optionalInteger(input, 'delayMs', 0, WEBHOOK_DELAY_MAX_MS);
  return { ...(mode === undefined ? {} : { mode }), ...(delayMs === undefined ? {} : { delayMs }) };
}

function viewOf(order: TumiPayOrder, paymentUrl: string): TumiPayOrderView {
  return {
    ticket: order.ticket,
    reference: order.reference,
    requestedInCents: Number(order.requestedInCents),
    settledInCents: order.settledInCents === null ? null : Number(order.settledInCents),
    status: order.status,
    method: order.method,
    customerEmail: order.customer.email,
    accountNumber: order.accountNumber,
    paymentUrl,
    ipnUrl: order.ipnUrl,
    redirectUrl: order.redirectUrl,
    createdAt: new Date(order.createdAt).toISOString(),
    paidAt: order.paidAt === null ? null : new Date(order.paidAt).toISOString(),
    expiresAt: new Date(order.expiresAt).toISOString(),
    webhooks: order.webhooks,
  };
}
