import { Body, Controller, Get, Headers, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../auth/principal.js';
import { Caller } from '../../auth/caller.js';
import { Needs } from '../../auth/needs.js';
import { ProblemSchema } from '../../http/openapi.js';
import { CreatePayinDto } from './create-payin.dto.js';
import { CreatePayin } from '../use-cases/create-payin.service.js';
import { ListPayinsQuery } from './list-payins.dto.js';
import { PayinEventsSchema, PayinPageSchema, PayinSchema } from './payin.schema.js';
import { AuditLog } from '../../audit/audit-log.js';
import { CSV_BATCH, csvDownload, type NextBatch, toBatch } from '../../http/csv.js';
import { ApiListResponse } from '../../http/openapi.js';
import { recorded } from '../../audit/recorded-download.js';
import { wantsCsv } from '../../http/wants-csv.js';
import { PAYIN_COLUMNS, payinRecord } from './payins-csv.js';
import type { PresentedPayin } from '../presenters/payin.presenter.js';
import { PayinActions } from '../use-cases/payin-actions.service.js';
import { ReadPayins } from './read-payins.service.js';
import { SearchPayinsDto } from './search-payins.dto.js';
import { canonicalRequest } from './canonical-request.js';

@ApiTags('payins')
@ApiBearerAuth()
@Controller('payins')
export class PayinsController {
  constructor(
    private readonly createPayin: CreatePayin,
    private readonly actions: PayinActions,
    private readonly read: ReadPayins,
    private readonly audit: AuditLog,
  ) {}

  @Post()
  @Needs('payins:write')
  @ApiOperation({
    operationId: 'createPayin',
    summary: 'Create a payin',
    description:
      'The reference is the idempotency key, for ever: the same request again gives the same payin (200), another one with it a 409. A create whose outcome is not known yet answers 201 with the status CREATED: what becomes of it is notified. Then send the payer to `checkoutUrl`, or show `instructions` in a page of your own. What each rail needs:',
  })
  @ApiCreatedResponse({ type: PayinSchema })
  @ApiOkResponse({
    type: PayinSchema,
    description: 'The reference and the body are known; the header Idempotency-Replayed is true',
  })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED or MALFORMED_JSON' })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'REFERENCE_CONFLICT, naming the fields that differ' })
  @ApiResponse({ status: 422, type: ProblemSchema, description: 'PROVIDER_RULE or RAIL_NOT_AVAILABLE' })
  async create(
    @Caller() caller: Principal,
    @Body() body: CreatePayinDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { payin, replayed } = await this.createPayin.execute(caller, canonicalRequest(body));
    if (replayed) void reply.status(HttpStatus.OK).header('idempotency-replayed', 'true');
    return payin;
  }

  @Get()
  @Needs('payins:read')
  @ApiOperation({
    operationId: 'listPayins',
    description:
      'With every filter that is given. A page has up to `limit` payins; `pageInfo.nextCursor` gives the next one. With `Accept: text/csv` all of them come as one file.',
    summary: 'List payins, newest first',
  })
  @ApiListResponse(PayinPageSchema)
  @ApiResponse({ status: 503, type: ProblemSchema, description: 'OVERLOADED' })
  async list(
    @Caller() caller: Principal,
    @Query() query: ListPayinsQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('vary', 'Accept');
    const { organizationId } = caller;
    if (!wantsCsv(accept)) return this.read.list(organizationId, query);
    const next: NextBatch<PresentedPayin> = (cursor = query.cursor) =>
      this.read.list(organizationId, Object.assign({}, query, { cursor, limit: CSV_BATCH })).then(toBatch);
    const download = csvDownload(organizationId, 'payins', PAYIN_COLUMNS, next, payinRecord);
    return recorded(this.audit, caller, { type: 'payins', query }, download);
  }

  @Post('search')
  @Needs('payins:read')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'searchPayins',
    summary: 'Search for payins, newest first',
    description:
      'Payins for which all that is given holds. A search ends after some milliseconds with what it has found: a page may have fewer payins than `limit`, even none, and a `nextCursor` with which it goes on.',
  })
  @ApiOkResponse({ type: PayinPageSchema })
  @ApiResponse({ status: 400, type: ProblemSchema })
  search(@Caller() caller: Principal, @Body() body: SearchPayinsDto) {
    return this.read.search(caller.organizationId, body);
  }

  @Get(':id')
  @Needs('payins:read')
  @ApiOperation({
    operationId: 'getPayin',
    description:
      'As it is stored: its provider is not asked. What the payer is to do stands in `instructions`, what arrived in `receipts`.',
    summary: 'Get a payin',
  })
  @ApiOkResponse({ type: PayinSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  one(@Caller() caller: Principal, @Param('id') id: string) {
    return this.read.one(caller.organizationId, id);
  }

  @Post(':id/refresh')
  @Needs('payins:write')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'refreshPayin',
    description:
      'Asks the provider now, and answers the payin as it is afterwards. Safe at any time. Where the provider gives no answer, the payin stays as it is.',
    summary: 'Check the status of a payin at its provider now',
  })
  @ApiOkResponse({ type: PayinSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({
    status: 503,
    type: ProblemSchema,
    description: 'PROVIDER_CANNOT_SAY: the provider does not answer; the payin is unchanged',
  })
  async refresh(@Caller() caller: Principal, @Param('id') id: string) {
    await this.actions.refresh(caller, id);
    return this.read.one(caller.organizationId, id);
  }

  @Post(':id/cancel')
  @Needs('payins:write')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'cancelPayin',
    summary: 'Cancel a payin',
    description:
      'The provider is asked first. Money that still arrives is booked as late. Canceling again changes nothing.',
  })
  @ApiOkResponse({ type: PayinSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({
    status: 409,
    type: ProblemSchema,
    description: 'TRANSITION_FORBIDDEN: the payin has ended already, or its provider says that it is paid',
  })
  async cancel(@Caller() caller: Principal, @Param('id') id: string) {
    await this.actions.cancel(caller, id);
    return this.read.one(caller.organizationId, id);
  }

  @Post(':id/accept')
  @Needs('discrepancies:write')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'acceptPayin',
    summary: 'Accept an underpaid payin as paid, or an unconfirmed amount as paid in full',
    description:
      'An amount above CORRECTION_APPROVAL_ABOVE_IN_CENTS that is written off or booked by hand waits for a second person, who approves it at the open discrepancy of the payin.',
  })
  @ApiOkResponse({ type: PayinSchema })
  @ApiAcceptedResponse({ type: PayinSchema, description: 'Accepted once another person approves it' })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({
    status: 409,
    type: ProblemSchema,
    description:
      'TRANSITION_FORBIDDEN: the payin is neither UNDERPAID nor UNCONFIRMED; APPROVAL_PENDING: a correction of it waits',
  })
  async accept(@Caller() caller: Principal, @Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const isDone = await this.actions.accept(caller, id);
    if (!isDone) void reply.status(HttpStatus.ACCEPTED);
    return this.read.one(caller.organizationId, id);
  }

  @Get(':id/events')
  @Needs('payins:read')
  @ApiOperation({
    operationId: 'listPayinEvents',
    description: 'Every transition, observation, receipt and correction, in order, with its source and time.',
    summary: 'List the history of a payin: every change of status, observation and correction',
  })
  @ApiOkResponse({ type: PayinEventsSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  events(@Caller() caller: Principal, @Param('id') id: string) {
    return this.read.history(caller.organizationId, id);
  }
}
