import type { FastifyInstance, FastifyReply } from 'fastify';
import type { AnyControl } from './control.js';
import { ControlError, type JsonObject } from './control-input.js';
import { type Note, ordersPage, orderPage, providerPage, HOME_HEADERS, failurePage, homePage } from './home-page.js';
import type { Played, Plays } from './plays.js';
import { ADVANCES, playsContent } from './plays-page.js';
import { parsePesos } from './pesos.js';
import type { SwitchInfo } from './switches.js';

const ORDERS_SHOWN = 20;

interface OfProvider {
  Params: { provider: string };
  Querystring: { did?: string };
}
interface OfOrder {
  Params: { provider: string; id: string };
  Querystring: { did?: string };
}
interface Search {
  Querystring: { q?: string; page?: string; did?: string; of?: string };
}

/**
 * The sandbox's home: the orders of all providers and what can be done to each, faults and switches. Plain forms, which do what the control API does by the
 * same functions, and lead back to where they were sent from.
 */
export function home(app: FastifyInstance, controls: readonly AnyControl[], plays: Plays | undefined): void {
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const status = error instanceof ControlError ? error.status : (error.statusCode ?? 500);
    return send(reply, failurePage(controls, error.message), status);
  });

  const controlOf = (name: string): AnyControl => {
    const control = controls.find((one) => one.name === name);
    if (!control) throw new ControlError(404, `There is no provider ${name}.`);
    return control;
  };

  app.get<Search>('/', (request, reply) => {
    const { q = '', page = '1', did = '', of = '' } = textsOf(request.query);
    const found = controls
      .flatMap((control) => control.search(q.trim()).map((order) => ({ control, order })))
      .toSorted((one, other) => other.order.createdAt - one.order.createdAt);
    const pages = Math.max(1, Math.ceil(found.length / ORDERS_SHOWN));
    const at = Math.min(Math.max(1, Number.parseInt(page, 10) || 1), pages);
    const orders = found
      .slice((at - 1) * ORDERS_SHOWN, at * ORDERS_SHOWN)
      .map(({ control, order }) => ({ control, shown: order.shown() }));
    return send(
      reply,
      ordersPage({ controls, orders, count: found.length, text: q.trim(), page: at, pages, note: noteOf(did, of) }),
    );
  });

  app.get<OfOrder>('/orders/:provider/:id', (request, reply) => {
    const control = controlOf(request.params.provider);
    const shown = control.shown(request.params.id);
    return send(reply, orderPage({ controls, control, shown, note: noteOf(textsOf(request.query).did ?? '') }));
  });

  app.post<OfOrder>('/orders/:provider/:id', async (request, reply) => {
    const control = controlOf(request.params.provider);
    const form = formOf(request.body);
    const { view, actions } = control.shown(request.params.id);
    const name = form.get('action') ?? '';
    if (name === 'pay_amount') {
      const amountInCents = parsePesos(form.get('amount') ?? '');
      if (amountInCents === null) throw new ControlError(400, 'Write an amount in pesos above zero.');
      const webhook = form.get('webhook') ?? 'send';
      await control.perform(view.id, { path: 'pay', body: { amountInCents: Number(amountInCents), webhook } });
    } else {
      const action = actions.find((one) => one.name === name);
      if (!action) throw new ControlError(400, `The order is ${view.status}: this cannot be done to it (any more).`);
      for (const call of action.calls) await control.perform(view.id, call);
    }
    return seeOther(reply, form.get('back') ?? '', { did: name, of: `${control.name}/${view.id}` });
  });

  playRoutes(app, controls, plays);

  app.get<OfProvider>('/providers/:provider', (request, reply) => {
    const control = controlOf(request.params.provider);
    return send(reply, providerPage({ controls, control, note: noteOf(textsOf(request.query).did ?? '') }));
  });

  app.post<OfProvider>('/providers/:provider', (request, reply) => {
    const control = controlOf(request.params.provider);
    const form = formOf(request.body);
    const name = form.get('action') ?? '';
    change(control, name, form);
    return seeOther(reply, `/providers/${control.name}`, { did: name });
  });
}

