import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../auth/principal.js';
import { Caller } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import { ProblemSchema } from '../http/openapi.js';
import { ReadNotifications } from './read-notifications.service.js';
import { RESENT_MAX } from './notification.queries.js';
import { NotificationResends } from './notification-resends.js';
import {
  ListNotificationsQuery,
  NotificationPageSchema,
  NotificationWithAttemptsSchema,
  ResendNotificationsDto,
  ResentSchema,
} from './notification.dto.js';

@ApiTags('notifications')
@ApiBearerAuth()
@Controller('notifications')
export class NotificationsController {
  constructor(
    private readonly read: ReadNotifications,
    private readonly resends: NotificationResends,
  ) {}

  @Get()
  @Needs('notifications:read')
  @ApiOperation({ summary: 'List notifications, newest first' })
  @ApiOkResponse({ type: NotificationPageSchema })
  list(@Caller() { organizationId }: Principal, @Query() query: ListNotificationsQuery) {
    return this.read.list(organizationId, query);
  }

  @Get(':id')
  @Needs('notifications:read')
  @ApiOperation({ summary: 'Get a notification, with its body and every delivery attempt' })
  @ApiOkResponse({ type: NotificationWithAttemptsSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  one(@Caller() { organizationId }: Principal, @Param('id') id: string) {
    return this.read.one(organizationId, id);
  }

  @Post('resend')
  @Needs('notifications:write')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
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
