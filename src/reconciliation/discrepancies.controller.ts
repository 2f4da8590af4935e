import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Query,
  Res,
  type StreamableFile,
} from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../auth/principal.js';
import { Caller } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import { AuditLog } from '../audit/audit-log.js';
import { recorded } from '../audit/recorded-download.js';
import { CSV_BATCH, csvDownload, type NextBatch, toBatch } from '../http/csv.js';
import { ApiListResponse, ProblemSchema } from '../http/openapi.js';
import { wantsCsv } from '../http/wants-csv.js';
import { presentDiscrepancy, type PresentedDiscrepancy } from '../payins/presenters/discrepancy.presenter.js';
import { ReadPayins } from '../payins/api/read-payins.service.js';
import { ResolveDiscrepancies } from './resolve-discrepancies.service.js';
import { DiscrepancyPageSchema, DiscrepancySchema, DiscrepancyWithEvidenceSchema } from './discrepancy.schema.js';
import { DISCREPANCY_COLUMNS, discrepancyRecord } from './discrepancies-csv.js';
import { DiscrepancyStore } from './discrepancy.store.js';
import { EvidenceStore } from './evidence.store.js';
import { ListDiscrepanciesQuery } from './list-discrepancies.dto.js';
import { NoteDto, resolutionOf, ResolveDiscrepancyDto } from './resolve-discrepancy.dto.js';

@ApiTags('discrepancies')
@ApiBearerAuth()
@Controller('discrepancies')
export class DiscrepanciesController {
  constructor(
    private readonly discrepancies: ResolveDiscrepancies,
    private readonly store: DiscrepancyStore,
    private readonly evidence: EvidenceStore,
    private readonly payins: ReadPayins,
    private readonly audit: AuditLog,
  ) {}

  @Get()
  @Needs('discrepancies:read')
  @ApiOperation({
    operationId: 'listDiscrepancies',
    description: 'What does not add up, with the sum of the money at risk by kind.',
    summary: 'List discrepancies, with the money at risk by kind',
  })
  @ApiListResponse(DiscrepancyPageSchema)
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 503, type: ProblemSchema, description: 'OVERLOADED' })
  async list(
    @Caller() caller: Principal,
    @Query() query: ListDiscrepanciesQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('vary', 'Accept');
    if (wantsCsv(accept)) return this.download(caller, query);
    const page = await this.store.list(caller, query, (row) => presentDiscrepancy(row, caller.at));
    const totals = await this.store.totals(caller, query);
    return {
      ...page,
      totals: totals.map((total) => ({ ...total, moneyAtRiskInCents: Number(total.moneyAtRiskInCents) })),
    };
  }

  private download(caller: Principal, query: ListDiscrepanciesQuery): Promise<StreamableFile> {
    const { organizationId, at } = caller;
    const next: NextBatch<PresentedDiscrepancy> = async (cursor = query.cursor) => {
      const wanted = Object.assign({}, query, { cursor, limit: CSV_BATCH });
      return toBatch(await this.store.list(caller, wanted, (row) => presentDiscrepancy(row, at)));
    };
    const download = csvDownload(organizationId, 'discrepancies', DISCREPANCY_COLUMNS, next, discrepancyRecord);
    return recorded(this.audit, caller, { type: 'discrepancies', query }, download);
  }

  @Get(':id')
  @Needs('discrepancies:read')
  @ApiOperation({
    operationId: 'getDiscrepancy',
    description:
      'With its evidence: what the provider reported, the webhooks and the lines of statements on which it rests.',
    summary: 'Get a discrepancy, with its evidence and the amounts of its payin',
  })
  @ApiOkResponse({ type: DiscrepancyWithEvidenceSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  async one(@Caller() caller: Principal, @Param('id') id: string) {
    const found = await this.discrepancies.find(caller, id);
    const { organizationId, at } = caller;
    const payinId = found.payinId ?? null;
    return {
      ...presentDiscrepancy(found, at),
      evidence: await this.evidence.resolve(organizationId, payinId, found.evidence),
      payin: payinId && (await this.payinOf(organizationId, payinId)),
    };
  }

  @Post(':id/resolve')
  @Needs('discrepancies:write')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'resolveDiscrepancy',
    summary: 'Resolve a discrepancy',
    description:
      'The same request again changes nothing. A correction changes the payin and is in its history, with who and why. A large one waits for a second person.',
  })
  @ApiOkResponse({ type: DiscrepancySchema })
  @ApiAcceptedResponse({
    type: DiscrepancySchema,
    description:
      'The correction, the write-off or the refund outside is proposed, and another person must approve it; or its refund is requested, and must be paid',
  })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({
    status: 409,
    type: ProblemSchema,
    description:
      'DISCREPANCY_SETTLED, CORRECTION_FORBIDDEN, APPROVAL_PENDING, REFUND_FORBIDDEN or REFUND_TOO_LARGE; nothing was changed',
  })
  async resolve(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: ResolveDiscrepancyDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PresentedDiscrepancy> {
    const found = await this.discrepancies.resolve(caller, id, resolutionOf(body));
    if (found.status === 'OPEN') reply.status(HttpStatus.ACCEPTED);
    return presentDiscrepancy(found, caller.at);
  }

  @Post(':id/approve')
  @Needs('discrepancies:approve')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'approveDiscrepancy',
    description: 'Applies what another person has proposed. Whoever proposed it cannot approve it.',
    summary: 'Approve a correction that another person proposed',
  })
  @ApiOkResponse({ type: DiscrepancySchema })
  @ApiResponse({ status: 403, type: ProblemSchema, description: 'SECOND_PERSON_NEEDED' })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({
    status: 409,
    type: ProblemSchema,
    description: 'NOTHING_PROPOSED, DISCREPANCY_SETTLED or CORRECTION_FORBIDDEN; nothing was changed',
  })
  async approve(@Caller() caller: Principal, @Param('id') id: string): Promise<PresentedDiscrepancy> {
    return presentDiscrepancy(await this.discrepancies.approve(caller, id), caller.at);
  }

  @Post(':id/reject')
  @Needs('discrepancies:write')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'rejectDiscrepancy',
    description: 'Refuses what was proposed. The discrepancy stays open.',
    summary: 'Reject a proposed correction; the discrepancy stays open',
  })
  @ApiOkResponse({ type: DiscrepancySchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'NOTHING_PROPOSED' })
  async reject(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() { note }: NoteDto,
  ): Promise<PresentedDiscrepancy> {
    return presentDiscrepancy(await this.discrepancies.reject(caller, id, note), caller.at);
  }

  private async payinOf(organizationId: string, payinId: string) {
    const payin = await this.payins.one(organizationId, payinId);
    const { id, status, amountInCents, amountReceivedInCents, amountStatus, receipts } = payin;
    return { id, url: `/payins/${id}`, status, amountInCents, amountReceivedInCents, amountStatus, receipts };
  }
}
