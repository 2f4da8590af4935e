import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { type FieldProblem, Problem } from './problem.js';
import './route-body.js';
import { routeOf } from './route-config.js';

type BodyOfRoute = 'needed' | 'read by the route' | 'refused';

/**
 * Holds every route to what it declares: one with `@Body()` needs a body, one that reads the request itself (`@Req()`) is left alone, and any
 * other refuses a body, because what a caller sends is either accepted or refused by name. Who has no key has been refused before, so it says
 * nothing to strangers.
 */
@Injectable()
export class BodyOfRouteGuard implements CanActivate {
  private readonly declared = new WeakMap<object, BodyOfRoute>();

  /** @throws Problem MALFORMED_JSON for a missing body, VALIDATION_FAILED for one that nothing would read */
  canActivate(context: ExecutionContext): true {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const declared = this.declaredBy(context);
    if (declared === 'needed' && request.body === undefined && !routeOf(request).config.isBodyOptional)
      throw new Problem('MALFORMED_JSON', 'The body was refused: it is empty. Send a JSON object.');
    if (declared === 'refused') {
      const errors = unreadFields(request);
      if (errors.length > 0) throw new Problem('VALIDATION_FAILED', 'This route takes no body.', errors);
    }
    return true;
  }

  private declaredBy(context: ExecutionContext): BodyOfRoute {
    const handler = context.getHandler();
    let declared = this.declared.get(handler);
    if (!declared) {
      const read = parametersOf(context);
      declared = read.has(RouteParamtypes.BODY)
        ? 'needed'
        : read.has(RouteParamtypes.REQUEST)
          ? 'read by the route'
          : 'refused';
      this.declared.set(handler, declared);
    }
    return declared;
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

function unreadFields({ body, headers, method }: FastifyRequest): readonly FieldProblem[] {
  if (typeof body === 'object' && body !== null)
    return Object.keys(body).map((field) => ({ field, message: 'unknown field: this route takes no body' }));
  // Bodies of GET are not parsed; one that was parsed and is not there is empty.
  const isSent = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return isSent && (method === 'GET' || method === 'HEAD')
    ? [{ field: 'body', message: 'this route takes no body' }]
    : [];
}
