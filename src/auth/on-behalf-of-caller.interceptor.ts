import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { NOBODY, onBehalfOf } from '@recaudo/fair-share';
import type { FastifyRequest } from 'fastify';
import { Observable } from 'rxjs';
import type { Principal } from './api-keys.js';

/** What a request uses of what is bounded counts as its organization's. */
@Injectable()
export class OnBehalfOfCaller implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { principal } = context.switchToHttp().getRequest<FastifyRequest & { principal?: Principal }>();
    const share = principal?.organizationId ?? NOBODY;
    return new Observable((subscriber) => onBehalfOf(share, () => next.handle().subscribe(subscriber)));
  }
}
