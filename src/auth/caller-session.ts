import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.js';
import { routeConfig } from '../http/route-config.js';
import type { PresentSession } from './sessions.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Is about the caller's own session: needs one, and neither a scope nor an organization. */
    session?: boolean;
  }
  interface FastifyRequest {
    session?: PresentSession;
  }
}

/** Marks a route that is about the caller's own session. */
export const OwnSession = (): MethodDecorator => routeConfig({ session: true });

/** The session that the request comes with. */
export const CallerSession = createParamDecorator((_: unknown, context: ExecutionContext): PresentSession => {
  const { session } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!session) throw new Problem('SESSION_NEEDED', 'Sign in first: POST /session. An API key has no session.');
  return session;
});
