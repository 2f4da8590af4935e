import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.js';
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
    private readonly audit: AuditLog,
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
  async one(@Caller() caller: Principal, @Param('id') id: string) {
    const webhook = await this.read.detail(caller.organizationId, id);
    // The body may hold the payer's data.
    const subject = { type: 'inbound_webhook', id };
    await this.audit.record({ by: caller, action: 'inbound_webhook.body_read', subject });
    return webhook;
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
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'FORGOTTEN: its body is not kept any more' })
  async replay(@Caller() caller: Principal, @Param('id') id: string) {
    const { organizationId } = caller;
    await this.read.one(organizationId, id);
    await this.store.replay(caller, id);
    const replayed = await this.read.one(organizationId, id);
    this.worker.wake();
    return replayed;
  }
}
