import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.js';
import { ApiKeys, type Principal } from './api-keys.js';

const PUBLIC = Symbol('public');
const API_KEY_LENGTH_MAX = 256;
const NO_KEY = 'Send Authorization: Bearer <api key>, or X-API-Key: <api key>.';

/** Marks a route that needs no API key. Every other one needs it. */
export const Public = () => SetMetadata(PUBLIC, true);

/** The organization behind the request's API key. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest & { principal?: Principal }>();
  if (!principal) throw new Problem('UNAUTHENTICATED', NO_KEY);
  return principal;
});

@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(ApiKeys) private readonly apiKeys: ApiKeys,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest & { principal?: Principal }>();
    const key = presentedKey(request);
    const principal = key && (await this.apiKeys.authenticate(key));
    if (!principal) {
      const detail = key ? 'The API key is not known.' : NO_KEY;
      throw new Problem('UNAUTHENTICATED', detail, undefined, { 'www-authenticate': 'Bearer' });
    }
    request.principal = principal;
    return true;
  }
}

function presentedKey({ headers }: FastifyRequest): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const key = bearer ?? headers['x-api-key'];
  return typeof key === 'string' && key.length > 0 && key.length <= API_KEY_LENGTH_MAX ? key : undefined;
}
