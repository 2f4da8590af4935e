import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type FieldProblem, Problem } from './problem.js';
import { ProblemFilter, sendProblem, toProblem } from './problem.filter.js';
import { ReservedNamesPipe } from './reserved-names.pipe.js';
import { parseStrictJson } from './strict-json.js';
import { answerUnreadable } from './unreadable-request.js';

export const BODY_LIMIT_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

/** Paths whose body is kept as it came: its signature covers bytes, not meaning. */
const RAW_BODY_PATH = /^\/webhooks\//;

export function createAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 200 },
    // Nobody's X-Forwarded-For is believed.
    trustProxy: false,
    genReqId: requestIdOf,
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, toProblem(error), request.id),
  });
}

/** Everything that holds for all routes: parsing, validation, errors, the request's id. */
export function configureHttp(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    '*',
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done: (error: Error | null, body?: unknown) => void) => {
      try {
        done(null, RAW_BODY_PATH.test(request.url) ? body : parseJsonBody(request, body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  fastify.addHook('onRequest', (request, reply, next) => {
    reply.header('x-request-id', request.id);
    next();
  });
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(
    new ReservedNamesPipe(),
    new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      stopAtFirstError: true,
      exceptionFactory: (errors) =>
        new Problem('VALIDATION_FAILED', 'See `errors` for what to fix.', toFieldProblems(errors)),
    }),
  );
}

function parseJsonBody(request: FastifyRequest, body: Buffer): unknown {
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
