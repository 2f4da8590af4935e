import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { finalize } from 'rxjs';
import { callerHasGone } from './turn.js';

/** A turn lasts as long as its handler works, even if the caller has hung up: else a caller could have any amount of work done at once. */
@Injectable()
export class TurnInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const { turn } = context.switchToHttp().getRequest<FastifyRequest>();
    if (turn?.isAbandoned) throw callerHasGone();
    return turn ? next.handle().pipe(finalize(turn.work())) : next.handle();
  }
}
