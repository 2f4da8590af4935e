import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { JsonObject } from '../kit/control-input.js';
import type { ProviderAnswer } from '../kit/faults.js';
import type { NewOrder } from '../kit/order.js';
import type { ApiContext, Operation } from '../kit/simulation.js';
import { authenticatedBody, NonceStore } from './authentication.js';
import { ERROR_MESSAGES, Refusal, refusal } from './errors.js';
import { listPage, parseListRequest } from './list.js';
import { newBrebKey, newCashCode, newPaymentOrderNo, newTradeNo } from './order.js';
import { parsePaymentRequest, text, type PaymentRequest } from './request.js';
import { CHANNEL_MESSAGES, type TeemoPaySwitches } from './switches.js';
import type { TeemoPay, TeemoPayOperation } from './types.js';
import { createAnswer, createFailedAnswer, dataAnswer, errorAnswer, queryAnswer } from './wire.js';

/** TeemoPay's documented payin API: create, query, list. Mounted under `/teemopay`. */
export function teemoPayApi(app: FastifyInstance, context: ApiContext<TeemoPay>): void {
  const nonces = new NonceStore();
  const authenticated = (
    operation: TeemoPayOperation,
    work: (body: JsonObject, context: ApiContext<TeemoPay>) => ProviderAnswer,
  ): Operation<object> =>
    context.operation(operation, (request: FastifyRequest) => {
      const { credentials, switches } = context.setup();
      try {
        return work(authenticatedBody(request, { credentials, switches, nonces }), context);
      } catch (error) {
        if (error instanceof Refusal) return errorAnswer(switches.errorHttpStatus, error.code, error.message);
        throw error;
      }
    });

  app.route({ method: 'POST', url: '/api/pay/payment/create/v1', ...authenticated('create', create) });
  app.route({ method: 'POST', url: '/api/pay/payment/query/v1', ...authenticated('query', query) });
  app.route({ method: 'POST', url: '/api/pay/transaction/queryList', ...authenticated('list', list) });

  context.answerOtherwise(app, {
    unknownPath: () => errorAnswer(404, 404, 'Not Found'),
    failure: (status, message) => errorAnswer(status, status, status < 500 ? message : ERROR_MESSAGES[500]),
  });
}

function create(body: JsonObject, { orderBook, setup }: ApiContext<TeemoPay>): ProviderAnswer {
  const { switches } = setup();
  const request = parsePaymentRequest(body, switches);
  if (switches.createRefusal !== 'none') throw refusal(switches.createRefusal);
  if (orderBook.list(request.merchantOrderNo).length > 0) throw refusal('426');
  const order = orderBook.create(newOrder(request, switches));
  return order.details.channelFailed ? createFailedAnswer(order) : createAnswer(order, setup());
}

function newOrder(request: PaymentRequest, switches: TeemoPaySwitches): NewOrder<TeemoPay> {
  const { merchantOrderNo, paymentType, amount, requestedInCents, expirationTime, payer, callbackUrl } = request;
  const { channelFailure, defaultLifeMinutes } = switches;
  const now = Date.now();
  const channelFailed = channelFailure !== 'none';
  return {
    id: newTradeNo(now),
    reference: merchantOrderNo,
    requestedInCents,
    status: channelFailed ? '3' : '1',
    lifeMs: expirationTime === null ? defaultLifeMinutes * 60_000 : expirationTime - now,
    webhookUrl: callbackUrl,
    // The payer is not sent back: no such field is documented for Colombia.
    redirectUrl: null,
    details: {
      paymentType,
      amount,
      payer,
      key: paymentType === 212 ? newBrebKey() : null,
      cashCode: paymentType === 205 ? newCashCode() : null,
      channelFailed,
      errorMessage: channelFailed ? CHANNEL_MESSAGES[channelFailure] : null,
      spareOrderNo: newPaymentOrderNo(),
    },
  };
}

/** By the merchant's number alone: there is no query by `tradeNo`. */
function query(body: JsonObject, { orderBook, setup }: ApiContext<TeemoPay>): ProviderAnswer {
  const { visibleAfterMs, notFound } = setup().switches;
  const [order] = orderBook.list(text(body, 'merchantOrderNo', 32));
  if (order !== undefined && Date.now() - order.createdAt >= visibleAfterMs) return queryAnswer(order, setup());
  if (notFound === '434') throw refusal('434');
  return { status: 200, body: { code: 400, msg: 'Order not found', success: false } };
}

function list(body: JsonObject, { orderBook, setup }: ApiContext<TeemoPay>): ProviderAnswer {
  const request = parseListRequest(body, Date.now());
  return dataAnswer(listPage(orderBook.list().toReversed(), request, setup().switches));
}
