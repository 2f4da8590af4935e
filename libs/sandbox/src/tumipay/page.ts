import type { FastifyInstance, FastifyReply } from 'fastify';
import { html, page, PAGE_HEADERS, type Html } from '../html.js';
import type { TumiPayContext } from './context.js';
import { isOpen, payerSetsAmount, statusByEmail, type TumiPayOrder, type TumiPayOrderStatus } from './order.js';

const PAGE_PATH = '/main';
const TITLE = 'Pago de prueba TumiPay';

const STATUS_LABELS: Readonly<Record<TumiPayOrderStatus, string>> = {
  PENDING: 'Pendiente de pago',
  APPROVED: 'Pagado',
  REJECTED: 'Rechazado',
  DECLINED: 'Declinado',
  EXPIRED: 'Vencido',
};

const METHOD_LABELS: Readonly<Record<string, string>> = {
  BREB: 'Bre-B',
  EFECTY: 'Efecty',
  CARD: 'Tarjeta',
  CASH: 'Efectivo',
  TRANSFIYA: 'Transfiya',
  ALL_METHODS: 'Todos los medios',
};

/** The hosted page a payer opens. Mounted under `/tumipay/payments`; forms are plain POSTs with `s`, `action`, `amount`. */
export async function tumiPayPage(app: FastifyInstance, { cashier }: TumiPayContext): Promise<void> {
  app.get<{ Querystring: { s?: string | string[] } }>(PAGE_PATH, (request, reply) => {
    const order = cashier.find(String(request.query.s ?? ''));
    return order === undefined ? sendUnknown(reply) : sendPage(reply, 200, order, null);
  });

  app.post(PAGE_PATH, (request, reply) => {
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
    const order = cashier.find(form.get('s') ?? '');
    if (order === undefined) return sendUnknown(reply);
    if (!isOpen(order)) return sendPage(reply, 409, order, alreadyClosed(order));
    const action = form.get('action');
    if (action === 'reject') return sendPage(reply, 200, cashier.settle(order, 'REJECTED', null), null);
    if (action !== 'pay' && action !== 'submit') return sendPage(reply, 400, order, 'Elige qué hacer con los botones.');
    const amount = payerSetsAmount(order) ? parsePesos(form.get('amount') ?? '') : order.requestedInCents;
    if (amount === null) return sendPage(reply, 400, order, 'Escribe un valor en pesos mayor que cero.');
    const status = action === 'pay' ? 'APPROVED' : statusByEmail(order.customer.email);
    return sendPage(reply, 200, cashier.settle(order, status, status === 'APPROVED' ? amount : null), null);
  });

  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) =>
    send(reply, error.statusCode ?? 500, html`<p class="note">No pudimos leer la solicitud.</p>`),
  );
}

/** Reads pesos as a person types them (`50000`, `50.000`, `50000,50`) into cents; null when that is not an amount. */
export function parsePesos(typed: string): bigint | null {
  const trimmed = typed.trim();
  const text = /^\d{1,3}(\.\d{3})+(,\d{1,2})?$/.test(trimmed) ? trimmed.replaceAll('.', '') : trimmed;
  const match = /^(\d{1,12})(?:[.,](\d{1,2}))?$/.exec(text);
  if (match === null) return null;
  const cents = BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0'));
  return cents > 0n ? cents : null;
}

/** `$ 50.000`, with `,50` only where there are cents. */
export function formatPesos(cents: bigint): string {
  const pesos = String(cents / 100n).replace(/\B(?=(\d{3})+$)/g, '.');
  return `$ ${pesos}${cents % 100n === 0n ? '' : `,${String(cents % 100n).padStart(2, '0')}`}`;
}

function alreadyClosed(order: TumiPayOrder): string {
  const state = STATUS_LABELS[order.status].toLowerCase();
  return `Esta orden ya está en estado ${state}. No se hizo ningún cambio.`;
}

function sendUnknown(reply: FastifyReply): FastifyReply {
  return send(reply, 404, html`<p class="note">No encontramos este pago. Revisa el enlace.</p>`);
}

function sendPage(reply: FastifyReply, status: number, order: TumiPayOrder, note: string | null): FastifyReply {
  const open = isOpen(order);
  return send(
    reply,
    status,
    html`${note === null ? null : html`<p class="note" role="alert"><strong>${note}</strong></p>`} ${facts(order)}
      ${open ? form(order) : html`<p class="note"><a href="${order.redirectUrl}">Volver al comercio</a></p>`}
      <p class="small">Simulador local: aquí no se mueve dinero.</p>`,
  );
}

function facts(order: TumiPayOrder): Html {
  const rows: [string, Html | string][] = [['Orden del comercio', order.reference]];
  if (order.description !== undefined) rows.push(['Descripción', order.description]);
  rows.push(['Valor', html`<span class="amount">${formatPesos(order.requestedInCents)}</span> COP`]);
  if (order.settledInCents !== null)
    rows.push(['Valor pagado', html`<strong>${formatPesos(order.settledInCents)}</strong> COP`]);
  rows.push(['Medio de pago', METHOD_LABELS[order.method] ?? order.method]);
  if (order.accountNumber !== null) rows.push(['Llave Bre-B', html`<span class="key">${order.accountNumber}</span>`]);
  rows.push(['Estado', html`<strong>${STATUS_LABELS[order.status]}</strong>`]);
  if (isOpen(order)) rows.push(['Tiempo restante', remaining(order.expiresAt - Date.now())]);
  return html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function form(order: TumiPayOrder): Html {
  const pesos = `${order.requestedInCents / 100n}${order.requestedInCents % 100n === 0n ? '' : `.${String(order.requestedInCents % 100n).padStart(2, '0')}`}`;
  const amount = html`<label
    >Valor a pagar (pesos)
    <input type="number" name="amount" value="${pesos}" min="0.01" step="0.01" inputmode="decimal" required
  /></label>`;
  return html`<form method="post" action="main">
    <input type="hidden" name="s" value="${order.ticket}" />
    ${payerSetsAmount(order) ? amount : null}
    <button class="main" name="action" value="pay">Pagar</button>
    <button class="refuse" name="action" value="reject" formnovalidate>Rechazar</button>
    <button name="action" value="submit">Simular formulario (regla por correo)</button>
  </form>`;
}

function remaining(leftMs: number): string {
  if (leftMs <= 0) return 'Vencido';
  if (leftMs < 60_000) return 'Menos de un minuto';
  const minutes = Math.ceil(leftMs / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function send(reply: FastifyReply, status: number, content: Html): FastifyReply {
  return reply.code(status).headers(PAGE_HEADERS).send(page(TITLE, content));
}
