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
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AuditLog } from '../audit/audit-log.js';
import { recorded } from '../audit/recorded-download.js';
import { Caller } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import type { Principal } from '../auth/principal.js';
import { CSV_BATCH, csvDownload, type NextBatch, toBatch } from '../http/csv.js';
import { ApiListResponse, ProblemSchema } from '../http/openapi.js';
import { toPage } from '../http/page.js';
import { wantsCsv } from '../http/wants-csv.js';
import { destinationOf } from './destination.dto.js';
import { ListRefundsQuery, PayRefundDto, RequestRefundDto } from './refund.dto.js';
import { RefundPageSchema, RefundSchema, RefundsSchema } from './refund.schema.js';
import { REFUND_COLUMNS, refundRecord } from './refunds-csv.js';
import { Refunds, type ShownRefund } from './refunds.service.js';

@ApiTags('refunds')
@ApiBearerAuth()
@Controller()
export class RefundsController {
  constructor(
    private readonly refunds: Refunds,
    private readonly audit: AuditLog,
  ) {}

  @Post('payins/:id/refunds')
  @Needs('refunds:write')
  @ApiOperation({
    operationId: 'requestRefund',
    summary: 'Request a refund of a payin',
    description:
      'The amount is reserved at once: refunds are never more than what arrived and was not reversed. With a reference, the same request again gives the same refund.',
  })
  @ApiCreatedResponse({ type: RefundSchema })
  @ApiOkResponse({
    type: RefundSchema,
    description: 'The reference and the body are known; the header Idempotency-Replayed is true',
  })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'REFUND_TOO_LARGE or REFERENCE_CONFLICT' })
  async request(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() { amountInCents, reason, note, reference, to }: RequestRefundDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ShownRefund> {
    const { refund, replayed } = await this.refunds.request(caller, id, {
      amountInCents: BigInt(amountInCents),
      reason,
      note: note ?? null,
      reference: reference ?? null,
      to: destinationOf(to),
    });
    if (replayed) void reply.status(HttpStatus.OK).header('idempotency-replayed', 'true');
    return refund;
  }

  @Get('payins/:id/refunds')
  @Needs('refunds:read')
  @ApiOperation({
    operationId: 'listPayinRefunds',
    description: 'All refunds of the payin, oldest first.',
    summary: 'List the refunds of a payin, newest first',
  })
  @ApiOkResponse({ type: RefundsSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  async ofPayin(@Caller() caller: Principal, @Param('id') id: string) {
    return { data: await this.refunds.ofPayin(caller, id) };
  }

  @Get('refunds')
  @Needs('refunds:read')
  @ApiOperation({
    operationId: 'listRefunds',
    description:
      'With every filter that is given. Where their money goes is masked; `GET /refunds/{id}` shows it to whoever may pay it.',
    summary: 'List refunds, newest first',
  })
  @ApiListResponse(RefundPageSchema)
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 503, type: ProblemSchema, description: 'OVERLOADED' })
  async list(
    @Caller() caller: Principal,
    @Query() query: ListRefundsQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('vary', 'Accept');
    if (wantsCsv(accept)) return this.download(caller, query);
    return toPage(await this.refunds.list(caller, query), query.limit, (refund) => refund);
  }

  private download(caller: Principal, query: ListRefundsQuery): Promise<StreamableFile> {
    const next: NextBatch<ShownRefund> = async (cursor = query.cursor) => {
      const refunds = await this.refunds.list(caller, Object.assign({}, query, { cursor, limit: CSV_BATCH }));
      return toBatch(toPage(refunds, CSV_BATCH, (refund) => refund));
    };
    const download = csvDownload(caller.organizationId, 'refunds', REFUND_COLUMNS, next, refundRecord);
    return recorded(this.audit, caller, { type: 'refunds', query }, download);
  }

  @Get('refunds/:id')
  @Needs('refunds:read')
  @ApiOperation({
    operationId: 'getRefund',
    summary: 'Get a refund',
    description: 'With the scope refunds:write it says in full where the money goes, which the audit log keeps.',
  })
  @ApiOkResponse({ type: RefundSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  one(@Caller() caller: Principal, @Param('id') id: string): Promise<ShownRefund> {
    return this.refunds.one(caller, id);
  }

  @Post('refunds/:id/approve')
  @Needs('discrepancies:approve')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'approveRefund',
    summary: 'Approve a refund',
    description:
      'Where the refunds of the payin are together more than REFUND_APPROVAL_ABOVE_IN_CENTS, somebody else than who requested it. Again changes nothing.',
  })
  @ApiOkResponse({ type: RefundSchema })
  @ApiResponse({ status: 403, type: ProblemSchema, description: 'SECOND_PERSON_NEEDED' })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'REFUND_FORBIDDEN or REFUND_TOO_LARGE' })
  approve(@Caller() caller: Principal, @Param('id') id: string): Promise<ShownRefund> {
    return this.refunds.approve(caller, id);
  }

  @Post('refunds/:id/pay')
  @Needs('refunds:write')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'payRefund',
    summary: 'Record that an approved refund was paid',
    description: 'Again with the same evidence changes nothing.',
  })
  @ApiOkResponse({ type: RefundSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'REFUND_FORBIDDEN' })
  pay(@Caller() caller: Principal, @Param('id') id: string, @Body() { evidence }: PayRefundDto): Promise<ShownRefund> {
    return this.refunds.pay(caller, id, evidence);
  }

  @Post('refunds/:id/cancel')
  @Needs('refunds:write')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'cancelRefund',
    summary: 'Cancel a refund that is not paid',
    description: 'Again changes nothing.',
  })
  @ApiOkResponse({ type: RefundSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'REFUND_FORBIDDEN' })
  cancel(@Caller() caller: Principal, @Param('id') id: string): Promise<ShownRefund> {
    return this.refunds.cancel(caller, id);
  }
}
