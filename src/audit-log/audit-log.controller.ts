import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../auth/principal.js';
import { Caller } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import { ProblemSchema } from '../http/openapi.js';
import { AuditEntryPageSchema, ListAuditEntriesQuery } from './audit-log.dto.js';
import { ReadAuditLog } from './read-audit-log.service.js';

@ApiTags('audit')
@ApiBearerAuth()
@Controller('audit-log')
export class AuditLogController {
  constructor(private readonly log: ReadAuditLog) {}

  @Needs('audit:read')
  @Get()
  @ApiOperation({
    summary: 'List who did what to which thing, newest first',
    description: 'Entries are written with what was done, and are never changed or deleted.',
  })
  @ApiOkResponse({ type: AuditEntryPageSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  list(@Caller() { organizationId }: Principal, @Query() query: ListAuditEntriesQuery) {
    return this.log.list(organizationId, query);
  }
}
