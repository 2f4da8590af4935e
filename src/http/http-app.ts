import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceSettings } from '../../config/service.settings.js';
import { BodyOfRouteGuard } from './body-of-route.guard.js';
import { limitArrival, limitRest } from './limit-arrival.js';
import { asPartOf } from './present-request.js';
import { type FieldProblem, Problem, validationFailed } from './problem.js';
import { ProblemFilter, type ProblemOf, sendProblem, toProblem } from './problem.filter.js';
import { PICTURE_BYTES_MAX, PICTURE_TYPES, pictureTypeOf } from './route-body.js';
import { routeOf } from './route-config.js';
import { RequestPipe } from './request.pipe.js';
import { ReservedNamesPipe } from './reserved-names.pipe.js';
import { policyOfPage, securityHeaders } from './security-headers.js';
import { parseFormBody } from './form-body.js';
import { parseStrictJson } from './strict-json.js';
import { declaredEncoding, TEXT_ENCODINGS } from './text-encodings.js';
import { answerUnreadable } from './unreadable-request.js';

export const BODY_LIMIT_BYTES = 64 * 1024;
const BODY_TIMEOUT_MS = 30_000;
/** A file of a million lines over a slow line; its reader bounds the silence in it. */
const UPLOAD_TIMEOUT_MS = 30 * 60_000;

const UPLOAD_TYPE = 'text/csv';

export function createAdapter(settings: ServiceSettings): FastifyAdapter {
  const headers = securityHeaders(settings);
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: UPLOAD_TIMEOUT_MS,
    routerOptions: { maxParamLength: 200 },
    // What comes on an open connection while the service ends is answered like everything else.
    return503OnClosing: false,
    // Whose X-Forwarded-For is believed: the caller's address is the last one in it that is no proxy's.
    trustProxy: settings.TRUSTED_PROXIES?.length ? settings.TRUSTED_PROXIES : false,
    genReqId: requestIdOf,
    // Node would answer without a body and without our headers; a hook does.
    http: { requireHostHeader: false },
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket, { headers, publicUrl: settings.publicUrl }),
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply.headers(headers), toProblem(error), request.id),
  });
}

/**
 * Everything that holds for all routes: parsing, validation, errors, the request's id.
 * @param problemOf what a caller is answered on errors of other parts
 */
