import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
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
import { AUDIT_COLUMNS, auditRecord } from './audit-log-csv.js';
import { AuditEntryPageSchema, type AuditEntrySchema, ListAuditEntriesQuery } from './audit-log.dto.js';
import { ReadAuditLog } from './read-audit-log.service.js';

@ApiTags('audit')
@ApiBearerAuth()
@Controller('audit-log')
export class AuditLogController {
  constructor(
    private readonly log: ReadAuditLog,
    private readonly audit: AuditLog,
  ) {}

  @Needs('audit:read')
  @Get()
  @ApiOperation({
    operationId: 'listAuditLog',
    summary: 'List who did what to which thing',
    description: 'Entries are written with what was done, and are never changed or deleted.',
  })
  @ApiListResponse(AuditEntryPageSchema)
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 503, type: ProblemSchema, description: 'OVERLOADED' })
  async list(
    @Caller() caller: Principal,
    @Query() query: ListAuditEntriesQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('vary', 'Accept');
    const { organizationId } = caller;
    if (!wantsCsv(accept)) return this.log.list(organizationId, query);
    const next: NextBatch<Answer<AuditEntrySchema>> = (cursor = query.cursor) =>
      this.log.list(organizationId, Object.assign({}, query, { cursor, limit: CSV_BATCH })).then(toBatch);
    const download = csvDownload(organizationId, 'audit-log', AUDIT_COLUMNS, next, auditRecord);
    return recorded(this.audit, caller, { type: 'audit_log', query }, download);
  }
}
