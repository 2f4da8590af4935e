import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.js';
import { routeConfig } from '../http/route-config.js';
import type { Principal } from './principal.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Needs no API key. */
    public?: boolean;
  }
  interface FastifyRequest {
    principal?: Principal;
  }
}

export const NO_KEY =
  'Send Authorization: Bearer <api key>, or X-API-Key: <api key>, or the cookie of a session: POST /session.';

/** Marks a route that needs no API key. Every other one needs it. */
export const Public = (): MethodDecorator => routeConfig({ public: true });

/** Marks a route of drop-in contracts, whose path names one: it takes that contract's credentials, and answers in its words. */
export const SpeaksContract = (): MethodDecorator => routeConfig({ dropIn: true });

/** The organization behind the request's API key. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new Problem('UNAUTHENTICATED', NO_KEY);
  return principal;
});
