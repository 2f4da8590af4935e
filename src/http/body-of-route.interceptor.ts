import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { type FieldProblem, Problem } from './problem.js';

/**
 * Holds every route to what it declares: one with `@Body()` needs a body, one that reads the request itself (`@Req()`) is left alone, and any
 * other refuses a body, because what a caller sends is either accepted or refused by name. It runs after the guards, so it says nothing to
 * strangers.
 */
@Injectable()
export class BodyOfRouteInterceptor implements NestInterceptor {
  /** @throws Problem MALFORMED_JSON for a missing body, VALIDATION_FAILED for one that nothing would read */
  intercept(context: ExecutionContext, next: CallHandler) {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const read = parametersOf(context);
    if (read.has(RouteParamtypes.BODY)) {
      if (request.body === undefined)
        throw new Problem('MALFORMED_JSON', 'The body was refused: it is empty. Send a JSON object.');
    } else if (!read.has(RouteParamtypes.REQUEST)) {
      const errors = unreadFields(request);
      if (errors.length > 0) throw new Problem('VALIDATION_FAILED', 'This route takes no body.', errors);
    }
    return next.handle();
  }
}

/**
 * What the route's method takes in, by Nest's own record of its decorators: names such as `3:0`, kind and place. Those of our own decorators
 * begin with random characters, which may be digits too.
 */
function parametersOf(context: ExecutionContext): Set<number> {
  const declared: object =
    Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) ?? {};
  return new Set(Object.keys(declared).flatMap((name) => (/^\d+:\d+$/.test(name) ? [Number.parseInt(name, 10)] : [])));
}

function unreadFields({ body, headers, method }: FastifyRequest): FieldProblem[] {
  if (typeof body === 'object' && body !== null)
    return Object.keys(body).map((field) => ({ field, message: 'unknown field: this route takes no body' }));
  // Bodies of GET are not parsed; one that was parsed and is not there is empty.
  const isSent = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return isSent && (method === 'GET' || method === 'HEAD')
    ? [{ field: 'body', message: 'this route takes no body' }]
    : [];
}
