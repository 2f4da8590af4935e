import { html, type Html } from '@recaudo/html';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { OrderBook } from './order-book.js';
import { page, PAGE_HEADERS } from './html.js';
import { settledInCents, type Order } from './order.js';
import { formatPesos, parsePesos, pesosInput } from './pesos.js';
import type { Setup } from './order-rules.js';
import type { ProviderTypes } from './provider-types.js';
import type { Simulation } from './simulation.js';

/** One of a page's addresses, as `/payments/main?s=`, in its parts. */
interface Address {
  readonly path: string;
  readonly parameter: string;
}

/** The pages on which a payer pays, hosted page and bank page alike: plain forms, no script. Mounted under `/{name}`. */
export function payerPages<P extends ProviderTypes>(
  app: FastifyInstance,
  simulation: Simulation<P>,
  orderBook: OrderBook<P>,
  setup: () => Setup<P>,
): void {
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) =>
    send(reply, simulation.title, error.statusCode ?? 500, html`<p class="note">No pudimos leer la solicitud.</p>`),
  );
  for (const address of simulation.page.addresses) {
    const [path = '', query = ''] = address.split('?');
    new PayerPage(simulation, orderBook, setup, { path, parameter: query.replace(/=$/, '') }).mount(app);
  }
}

class PayerPage<P extends ProviderTypes> {
  constructor(
    private readonly simulation: Simulation<P>,
    private readonly orderBook: OrderBook<P>,
    private readonly setup: () => Setup<P>,
    private readonly address: Address,
  ) {}

  mount(app: FastifyInstance): void {
    const { path, parameter } = this.address;
    app.get<{ Querystring: Record<string, string | string[]> }>(path, (request, reply) => {
      const order = this.orderBook.find(String(request.query[parameter] ?? ''));
      return order === undefined ? this.#unknown(reply) : this.#show(reply, 200, order, null);
    });
    app.post(path, (request, reply) =>
      this.#press(reply, new URLSearchParams(typeof request.body === 'string' ? request.body : '')),
    );
  }

  #press(reply: FastifyReply, form: URLSearchParams): FastifyReply {
    const { orderBook, simulation } = this;
    const order = orderBook.find(form.get(this.address.parameter) ?? '');
    if (order === undefined) return this.#unknown(reply);
    if (!this.#isOpen(order)) return this.#show(reply, 409, order, this.#closed(order));
    const action = form.get('action');
    if (action === 'pay') {
      const sets = simulation.page.payerSetsAmount(order, this.setup());
      const amountInCents = sets ? parsePesos(form.get('amount') ?? '') : order.requestedInCents;
      if (amountInCents === null) return this.#show(reply, 400, order, 'Escribe un valor en pesos mayor que cero.');
      return this.#show(reply, 200, orderBook.pay(order, { amountInCents }), null);
    }
    if (!orderBook.isOpen(order) || (action !== 'reject' && action !== 'submit')) {
      return this.#show(reply, 400, order, 'Elige qué hacer con los botones.');
    }
    const moved = action === 'submit' ? orderBook.submit(order) : orderBook.move(order, orderBook.moveNamed('reject'));
    return this.#show(reply, 200, moved, null);
  }

  /** The page accepts no late money: only the payer of an open order, or of one that accepts more, sees a form. */
  #isOpen(order: Order<P>): boolean {
    return this.orderBook.isPayable(order) && (this.orderBook.isOpen(order) || order.payments.length > 0);
  }

  #closed(order: Order<P>): string {
    return `Esta orden ya está en estado ${this.#label(order).toLowerCase()}. No se hizo ningún cambio.`;
  }

  #label({ status }: Order<P>): string {
    const labels: Readonly<Record<P['status'], string>> = this.simulation.page.statuses;
    return labels[status];
  }

  #unknown(reply: FastifyReply): FastifyReply {
    return this.#send(reply, 404, html`<p class="note">No encontramos este pago. Revisa el enlace.</p>`);
  }

  #show(reply: FastifyReply, status: number, order: Order<P>, note: string | null): FastifyReply {
    const back =
      order.redirectUrl === null
        ? null
        : html`<p class="note"><a href="${order.redirectUrl}">Volver al comercio</a></p>`;
    return this.#send(
      reply,
      status,
      html`${note === null ? null : html`<p class="note" role="alert"><strong>${note}</strong></p>`}
        ${this.#facts(order)} ${this.#isOpen(order) ? this.#form(order) : back}
        <p class="small">Simulador local: aquí no se mueve dinero.</p>`,
    );
  }

  #facts(order: Order<P>): Html {
    const settled = settledInCents(order);
    const rows: (readonly [string, Html | string])[] = [
      ['Orden del comercio', order.reference],
      ['Valor', html`<span class="amount">${formatPesos(order.requestedInCents)}</span> COP`],
    ];
    if (settled !== null) rows.push(['Valor pagado', html`<strong>${formatPesos(settled)}</strong> COP`]);
    rows.push(['Medio de pago', this.simulation.page.rail(order)]);
    rows.push(...this.simulation.page.facts(order), ['Estado', html`<strong>${this.#label(order)}</strong>`]);
    if (this.orderBook.isOpen(order) && order.expiresAt !== null) {
      rows.push(['Tiempo restante', remaining(order.expiresAt - Date.now())]);
    }
    return html`<dl>
      ${rows.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>`;
  }

  #form(order: Order<P>): Html {
    const { simulation, address } = this;
    const amount = html`<label
      >Valor a pagar (pesos)
      <input
        type="number"
        name="amount"
        value="${pesosInput(order.requestedInCents)}"
        min="0.01"
        step="0.01"
        inputmode="decimal"
        required
    /></label>`;
    const reject = html`<button class="refuse" name="action" value="reject" formnovalidate>Rechazar</button>`;
    const submit =
      simulation.submit === undefined || simulation.page.submit === undefined
        ? null
        : html`<button name="action" value="submit">${simulation.page.submit}</button>`;
    return html`<form method="post" action="${address.path.split('/').at(-1)}">
      <input type="hidden" name="${address.parameter}" value="${order.id}" />
      ${simulation.page.payerSetsAmount(order, this.setup()) ? amount : null}
      <button class="main" name="action" value="pay">Pagar</button>
      ${this.orderBook.isOpen(order) ? html`${reject} ${submit}` : null}
    </form>`;
  }

  #send(reply: FastifyReply, status: number, content: Html): FastifyReply {
    return send(reply, this.simulation.title, status, content);
  }
}

function send(reply: FastifyReply, title: string, status: number, content: Html): FastifyReply {
  return reply
    .code(status)
    .headers(PAGE_HEADERS)
    .send(page(`Pago de prueba ${title}`, content));
}

function remaining(leftMs: number): string {
  if (leftMs <= 0) return 'Vencido';
  if (leftMs < 60_000) return 'Menos de un minuto';
  const minutes = Math.ceil(leftMs / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
