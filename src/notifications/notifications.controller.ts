import { Body, Controller, Get, Headers, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../auth/principal.js';
import type { Answer } from '../http/answer.js';
import { Caller } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import { AuditLog } from '../audit/audit-log.js';
import { recorded } from '../audit/recorded-download.js';
import { CSV_BATCH, csvDownload, type NextBatch, toBatch } from '../http/csv.js';
import { ApiListResponse, ProblemSchema } from '../http/openapi.js';
import { wantsCsv } from '../http/wants-csv.js';
import { ReadNotifications } from './read-notifications.service.js';
import { RESENT_MAX } from './notification.queries.js';
import { NotificationResends } from './notification-resends.js';
import {
  ListNotificationsQuery,
  NotificationPageSchema,
  type NotificationSchema,
  NotificationWithAttemptsSchema,
  ResendNotificationsDto,
  ResentSchema,
} from './notification.dto.js';

const NOTIFICATION_COLUMNS = [
  'id',
  'webhookId',
  'type',
  'payinId',
  'sequence',
  'endpointId',
  'url',
  'status',
  'attemptCount',
  'lastResult',
  'createdAt',
  'deliveredAt',
  'nextAttemptAt',
] as const satisfies readonly (keyof NotificationSchema)[];

@ApiTags('notifications')
@ApiBearerAuth()
@Controller('notifications')
export class NotificationsController {
  constructor(
    private readonly read: ReadNotifications,
    private readonly resends: NotificationResends,
    private readonly audit: AuditLog,
  ) {}

  @Get()
  @Needs('notifications:read')
  @ApiOperation({
    operationId: 'listNotifications',
    description: 'Newest first: of all endpoints and of every `callbackUrl`.',
    summary: 'List notifications',
  })
  @ApiListResponse(NotificationPageSchema)
  @ApiResponse({ status: 503, type: ProblemSchema, description: 'OVERLOADED' })
  async list(
    @Caller() caller: Principal,
    @Query() query: ListNotificationsQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('vary', 'Accept');
    const { organizationId } = caller;
    if (!wantsCsv(accept)) return this.read.list(organizationId, query);
    const next: NextBatch<Answer<NotificationSchema>> = (cursor = query.cursor) =>
      this.read.list(organizationId, Object.assign({}, query, { cursor, limit: CSV_BATCH })).then(toBatch);
    const download = csvDownload(organizationId, 'notifications', NOTIFICATION_COLUMNS, next, (item) => ({ ...item }));
    return recorded(this.audit, caller, { type: 'notifications', query }, download);
  }

  @Get(':id')
  @Needs('notifications:read')
  @ApiOperation({
    operationId: 'getNotification',
    description:
      'With its body as it is sent, and every delivery attempt: time, duration, status and the beginning of your server’s answer.',
    summary: 'Get a notification, with its body and every delivery attempt',
  })
  @ApiOkResponse({ type: NotificationWithAttemptsSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  one(@Caller() { organizationId }: Principal, @Param('id') id: string) {
    return this.read.one(organizationId, id);
  }

  @Post('resend')
  @Needs('notifications:write')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    operationId: 'resendNotifications',
    summary: 'Resend the notifications of a period',
    description: `Up to ${RESENT_MAX} per request, oldest first, each with its own webhook-id. Notifications that are being delivered, or whose endpoint is disabled or deleted, are left out.`,
  })
  @ApiAcceptedResponse({ type: ResentSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  resendRange(@Caller() { organizationId }: Principal, @Body() body: ResendNotificationsDto) {
    return this.resends.resendRange(organizationId, body);
  }

  @Post(':id/resend')
  @Needs('notifications:write')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    operationId: 'resendNotification',
    summary: 'Resend a notification',
    description: 'With the same webhook-id, also if it was delivered.',
  })
  @ApiAcceptedResponse({ type: NotificationWithAttemptsSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'ENDPOINT_NOT_ENABLED or RESEND_LIMIT' })
  async resend(@Caller() { organizationId }: Principal, @Param('id') id: string) {
    await this.resends.resend(organizationId, id);
    return this.read.one(organizationId, id);
  }
}
