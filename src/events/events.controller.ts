import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import type { Principal } from '../auth/principal.js';
import { RequestGate } from '../auth/request-gate.js';
import { ProblemSchema } from '../http/openapi.js';
import { outsideTurn } from '../http/turn.js';
import { eventCursorOf } from './event-cursor.js';
import { EventStore } from './event.store.js';
import { EventWaiters } from './event-waiters.js';
import { EventPageSchema, ListEventsQuery } from './list-events.dto.js';
import { ReadEvents } from './read-events.service.js';

@ApiTags('events')
@ApiBearerAuth()
@Controller('events')
export class EventsController {
  constructor(
    private readonly store: EventStore,
    private readonly events: ReadEvents,
    private readonly waiters: EventWaiters,
    private readonly gate: RequestGate,
  ) {}

  @Get()
  @Needs('notifications:read')
  @ApiOperation({
    operationId: 'listEvents',
    summary: 'List events in the order of their commits',
    description:
      'For pulling instead of being called. Whoever goes on with `nextCursor` misses no event, however many are written meanwhile, and gets each once. An event that has just happened is listed as soon as all transactions that began to write before it have ended.',
  })
  @ApiOkResponse({ type: EventPageSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 503, type: ProblemSchema, description: 'OVERLOADED: too many requests wait for events' })
  async list(
    @Caller() { organizationId, at }: Principal,
    @Query() { after, limit, types, wait = 0 }: ListEventsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventPageSchema> {
    const until = performance.now() + wait * 1000;
    const place = await this.store.placeOf(organizationId, after);
    let found = await this.store.read(organizationId, place, limit, types);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    while (found.events.length === 0 && !found.hasNext) {
      const leftMs = until - performance.now();
      if (leftMs <= 0) break;
      const waiting = { organizationId, place: found.place };
      await outsideTurn(() => this.waiters.wait(waiting, leftMs, gone.signal));
      if (gone.signal.aborted || this.waiters.isOver) break;
      // A key that was revoked meanwhile lets nobody in.
      await this.gate.checkAgain(reply.request);
      found = await this.store.read(organizationId, found.place, limit, types);
    }
    return {
      data: await this.events.present(organizationId, found.events, at),
      organizationId,
      pageInfo: { hasNext: found.hasNext, nextCursor: eventCursorOf(found.place) },
    };
  }
}
