import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { DriverException } from '@mikro-orm/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describeError } from '../database/due-work.js';
import { Problem, type ProblemCode } from './problem.js';

/** What Fastify refuses before a controller sees it. */
const FASTIFY_PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BAD_REQUEST',
  FST_ERR_BAD_URL: 'BAD_REQUEST',
  FST_ERR_MAX_PARAM_LENGTH: 'NOT_FOUND',
};

const STATUS_PROBLEMS: Readonly<Record<number, ProblemCode>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
  413: 'BODY_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  503: 'UNAVAILABLE',
};

/** SQLSTATE classes and Node codes that mean: the database is away, shutting down or does not let us in; try again. */
const DATABASE_AWAY = /^(?:08|28|3D|53|57P0|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND)/;

/** Turns whatever was thrown into RFC 9457 problem details, and tells the caller nothing that is not meant for callers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const problem = toProblem(error);
    if (problem.code === 'INTERNAL_ERROR') {
      this.logger.error({ requestId: request.id, error: describeError(error) }, 'a request failed');
    }
    sendProblem(http.getResponse<FastifyReply>(), problem, request.id);
  }
}

export function sendProblem(reply: FastifyReply, problem: Problem, requestId: string): void {
  void reply
    .status(problem.status)
    .headers({ ...problem.headers, 'x-request-id': requestId })
    .type('application/problem+json')
    .send(JSON.stringify(problem.toBody(requestId)));
}

/** Also used for errors that happen before Nest. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isDatabaseAway(error)) {
    return new Problem(
      'UNAVAILABLE',
      'The database cannot be reached. Try the same request again: it has its effect once.',
      undefined,
      { 'retry-after': '2' },
    );
  }
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  const fastifyProblem = typeof code === 'string' ? FASTIFY_PROBLEMS[code] : undefined;
  if (fastifyProblem) return new Problem(fastifyProblem);
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  return new Problem(
    (typeof status === 'number' && STATUS_PROBLEMS[status]) ||
      (isClientStatus(status) ? 'BAD_REQUEST' : 'INTERNAL_ERROR'),
  );
}

function isClientStatus(status: unknown): boolean {
  return typeof status === 'number' && status >= 400 && status < 500;
}

function isDatabaseAway(error: unknown): boolean {
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: string };
  if (typeof code === 'string' && DATABASE_AWAY.test(code)) return true;
  if (
    /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
      message,
    )
  )
    return true;
  return error instanceof DriverException && error.cause !== undefined && isDatabaseAway(error.cause);
}
