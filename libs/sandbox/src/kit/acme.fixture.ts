import { randomUUID } from 'node:crypto';
import { ControlClient } from './control-client.js';
import { parseJsonObject } from './control-input.js';
import { mountSimulation, type SimulationOptions } from './mount.js';
import { serve, type Server, type ServerOptions } from './server.js';
import type { ApiContext, Simulation } from './simulation.js';
import { Does, Flag, IntegerFrom, OrNull, Text } from './switches.js';

class AcmeSwitches {
  @Does('Whether a new order is worked on at once.')
  @Flag()
  readonly works: boolean = false;
  @Does('After how long the sandbox rule decides.')
  @OrNull()
  @IntegerFrom(0, 60_000)
  readonly submitsAfterMs: number | null = null;
  @Does('Whether a paid order accepts more.')
  @Flag()
  readonly acceptsMorePayments: boolean = true;
  @Does('Whether a reversal sends a webhook.')
  @Flag()
  readonly notifiesReversal: boolean = false;
  @Does('Where webhooks go.')
  @OrNull()
  @Text()
  readonly webhookUrl: string | null = null;
  @Does('Wait before a retry.')
  @IntegerFrom(0, 60_000)
  readonly retryMs: number = 10;
}

/** A provider that nobody has, which uses everything the kit offers. */
export interface Acme {
  status: 'waiting' | 'working' | 'paid' | 'refused' | 'cancelled' | 'overdue' | 'returned';
  move: 'work' | 'reject' | 'cancel' | 'expire' | 'reverse';
  details: { readonly payer: string; readonly reason: string | null };
  switches: AcmeSwitches;
  operation: 'create' | 'read';
  credentials: { readonly secret: string };
}

export const ACME: Simulation<Acme> = {
  name: 'acme',
  title: 'Acme',
  apiPath: '',
  credentials: { secret: 'acme-secret' },
  switches: AcmeSwitches,
  operations: ['create', 'read'],
  api: (app, context) => {
    app.route({ method: 'POST', url: '/orders', ...context.operation('create', ({ body }) => create(body, context)) });
    app.route<{ Params: { id: string } }>({
      method: 'GET',
      url: '/orders/:id',
      ...context.operation('read', ({ params }) => {
        const order = context.orderBook.find(params.id);
        if (order === undefined) return { status: 404, body: {} };
        const { reads, status } = context.orderBook.countRead(order);
        return { status: 200, body: { reads, status } };
      }),
    });
    context.answerOtherwise(app, {
      unknownPath: () => ({ status: 404, body: { acme: 'knows no such thing' } }),
      failure: (status, message) => ({ status, body: { message } }),
    });
  },

  statuses: ['waiting', 'working', 'paid', 'refused', 'cancelled', 'overdue', 'returned'],
  openStatuses: ['waiting', 'working'],
  statusAfter: {
    pay: () => 'paid',
    work: () => 'working',
    reject: () => 'refused',
    cancel: () => 'cancelled',
    expire: () => 'overdue',
    reverse: () => 'returned',
  },
  detailsAfter: (_order, verb) => ({ reason: verb === 'pay' ? null : verb }),
  nextStep: ({ status, createdAt, expiresAt }, { switches: { works, submitsAfterMs } }) => {
    if (status === 'waiting' && works) return { dueAt: createdAt, verb: 'work' };
    if (status === 'working' && submitsAfterMs !== null) return { dueAt: createdAt + submitsAfterMs, verb: 'submit' };
    return (status === 'waiting' || status === 'working') && expiresAt !== null
      ? { dueAt: expiresAt, verb: 'expire' }
      : null;
  },
  submit: ({ details: { payer } }) => (payer === 'rich' ? 'pay' : 'reject'),
  acceptsMorePayments: ({ reversedAt }, { switches }) => switches.acceptsMorePayments && reversedAt === null,
  feeInCents: (amountInCents) => amountInCents / 100n,

  webhook: {
    url: ({ switches }) => switches.webhookUrl,
    content: (order, { status, amountInCents, payment, signature, body }, { credentials, pageUrl }) => ({
      headers: { authorization: signature === 'valid' ? credentials.secret : signature },
      body: JSON.stringify(
        body ?? {
          status,
          amount: Number(amountInCents),
          payment: payment?.paymentId ?? null,
          closed: order.closedAt !== null,
          page: pageUrl(order),
        },
      ),
    }),
    notifies: (_order, verb, { switches }) => verb !== 'reverse' || switches.notifiesReversal,
    acknowledged: ({ body }) => body === 'ok',
    waitAfterMs: (attemptsMade, { switches }) => (attemptsMade < 5 ? switches.retryMs : null),
  },
  page: {
    addresses: ['/pay?order=', '/bank/index.html?code='],
    addressOf: ({ details }) => (details.payer === 'bank' ? '/bank/index.html?code=' : '/pay?order='),
    statuses: {
      waiting: 'Pendiente',
      working: 'En proceso',
      paid: 'Pagado',
      refused: 'Rechazado',
      cancelled: 'Cancelado',
      overdue: 'Vencido',
      returned: 'Devuelto',
    },
    rail: ({ details }) => (details.payer === 'bank' ? 'Banco' : 'Página'),
    facts: ({ details }) => [['Pagador', details.payer]],
    payerSetsAmount: () => true,
  },
};

function create(body: unknown, { orderBook, setup }: ApiContext<Acme>): { status: number; body: object } {
  const { reference, payer = 'poor', lifeMs } = parseJsonObject(body);
  const order = orderBook.create({
    id: randomUUID(),
    reference: String(reference),
    requestedInCents: 5_000n,
    status: 'waiting',
    lifeMs: typeof lifeMs === 'number' ? lifeMs : null,
    webhookUrl: null,
    redirectUrl: null,
    details: { payer: String(payer), reason: null },
  });
  return { status: 201, body: { id: order.id, status: order.status, page: setup().pageUrl(order) } };
}

export interface AcmeServer extends Server {
  readonly acme: ControlClient<Acme>;
  /** The same provider once more under another name. */
  readonly bolt: ControlClient<Acme>;
  create(order: object): Promise<{ id: string; status: string; page: string }>;
  read(id: string): Promise<{ reads: number; status: string }>;
}

export async function startAcme(
  switches: SimulationOptions<Acme> = {},
  options: Partial<ServerOptions> = {},
): Promise<AcmeServer> {
  const server = await serve({ port: 0, ...options }, [
    (app, environment) => mountSimulation(app, environment, ACME, switches),
    (app, environment) => mountSimulation(app, environment, { ...ACME, name: 'bolt' }, switches),
  ]);
  return {
    ...server,
    acme: new ControlClient(`${server.url}/control/acme`),
    bolt: new ControlClient(`${server.url}/control/bolt`),
    create: async (order) => {
      const response = await fetch(`${server.url}/acme/orders`, { method: 'POST', body: JSON.stringify(order) });
      return (await response.json()) as { id: string; status: string; page: string };
    },
    read: async (id) =>
      (await (await fetch(`${server.url}/acme/orders/${id}`)).json()) as { reads: number; status: string },
  };
}
