import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest, RouteGenericInterface } from 'fastify';
import type { ProviderAnswer } from '../kit/faults.js';
import type { Setup } from '../kit/order-rules.js';
import type { NewOrder, Order } from '../kit/order.js';
import type { ApiContext, Operation } from '../kit/simulation.js';
import { isJsonRequest, isSameText } from '../kit/texts.js';
import { factsOf } from './facts.js';
import { pageOf, type PageRequest } from './list.js';
import type { PayinMethod, PayinRequest } from './payin.js';
import { InvalidInput, parsePayinRequest } from './request.js';
import { refundOf, requestRefund } from './refunds.js';
import type { HelloPaySwitches } from './switches.js';
import type { HelloPay, HelloPayOperation } from './types.js';
import { errorBody, payinOnWire } from './wire.js';

/** A Nequi payin that is not resolved by then is declined (public Nequi guide). */
const NEQUI_LIFE_MS = 15 * 60_000;
const DUPLICATE = 'reference already exists';

/** HelloPay's documented API of payins: create, read one, list. Mounted under `/hellopay`. */
export function helloPayApi(app: FastifyInstance, context: ApiContext<HelloPay>): void {
  /** The key is checked before anything else that the caller sent. */
  const authenticated = <Route extends RouteGenericInterface>(
    operation: HelloPayOperation,
    work: (request: FastifyRequest<Route>) => ProviderAnswer,
  ): Operation<Route> =>
    context.operation<Route>(operation, (request) =>
      isSameText(request.headers['x-api-key'], context.setup().credentials.apiKey)
        ? validated(() => work(request))
        : errorAnswer(401, 'Unauthorized', 'Unauthorized'),
    );

  app.route({ method: 'POST', url: '/payins', ...authenticated('create', (request) => create(request, context)) });
  app.route<{ Params: { id: string } }>({
    method: 'GET',
    url: '/payins/:id',
    ...authenticated('query', (request) => read(request.params.id, context)),
  });
  app.route<{ Querystring: PageRequest }>({
    method: 'GET',
    url: '/payins',
    ...authenticated('list', (request) => list(request.query, context)),
  });

  app.route<{ Params: { id: string } }>({
    method: 'POST',
    url: '/payins/:id/refunds',
    ...authenticated('refund', (request) => requestRefund(request.params.id, jsonOf(request), context)),
  });
  app.route<{ Params: { id: string; reference: string } }>({
    method: 'GET',
    url: '/payins/:id/refunds/:reference',
    ...authenticated('refundQuery', (request) => refundOf(request.params.id, request.params.reference, context)),
  });

  context.answerOtherwise(app, {
    unknownPath: ({ method, url }) =>
      errorAnswer(404, 'Not Found', `Cannot ${method} ${url.replace(/^\/hellopay/, '')}`),
    failure: (status, message) => errorAnswer(status, status < 500 ? 'Bad Request' : 'Internal Server Error', message),
  });
}

function create(request: FastifyRequest, { orderBook, setup }: ApiContext<HelloPay>): ProviderAnswer {
  const { switches } = setup();
  const payin = parsePayinRequest(jsonOf(request), switches);
  const [earlier] = switches.duplicateReference === 'create' ? [] : orderBook.list(payin.reference);
  if (earlier !== undefined && switches.duplicateReference === '409') return errorAnswer(409, 'Conflict', DUPLICATE);
  if (earlier !== undefined && switches.duplicateReference === '400')
    return errorAnswer(400, 'Bad Request', [DUPLICATE]);
  const order = earlier ?? orderBook.create(newOrder(payin, switches));
  return { status: 201, body: bodyOf(order, setup()) };
}

function newOrder(payin: PayinRequest, switches: HelloPaySwitches): NewOrder<HelloPay> {
  const { method, customer } = payin;
  return {
    id: randomUUID(),
    reference: payin.reference,
    requestedInCents: payin.requestedInCents,
    status: switches.initialStatus,
    lifeMs: method.rail === 'NEQUI' ? NEQUI_LIFE_MS : switches.expiryMinutes * 60_000,
    webhookUrl: null,
    redirectUrl: payin.callbackUrl,
    details: {
      method,
      customer,
      keyString: keyOf(method),
      token: randomBytes(16).toString('hex'),
      processed: false,
      errorCode: null,
    },
  };
}

/** By id only: the contract has no reading by reference. */
function read(id: string, { orderBook, setup }: ApiContext<HelloPay>): ProviderAnswer {
  const order = orderBook.find(id);
  if (order?.id !== id) return errorAnswer(404, 'Not Found', 'Payin not found');
  const waits = order.details.method.rail === 'PSE' && order.reads <= setup().switches.pseUrlAfterReads;
  return { status: 200, body: bodyOf(waits ? orderBook.countRead(order) : order, setup()) };
}

function list(page: PageRequest, { orderBook, setup }: ApiContext<HelloPay>): ProviderAnswer {
  const newestFirst = orderBook.list();
  const ordered = setup().switches.listOrder === 'newest_first' ? newestFirst : newestFirst.toReversed();
  const { data, pageInfo } = pageOf(ordered, page);
  return { status: 200, body: { data: data.map((order) => bodyOf(order, setup())), pageInfo } };
}

function bodyOf(order: Order<HelloPay>, setup: Setup<HelloPay>): object {
  return payinOnWire(factsOf(order, setup), setup.switches);
}

function validated(work: () => ProviderAnswer): ProviderAnswer {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidInput) return errorAnswer(400, 'Bad Request', error.problems);
    throw error;
  }
}

/** `@SANDBOX` and ten upper-case hexadecimal digits, as in the public guide; a key that was sent is the one to pay to. */
function keyOf(method: PayinMethod): string | null {
  if (method.rail !== 'BRE_B') return null;
  return 'keyString' in method ? method.keyString : `@SANDBOX${randomBytes(5).toString('hex').toUpperCase()}`;
}

function errorAnswer(status: number, error: string, message: string | readonly string[]): ProviderAnswer {
  return { status, body: errorBody(status, error, message) };
}

function jsonOf(request: FastifyRequest): unknown {
  if (!isJsonRequest(request)) return {};
  try {
    return JSON.parse(typeof request.body === 'string' ? request.body : '');
  } catch {
    throw new InvalidInput(['the body is not JSON']);
  }
}