export function configureHttp(app: NestFastifyApplication, settings: ServiceSettings, problemOf: ProblemOf): void {
  const fastify = app.getHttpAdapter().getInstance();
  const headers = securityHeaders(settings);
  const basics = { headers, publicUrl: settings.publicUrl };
  fastify.decorate('publicUrl', settings.publicUrl);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    '*',
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done: ParserDone) => {
      try {
        done(null, parseBody(request, body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  fastify.addContentTypeParser(UPLOAD_TYPE, (request: FastifyRequest, body: Readable, done: ParserDone) => {
    if (isUpload(request)) done(null, body);
    else done(new Problem('UNSUPPORTED_MEDIA_TYPE', 'Send the header Content-Type: application/json.'));
  });
  fastify.addHook('onRoute', (route) => {
    if (route.config?.body === 'picture') route.bodyLimit = PICTURE_BYTES_MAX;
  });
  const names = Object.keys(headers);
  fastify.addHook('onRequest', (request, reply, next) => {
    for (const name of names) reply.header(name, headers[name]);
    reply.header('x-request-id', request.id);
    if (!isUpload(request)) limitArrival(request.raw, BODY_TIMEOUT_MS, basics);
    limitRest(request.raw, reply.raw);
    next(isHostless(request) ? new Problem('BAD_REQUEST', 'Send the header Host.') : undefined);
  });
  fastify.addHook('preHandler', (request, _reply, next) => asPartOf(request, next));
  fastify.addHook('preParsing', (request, _reply, payload, next) => next(problemOfBody(request), payload));
  fastify.addHook('onSend', (request, reply, payload, next) => {
    // Fastify hangs up on a body that it does not read, and so takes the answer back from who has not read it yet.
    if (!request.raw.complete) reply.removeHeader('connection');
    if (
      !routeOf(request).config.ownPolicy &&
      typeof payload === 'string' &&
      String(reply.getHeader('content-type') ?? '').startsWith('text/html')
    )
      reply.header('content-security-policy', policyOfPage(payload, routeOf(request).config.styleHashes));
    next(null, payload);
  });
  // Node refuses an expectation that it does not know, without our headers; the standard lets us ignore it.
  fastify.server.on('checkExpectation', (request, response) => fastify.server.emit('request', request, response));
  if (!settings.servesApi) fastify.addHook('onRequest', refuseWork);
  app.useGlobalFilters(new ProblemFilter(problemOf));
  app.useGlobalGuards(new BodyOfRouteGuard());
  app.useGlobalPipes(new RequestPipe(new ReservedNamesPipe(), validationPipe()));
}

/** What decorators of a class say, with all that it has to say of what is refused. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) => validationFailed(...toFieldProblems(errors)),
  });
}

type ParserDone = (error: Error | null, body?: unknown) => void;

function isUpload(request: FastifyRequest): boolean {
  return routeOf(request).config.body === 'file';
}

/** Answered before anything of the body is read. */
function problemOfBody(request: FastifyRequest): Problem | null {
  if (isUpload(request)) return problemOfUpload(request);
  return routeOf(request).config.body === 'picture' ? problemOfPicture(request) : null;
}

function problemOfPicture(request: FastifyRequest): Problem | null {
  if (!pictureTypeOf(request))
    return new Problem(
      'UNSUPPORTED_MEDIA_TYPE',
      `Send the picture as the body, with its type in the header Content-Type: one of ${PICTURE_TYPES.join(', ')}.`,
    );
  if (request.headers['content-encoding'])
    return new Problem('UNSUPPORTED_MEDIA_TYPE', 'Send the picture as it is, without Content-Encoding.');
  return null;
}

function problemOfUpload({ headers }: FastifyRequest): Problem | null {
  const contentType = headers['content-type'] ?? '';
  if (contentType.split(';')[0]?.trim().toLowerCase() !== UPLOAD_TYPE)
    return new Problem(
      'UNSUPPORTED_MEDIA_TYPE',
      'Send the CSV file as the body, with the header Content-Type: text/csv.',
    );
  if (declaredEncoding(contentType) === 'unknown')
    return new Problem('UNSUPPORTED_MEDIA_TYPE', `Send the file in one of ${TEXT_ENCODINGS.join(', ')}.`);
  if (headers['content-encoding'])
    return new Problem('UNSUPPORTED_MEDIA_TYPE', 'Send the file as it is, without Content-Encoding.');
  return null;
}

/** RFC 9112, section 3.2. */
function isHostless({ raw }: FastifyRequest): boolean {
  return raw.httpVersion === '1.1' && raw.headers.host === undefined;
}

function refuseWork(request: FastifyRequest, _reply: FastifyReply, next: (error?: Error) => void): void {
  const detail = 'This process has ROLE=worker: it serves /health and /metrics, and the API is elsewhere.';
  next(routeOf(request).isForOperators ? undefined : new Problem('NOT_FOUND', detail));
}

function parseBody(request: FastifyRequest, body: Buffer): unknown {
  const { config } = routeOf(request);
  if (config.body === 'raw' || config.body === 'picture') return body;
  return config.body === 'form' ? parseFormBody(request, body) : parseJsonBody(request, body);
}

/** Undefined for an empty body: many clients name a type for what they do not send. */
function parseJsonBody(request: FastifyRequest, body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json')
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', 'Send the header Content-Type: application/json.');
  if (request.headers['content-encoding'])
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', 'Send the body as it is, without Content-Encoding.');
  const value = parseStrictJson(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem('MALFORMED_JSON', 'The body must be a JSON object.');
  }
  return value;
}

/** The caller's `X-Request-Id` when it is one that a log can carry, else one of ours. */
function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{8,64}$/.test(given) ? given : randomUUID();
}

function toFieldProblems(errors: ValidationError[], prefix = ''): FieldProblem[] {
  return errors.flatMap((error) => {
    const field = `${prefix}${error.property}`;
    const own = Object.entries(error.constraints ?? {}).map(([constraint, message]) => ({
      field,
      message: constraint === 'whitelistValidation' ? 'unknown field' : message,
    }));
    return [...own, ...toFieldProblems(error.children ?? [], `${field}.`)];
  });
}
