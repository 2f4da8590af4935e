import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describeError } from '../logging/describe-error.js';
import { Problem, type ProblemCode } from './problem.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Of PUBLIC_URL, without a slash at its end. */
    publicUrl: string;
  }
}

/** Our messages for what the framework refuses: its own may repeat what the caller sent. */
const REFUSALS = {
  BAD_REQUEST: 'The request cannot be taken as it is: check its address, headers and body.',
  UNAUTHENTICATED: 'Send Authorization: Bearer <api key>, or X-API-Key: <api key>.',
  NOT_FOUND: 'Nothing is here: check the method and the path.',
  BODY_TOO_LARGE: 'Send a smaller body; the reference of the API says how much a route takes.',
  UNSUPPORTED_MEDIA_TYPE:
    'Send the header Content-Type that the route takes: application/json, unless its reference says otherwise.',
  MALFORMED_JSON: 'The body is empty. Send a JSON object, or no Content-Type.',
  UNAVAILABLE: 'Try the same request again in a moment: it has its effect once.',
  INTERNAL_ERROR: 'The request is not at fault. Send it again; if the error stays, give the requestId to the operator.',
} as const satisfies Partial<Record<ProblemCode, string>>;
type Refusal = keyof typeof REFUSALS;

/** What Fastify refuses before a controller sees it. */
const FASTIFY_PROBLEMS: Readonly<Record<string, Refusal>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BAD_REQUEST',
  FST_ERR_BAD_URL: 'BAD_REQUEST',
  FST_ERR_MAX_PARAM_LENGTH: 'NOT_FOUND',
};

const STATUS_PROBLEMS: Readonly<Record<number, Refusal>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
  413: 'BODY_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  503: 'UNAVAILABLE',
};

/** The problem behind an error, or undefined for an error that it does not know. */
export type ProblemOf = (error: unknown) => Problem | undefined;

/** Turns any error into RFC 9457 problem details, without anything that is not meant for callers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  /** @param problemOf what a caller is answered on an error that this folder does not know */
  constructor(private readonly problemOf: ProblemOf) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const problem = toProblem(error, this.problemOf);
    if (problem.code === 'INTERNAL_ERROR') {
      this.logger.error({ requestId: request.id, error: describeError(error) }, 'a request failed');
    }
    sendProblem(http.getResponse<FastifyReply>(), problem, request.id);
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Where it is answered in other words than ours: what they make of a problem. */
    problemAs?: (problem: Problem) => { status: number; body: unknown };
  }
}

export function sendProblem(reply: FastifyReply, problem: Problem, requestId: string): void {
  const own = reply.request.problemAs?.(problem);
  void reply
    .status(own?.status ?? problem.status)
    .headers({ ...problem.headers, 'x-request-id': requestId })
    .type(own ? 'application/json' : 'application/problem+json')
    .send(JSON.stringify(own ? own.body : problem.toBody(requestId, reply.server.publicUrl)));
}

/** Also used for errors that happen before Nest. */
export function toProblem(error: unknown, problemOf: ProblemOf = () => undefined): Problem {
  if (error instanceof Problem) return error;
  const known = problemOf(error);
  if (known) return known;
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown };
  const fastifyProblem = typeof code === 'string' ? FASTIFY_PROBLEMS[code] : undefined;
  if (fastifyProblem) return refused(fastifyProblem);
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  const statusProblem = typeof status === 'number' ? STATUS_PROBLEMS[status] : undefined;
  return refused(statusProblem ?? (isClientStatus(status) ? 'BAD_REQUEST' : 'INTERNAL_ERROR'));
}

function refused(code: Refusal): Problem {
  return new Problem(code, REFUSALS[code]);
}

function isClientStatus(status: unknown): boolean {
  return typeof status === 'number' && status >= 400 && status < 500;
}
