import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../auth/principal.js';
import { Caller } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import { ProblemSchema } from '../http/openapi.js';
import { InboundWebhookStore } from './inbound-webhook.store.js';
import { InboundWebhookWorker } from './inbound-webhook.worker.js';
import { ReadInbox } from './read-inbox.service.js';
import { ListInboundWebhooksQuery } from './list-inbound-webhooks.dto.js';
import { InboundWebhookDetailSchema, InboundWebhookPageSchema, InboundWebhookSchema } from './inbox.schema.js';

/** The webhooks that providers sent, for operators. */
@ApiTags('inbox')
@ApiBearerAuth()
@Controller('inbound-webhooks')
export class InboxController {
  constructor(
    private readonly read: ReadInbox,
    private readonly store: InboundWebhookStore,
    private readonly worker: InboundWebhookWorker,
  ) {}

  @Get()
  @Needs('inbox:read')
  @ApiOperation({ summary: 'List inbound webhooks, newest first' })
  @ApiOkResponse({ type: InboundWebhookPageSchema })
  list(@Caller() { organizationId }: Principal, @Query() query: ListInboundWebhooksQuery) {
    return this.read.list(organizationId, query);
  }

  @Get(':id')
  @Needs('inbox:read')
  @ApiOperation({ summary: 'Get an inbound webhook, with its body and the events that it caused' })
  @ApiOkResponse({ type: InboundWebhookDetailSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  one(@Caller() { organizationId }: Principal, @Param('id') id: string) {
    return this.read.detail(organizationId, id);
  }

  @Post(':id/replay')
  @Needs('inbox:write')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary: 'Replay an inbound webhook',
    description:
      'It is applied again, from its first attempt. Safe at any time: what was applied before changes nothing.',
  })
  @ApiAcceptedResponse({ type: InboundWebhookSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  async replay(@Caller() { organizationId }: Principal, @Param('id') id: string) {
    await this.read.one(organizationId, id);
    await this.store.replay(organizationId, id);
    const replayed = await this.read.one(organizationId, id);
    this.worker.wake();
    return replayed;
  }
}
