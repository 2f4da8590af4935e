import { Controller, Get, Headers, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AuditLog } from '../audit/audit-log.js';
import { recorded } from '../audit/recorded-download.js';
import type { Principal } from '../auth/principal.js';
import { Caller } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import type { Answer } from '../http/answer.js';
import { CSV_BATCH, csvDownload, type NextBatch, toBatch } from '../http/csv.js';
import { ApiListResponse, ProblemSchema } from '../http/openapi.js';
import { wantsCsv } from '../http/wants-csv.js';
import { InboundWebhookStore } from './inbound-webhook.store.js';
import { InboundWebhookWorker } from './inbound-webhook.worker.js';
import { ReadInbox } from './read-inbox.service.js';
import { ListInboundWebhooksQuery } from './list-inbound-webhooks.dto.js';
import { InboundWebhookDetailSchema, InboundWebhookPageSchema, InboundWebhookSchema } from './inbox.schema.js';

/** Without the bodies, which may hold payers' data. */
const WEBHOOK_COLUMNS = [
  'id',
  'provider',
  'providerReference',
  'payinId',
  'status',
  'outcome',
  'deliveries',
  'verifiedBy',
  'attempts',
  'lastError',
  'receivedAt',
  'appliedAt',
  'nextAttemptAt',
] as const satisfies readonly (keyof InboundWebhookSchema)[];

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
  @ApiOperation({
    operationId: 'listInboundWebhooks',
    description: 'What providers sent, with what became of it. Their bodies are in `GET /inbound-webhooks/{id}`.',
    summary: 'List inbound webhooks',
  })
  @ApiListResponse(InboundWebhookPageSchema)
  @ApiResponse({ status: 503, type: ProblemSchema, description: 'OVERLOADED' })
  async list(
    @Caller() caller: Principal,
    @Query() query: ListInboundWebhooksQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('vary', 'Accept');
    const { organizationId } = caller;
    if (!wantsCsv(accept)) return this.read.list(organizationId, query);
    const next: NextBatch<Answer<InboundWebhookSchema>> = (cursor = query.cursor) =>
      this.read.list(organizationId, Object.assign({}, query, { cursor, limit: CSV_BATCH })).then(toBatch);
    const download = csvDownload(organizationId, 'inbound-webhooks', WEBHOOK_COLUMNS, next, (item) => ({ ...item }));
    return recorded(this.audit, caller, { type: 'inbound_webhooks', query }, download);
  }

  @Get(':id')
  @Needs('inbox:read')
  @ApiOperation({
    operationId: 'getInboundWebhook',
    description: 'The body may hold the payer’s data, so that each reading is in the audit log.',
    summary: 'Get an inbound webhook, with its body and the events that it caused',
  })
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
    operationId: 'replayInboundWebhook',
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
