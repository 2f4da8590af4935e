import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answerThrough, type ProviderAnswer } from '../faults.js';
import type { TumiPayContext } from './context.js';
import { FieldError, parsePayinRequest } from './request.js';
import { banksAnswer, createAnswer, errorAnswer, merchantAnswer, queryAnswer } from './wire.js';

export type TumiPayOperation = 'create' | 'query';

/** TumiPay's documented API: create, query, banks and merchant. Mounted under `/tumipay/production/api`. */
export async function tumiPayApi(app: FastifyInstance, context: TumiPayContext): Promise<void> {
  const { faults, calls, cashier, flushed, closing } = context;
  const recorded = (operation: string): { preValidation: (request: FastifyRequest) => Promise<void> } => ({
    preValidation: calls.recorder(operation),
  });
  app.addHook('onSend', calls.answered);

  const authenticated = (request: FastifyRequest, work: () => ProviderAnswer): ProviderAnswer =>
    isAuthentic(request, context) ? work() : errorAnswer(401, 'UNAUTHORIZED', 'Credenciales inválidas');

  app.post('/v1/payin', recorded('create'), (request, reply) =>
    answerThrough(request, reply, {
      fault: faults.take('create'),
      work: () => authenticated(request, () => create(request, context)),
      flushed,
      closing,
    }),
  );

  // One public page shows this call with POST, another with GET and a body: both verbs answer, and the body is ignored.
  app.route<{ Params: { id: string } }>({
    method: ['GET', 'POST'],
    url: '/v1/transaction/:id',
    ...recorded('query'),
    handler: (request, reply) =>
      answerThrough(request, reply, {
        fault: faults.take('query'),
        work: () => authenticated(request, () => query(request.params.id, context)),
        flushed,
        closing,
      }),
  });

  const plain = (work: () => ProviderAnswer) => (request: FastifyRequest) => authenticated(request, work);
  const routes = {
    '/v1/pse/banks': ['banks', plain(banksAnswer)],
    '/v1/merchant/me': ['merchant', plain(merchantAnswer)],
  } as const;
  for (const [url, [operation, work]] of Object.entries(routes)) {
    app.get(url, recorded(operation), (request, reply) =>
      answerThrough(request, reply, { fault: undefined, work: () => work(request), flushed, closing }),
    );
  }

  app.setNotFoundHandler(recorded('unknown'), (request, reply) =>
    reply.code(404).send(errorAnswer(404, 'ROUTE_NOT_FOUND', `No existe ${request.method} ${request.url}`).body),
  );
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    return reply
      .code(status)
      .send(errorAnswer(status, status < 500 ? 'REQUEST_INVALID' : 'INTERNAL_ERROR', error.message).body);
  });

  function create(request: FastifyRequest, { switches, paymentUrl }: TumiPayContext): ProviderAnswer {
    const { amountUnit, duplicateReference } = switches();
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
      return errorAnswer(400, 'CONTENT_TYPE_INVALID', 'Content-Type debe ser application/json');
    }
    try {
      const payin = parsePayinRequest(parseJson(request.body), amountUnit);
      const earlier = duplicateReference === 'new_ticket' ? undefined : cashier.list(payin.reference)[0];
      if (earlier !== undefined && duplicateReference === 'error') {
        return errorAnswer(409, 'REFERENCE_DUPLICATED', 'reference ya existe');
      }
      const order = earlier ?? cashier.create(payin);
      return createAnswer(order, paymentUrl(order.ticket), amountUnit);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      return errorAnswer(400, `${error.field.replace('.', '_').toUpperCase()}_${error.reason}`, error.message);
    }
  }
}

function query(id: string, { cashier, switches }: TumiPayContext): ProviderAnswer {
  const { notFound, queryAmount, amountUnit } = switches();
  const order = cashier.find(id);
  if (order === undefined) {
    return errorAnswer(notFound === '404' ? 404 : 200, 'TRANSACTION_NOT_FOUND', 'Transacción no encontrada');
  }
  const settled = queryAmount === 'settled' ? order.settledInCents : null;
  return queryAnswer(order, settled ?? order.requestedInCents, amountUnit);
}

function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    throw new FieldError('body', 'INVALID', 'El cuerpo no es JSON');
  }
}

function isAuthentic(request: FastifyRequest, { credentials }: TumiPayContext): boolean {
  const basic = `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  // Both are compared whatever the first says, so that neither header can be tried on its own.
  const results = [same(request.headers.authorization, basic), same(request.headers['token-top'], credentials.token)];
  return results.every(Boolean);
}

function same(received: string | string[] | undefined, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return typeof received === 'string' && timingSafeEqual(digest(received), digest(expected));
}
