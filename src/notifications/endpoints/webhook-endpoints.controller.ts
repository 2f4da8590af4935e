import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Principal } from '../../auth/principal.js';
import { Caller } from '../../auth/caller.js';
import { Needs } from '../../auth/needs.js';
import { ProblemSchema } from '../../http/openapi.js';
import { PageQuery } from '../../http/page.js';
import { ROTATION_HOURS } from '../../secrets/secret-box.js';
import { CreateWebhookEndpointDto, UpdateWebhookEndpointDto } from './webhook-endpoint.dto.js';
import {
  WebhookEndpointPageSchema,
  WebhookEndpointSchema,
  WebhookEndpointWithSecretSchema,
} from './webhook-endpoint.schema.js';
import { ENDPOINTS_MAX, WebhookEndpoints } from './webhook-endpoints.service.js';

class SentTestSchema {
  @ApiProperty({ format: 'uuid', description: 'See its delivery: GET /notifications/{id}' }) notificationId!: string;
  @ApiProperty({ description: 'The header webhook-id of the message' }) webhookId!: string;
}

@ApiTags('notifications')
@ApiBearerAuth()
@Controller('webhook-endpoints')
export class WebhookEndpointsController {
  constructor(private readonly endpoints: WebhookEndpoints) {}

  @Post()
  @Needs('endpoints:write')
  @ApiOperation({
    operationId: 'createWebhookEndpoint',
    summary: 'Create a webhook endpoint',
    description: `It receives the notifications of all payins. An organization has up to ${ENDPOINTS_MAX}. The secret is shown only now.`,
  })
  @ApiCreatedResponse({ type: WebhookEndpointWithSecretSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'ENDPOINT_LIMIT' })
  create(@Caller() caller: Principal, @Body() body: CreateWebhookEndpointDto) {
    return this.endpoints.create(caller, body);
  }

  @Get()
  @Needs('endpoints:read')
  @ApiOperation({
    operationId: 'listWebhookEndpoints',
    description:
      'With what they receive, and whether deliveries to them fail. Their secrets are shown once, when they are made.',
    summary: 'List webhook endpoints, newest first',
  })
  @ApiOkResponse({ type: WebhookEndpointPageSchema })
  list(@Caller() caller: Principal, @Query() query: PageQuery) {
    return this.endpoints.list(caller, query);
  }

  @Get(':id')
  @Needs('endpoints:read')
  @ApiOperation({
    operationId: 'getWebhookEndpoint',
    description: 'Whether it is enabled, which events it receives, and since when deliveries to it fail.',
    summary: 'Get a webhook endpoint',
  })
  @ApiOkResponse({ type: WebhookEndpointSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  one(@Caller() caller: Principal, @Param('id') id: string) {
    return this.endpoints.one(caller, id);
  }

  @Patch(':id')
  @Needs('endpoints:write')
  @ApiOperation({
    operationId: 'updateWebhookEndpoint',
    summary: 'Update a webhook endpoint',
    description: 'Absent fields stay as they are.',
  })
  @ApiOkResponse({ type: WebhookEndpointSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 404, type: ProblemSchema })
  update(@Caller() caller: Principal, @Param('id') id: string, @Body() body: UpdateWebhookEndpointDto) {
    return this.endpoints.update(caller, id, body);
  }

  @Delete(':id')
  @Needs('endpoints:write')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    operationId: 'deleteWebhookEndpoint',
    summary: 'Delete a webhook endpoint',
    description: 'Its pending notifications are not sent.',
  })
  @ApiNoContentResponse()
  @ApiResponse({ status: 404, type: ProblemSchema })
  delete(@Caller() caller: Principal, @Param('id') id: string) {
    return this.endpoints.delete(caller, id);
  }

  @Post(':id/rotate-secret')
  @Needs('endpoints:write')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'rotateWebhookEndpointSecret',
    summary: 'Rotate the secret of a webhook endpoint',
    description: `The new secret is shown only now. For ${ROTATION_HOURS} hours messages are signed with both.`,
  })
  @ApiOkResponse({ type: WebhookEndpointWithSecretSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  rotateSecret(@Caller() caller: Principal, @Param('id') id: string) {
    return this.endpoints.rotateSecret(caller, id);
  }

  @Post(':id/test')
  @Needs('endpoints:write')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    operationId: 'testWebhookEndpoint',
    description:
      'Sends the event `webhook_endpoint.test` to it, whatever events it chose. `GET /notifications/{id}` shows what became of it.',
    summary: 'Send a test notification to a webhook endpoint',
  })
  @ApiAcceptedResponse({ type: SentTestSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'ENDPOINT_NOT_ENABLED' })
  sendTest(@Caller() caller: Principal, @Param('id') id: string) {
    return this.endpoints.sendTest(caller, id);
  }
}
