import type { FastifyInstance, FastifyRequest, RouteGenericInterface } from 'fastify';
import type { ProviderAnswer } from '../kit/faults.js';
import { settledInCents, type NewOrder } from '../kit/order.js';
import type { ApiContext, Operation } from '../kit/simulation.js';
import { isJsonRequest, isSameText, randomText } from '../kit/texts.js';
import { FieldError, parsePayinRequest, type PayinRequest } from './request.js';
import type { TumiPay, TumiPayCredentials, TumiPayOperation } from './types.js';
import { banksAnswer, createAnswer, errorAnswer, merchantAnswer, queryAnswer } from './wire.js';

const STATIC_KEY = '@tumipaybreb';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** TumiPay's documented API: create, query, banks and merchant. Mounted under `/tumipay/production/api`. */
export function tumiPayApi(app: FastifyInstance, context: ApiContext<TumiPay>): void {
  const authenticated = <Route extends RouteGenericInterface>(
    operation: TumiPayOperation,
    work: (request: FastifyRequest<Route>) => ProviderAnswer,
  ): Operation<Route> =>
    context.operation<Route>(operation, (request) =>
      isAuthentic(request.headers, context.setup().credentials)
        ? work(request)
        : errorAnswer(401, 'UNAUTHORIZED', 'Credenciales inválidas'),
    );

  app.route({ method: 'POST', url: '/v1/payin', ...authenticated('create', (request) => create(request, context)) });
  // One public page shows this call with POST, another with GET and a body: both verbs answer, and the body is ignored.
  app.route<{ Params: { id: string } }>({
    method: ['GET', 'POST'],
    url: '/v1/transaction/:id',
    ...authenticated('query', (request) => query(request.params.id, context)),
  });
  app.route({ method: 'GET', url: '/v1/pse/banks', ...authenticated('banks', banksAnswer) });
  app.route({ method: 'GET', url: '/v1/merchant/me', ...authenticated('merchant', merchantAnswer) });

  context.answerOtherwise(app, {
    unknownPath: ({ method, url }) => errorAnswer(404, 'ROUTE_NOT_FOUND', `No existe ${method} ${url}`),
    failure: (status, message) => errorAnswer(status, status < 500 ? 'REQUEST_INVALID' : 'INTERNAL_ERROR', message),
  });
}

function create(request: FastifyRequest, { orderBook, setup }: ApiContext<TumiPay>): ProviderAnswer {
  const { switches, pageUrl } = setup();
  if (!isJsonRequest(request)) {
    return errorAnswer(400, 'CONTENT_TYPE_INVALID', 'Content-Type debe ser application/json');
  }
  try {
    const payin = parsePayinRequest(parseJson(request.body), switches);
    const earlier = switches.duplicateReference === 'new_ticket' ? undefined : orderBook.list(payin.reference)[0];
    if (earlier !== undefined && switches.duplicateReference === 'error') {
      return errorAnswer(409, 'REFERENCE_DUPLICATED', 'reference ya existe');
    }
    const order = earlier ?? orderBook.create(newOrder(payin, switches));
    return createAnswer(order, pageUrl(order), switches.amountUnit);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    return errorAnswer(400, `${error.field.replace('.', '_').toUpperCase()}_${error.reason}`, error.message);
  }
}

function newOrder(payin: PayinRequest, switches: TumiPay['switches']): NewOrder<TumiPay> {
  const { reference, requestedInCents, ipnUrl, redirectUrl, expirationMinutes, ...details } = payin;
  const id = randomText(15, ALPHABET);
  // Without a hosted page the key is all there is to pay to.
  const keys = { static: STATIC_KEY, per_ticket: `@tumi${id}`, absent: payin.direct === null ? null : STATIC_KEY };
  return {
    id,
    reference,
    requestedInCents,
    status: 'PENDING',
    lifeMs: expirationMinutes * 60_000,
    webhookUrl: ipnUrl,
    redirectUrl,
    details: {
      ...details,
      accountNumber: payin.method === 'BREB' ? keys[switches.accountNumber] : null,
      cus: randomText(16, ALPHABET),
    },
  };
}

function query(id: string, { orderBook, setup }: ApiContext<TumiPay>): ProviderAnswer {
  const { notFound, queryAmount, amountUnit } = setup().switches;
  const order = orderBook.find(id);
  if (order === undefined) {
    return errorAnswer(notFound === '404' ? 404 : 200, 'TRANSACTION_NOT_FOUND', 'Transacción no encontrada');
  }
  const settled = queryAmount === 'settled' ? settledInCents(order) : null;
  return queryAnswer(order, settled ?? order.requestedInCents, amountUnit);
}

function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    throw new FieldError('body', 'INVALID', 'El cuerpo no es JSON');
  }
}

function isAuthentic(headers: FastifyRequest['headers'], { username, password, token }: TumiPayCredentials): boolean {
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  // Both are compared whatever the first says, so that neither header can be guessed on its own.
  const results = [isSameText(headers.authorization, basic), isSameText(headers['token-top'], token)];
  return results.every(Boolean);
}
