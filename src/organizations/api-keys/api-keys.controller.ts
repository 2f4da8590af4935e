import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Caller } from '../../auth/caller.js';
import { Needs } from '../../auth/needs.js';
import type { Principal } from '../../auth/principal.js';
import { ProblemSchema } from '../../http/openapi.js';
import { PageQuery } from '../../http/page.js';
import { CreateApiKeyDto, RotateApiKeyDto } from './api-key.dto.js';
import { ApiKeyPageSchema, ApiKeySchema, ApiKeyWithKeySchema } from './api-key.schema.js';
import { ManageApiKeys } from './manage-api-keys.service.js';

@ApiTags('api keys')
@ApiBearerAuth()
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ManageApiKeys) {}

  @Post()
  @Needs('keys:write')
  @ApiOperation({
    operationId: 'createApiKey',
    summary: 'Create an API key',
    description:
      'It is given a role or scopes, no more than its maker has, and acts for the same person. The key is shown only now.',
  })
  @ApiCreatedResponse({ type: ApiKeyWithKeySchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 403, type: ProblemSchema, description: 'SCOPE_MISSING' })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'KEY_LIMIT' })
  create(@Caller() caller: Principal, @Body() body: CreateApiKeyDto) {
    return this.keys.create(caller, body);
  }

  @Get()
  @Needs('keys:read')
  @ApiOperation({
    operationId: 'listApiKeys',
    description:
      'Newest first, those that are revoked or past their date included. The keys themselves are shown once, when they are made.',
    summary: 'List API keys, newest first, those that were revoked too',
  })
  @ApiOkResponse({ type: ApiKeyPageSchema })
  list(@Caller() { organizationId }: Principal, @Query() query: PageQuery) {
    return this.keys.list(organizationId, query);
  }

  @Post(':id/rotate')
  @Needs('keys:write')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'rotateApiKey',
    description:
      'Makes another key with the same name, role and networks. The present one works until `overlapHours` are over.',
    summary: 'Replace an API key; it keeps its id, name and scopes, and the new one is shown only now',
  })
  @ApiOkResponse({ type: ApiKeyWithKeySchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 403, type: ProblemSchema, description: 'SCOPE_MISSING or KEY_OF_ANOTHER_PERSON' })
  @ApiResponse({ status: 404, type: ProblemSchema })
  rotate(@Caller() caller: Principal, @Param('id') id: string, @Body() body: RotateApiKeyDto) {
    return this.keys.rotate(caller, id, body);
  }

  @Post(':id/revoke')
  @Needs('keys:write')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'revokeApiKey',
    summary: 'Revoke an API key, and every key that it has made or rotated',
    description:
      'They stop within 5 seconds, and invitations end that they have made and nobody has accepted. Again, it changes nothing.',
  })
  @ApiOkResponse({ type: ApiKeySchema })
  @ApiResponse({ status: 403, type: ProblemSchema, description: 'SCOPE_MISSING' })
  @ApiResponse({ status: 404, type: ProblemSchema })
  revoke(@Caller() caller: Principal, @Param('id') id: string) {
    return this.keys.revoke(caller, id);
  }
}
