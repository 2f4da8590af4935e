import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { routeConfig } from '../http/route-config.js';
import type { Scope } from './scopes.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the caller must be allowed. */
    scope?: Scope;
  }
}

/** The scope that a route needs. A route that is neither public nor has one does not start. */
export const Needs = (scope: Scope): MethodDecorator =>
  applyDecorators(routeConfig({ scope }), ApiExtension('x-scope', scope));