/** What a press began goes on when the browser does not wait for it: the page shows it when it is read again. */
function playRoutes(app: FastifyInstance, controls: readonly AnyControl[], plays: Plays | undefined): void {
  const played = new Map<string, Played>();
  const playing = new Set<string>();
  let clock: string | null = null;

  const play = async (of: Plays, name: string): Promise<void> => {
    if (!of.all.some((one) => one.name === name)) throw new ControlError(404, `There is no scenario ${name}.`);
    if (playing.has(name)) throw new ControlError(400, 'It is being played already.');
    playing.add(name);
    try {
      played.set(name, await of.play(name));
    } catch (error) {
      played.set(name, { lines: [], wrong: [messageOf(error)] });
    } finally {
      playing.delete(name);
    }
  };

  app.get('/scenarios', (_request, reply) => {
    const content = playsContent({ all: plays?.all ?? [], played, playing, clock });
    return send(reply, homePage(controls, 'Time and scenarios', '/scenarios', content));
  });

  app.post('/scenarios', async ({ body }, reply) => {
    if (plays === undefined)
      throw new ControlError(
        404,
        'This sandbox knows no organization: npm start does, and npm run cli has the same commands.',
      );
    const form = formOf(body);
    const [name, by] = [form.get('play'), form.get('advance')];
    if (name !== null) {
      await play(plays, name);
      return seeOther(reply, `/scenarios#${encodeURIComponent(name)}`, {});
    }
    if (!ADVANCES.some(([one]) => one === by)) throw new ControlError(400, 'Press one of the buttons.');
    clock = await plays.advance(by!).catch(messageOf);
    return seeOther(reply, '/scenarios#time', {});
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function change(control: AnyControl, action: string, form: URLSearchParams): void {
  switch (action) {
    case 'add_fault':
      control.addFault(faultOf(form));
      return;
    case 'clear_faults':
      control.clearFaults();
      return;
    case 'set_switches':
      control.changeSwitches(switchesIn(form, control.switchInfos));
      return;
    case 'start_switches':
      control.changeSwitches({ ...control.switchesAtStart() });
      return;
    case 'reset':
      if (form.get('sure') !== 'yes') throw new ControlError(400, 'Tick that all orders of the provider may go.');
      control.reset();
      return;
    default:
      throw new ControlError(400, 'Press one of the buttons.');
  }
}

/** As the control API takes it: what is left empty is left out. */
function faultOf(form: URLSearchParams): JsonObject {
  const given = (name: string): string | undefined => form.get(name)?.trim() || undefined;
  const kind = given('kind');
  const [header, ...value] = (given('header') ?? '').split(':');
  const body = given('body');
  return {
    operation: given('operation'),
    times: numberOf(given('times')),
    fault: defined({
      kind,
      status: numberOf(given('status')),
      delayMs: numberOf(given('delayMs')),
      headers: header ? { [header.trim()]: value.join(':').trim() } : undefined,
      body: body === undefined ? undefined : kind === 'status' ? jsonOr(body) : body,
      executed: kind === 'lose_reply' ? undefined : form.get('executed') === 'yes' || undefined,
    }),
  };
}

function defined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** What is no number stays a text, which is then refused by name. */
function numberOf(text: string | undefined): number | string | undefined {
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Those that the form has, by their kinds. */
function switchesIn(form: URLSearchParams, infos: readonly SwitchInfo[]): JsonObject {
  const values = infos.flatMap(({ name, kind, orNull }): [string, unknown][] => {
    const text = form.get(name);
    if (text === null) return [];
    if (orNull && text === '') return [[name, null]];
    if (kind === 'flag') return [[name, text === 'true' ? true : text === 'false' ? false : text]];
    return [[name, kind === 'integer' ? numberOf(text.trim()) : text]];
  });
  return Object.fromEntries(values);
}

function noteOf(did: string, of = ''): Note | null {
  const [provider, id] = of.split('/');
  return did === '' ? null : { did, ...(provider && id ? { of: { provider, id } } : {}) };
}

/** Of a name that is given more than once, the first. */
function textsOf(query: object): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]: [string, unknown]) => [
      name,
      String(Array.isArray(value) ? value[0] : value),
    ]),
  );
}

function formOf(body: unknown): URLSearchParams {
  return new URLSearchParams(typeof body === 'string' ? body : '');
}

/** Back to the page that the form was on: one of these pages, whatever the form says. */
function seeOther(reply: FastifyReply, back: string, note: Record<string, string>): FastifyReply {
  const given = URL.canParse(back, 'http://sandbox') ? new URL(back, 'http://sandbox') : new URL('http://sandbox');
  const isHere = /^\/(?:$|orders\/|providers\/|scenarios$)/.test(given.pathname);
  const url = isHere ? given : new URL('http://sandbox');
  for (const [name, value] of Object.entries(note)) url.searchParams.set(name, value);
  // Without its origin: of an address elsewhere nothing is left that leads there.
  return reply.redirect(`${url.pathname}${url.search}${url.hash}`, 303);
}

function send(reply: FastifyReply, page: string, status = 200): FastifyReply {
  return reply.code(status).headers(HOME_HEADERS).send(page);
}
