import {
  Body,
  Controller,
  Get,
  Headers,
  HttpStatus,
  Param,
  Patch,
  Post,
  Query,
  Res,
  type StreamableFile,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AuditLog } from '../audit/audit-log.js';
import { recorded } from '../audit/recorded-download.js';
import { Caller } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import type { Principal } from '../auth/principal.js';
import { CSV_BATCH, csvDownload, type NextBatch, toBatch } from '../http/csv.js';
import { ApiListResponse, ProblemSchema } from '../http/openapi.js';
import { PageQuery, toPage } from '../http/page.js';
import { wantsCsv } from '../http/wants-csv.js';
import { PayinPageSchema } from '../payins/api/payin.schema.js';
import { PAYIN_COLUMNS, payinRecord } from '../payins/api/payins-csv.js';
import type { PresentedPayin } from '../payins/presenters/payin.presenter.js';
import { CreatePaymentLinkDto, ListPaymentLinksQuery, UpdatePaymentLinkDto } from './payment-link.dto.js';
import { PaymentLinkPageSchema, PaymentLinkSchema } from './payment-link.schema.js';
import { PAYMENT_LINK_COLUMNS, paymentLinkRecord } from './payment-links-csv.js';
import { PaymentLinks, type ShownPaymentLink } from './payment-links.service.js';

@ApiTags('payment-links')
@ApiBearerAuth()
@Controller('payment-links')
export class PaymentLinksController {
  constructor(
    private readonly links: PaymentLinks,
    private readonly audit: AuditLog,
  ) {}

  @Post()
  @Needs('links:write')
  @ApiOperation({
    operationId: 'createPaymentLink',
    summary: 'Create a payment link',
    description:
      'Whoever opens its `url` pays: each use is a payin with the reference `<reference>-<n>`. The reference is the idempotency key: the same request again gives the same link.',
  })
  @ApiBody({
    type: CreatePaymentLinkDto,
    examples: {
      once: {
        summary: 'One payment of $ 50.000',
        value: { reference: 'INVOICE-77', title: 'Factura 77', amountInCents: 5_000_000, uses: 1 },
      },
      open: {
        summary: 'Donations from $ 5.000 to $ 1.000.000, any number, until the end of the year',
        value: {
          reference: 'DONATIONS-2026',
          title: 'Donaciones',
          description: 'Gracias por ayudar',
          minInCents: 500_000,
          maxInCents: 100_000_000,
          uses: null,
          rails: ['BRE_B', 'NEQUI'],
          expiresAt: '2026-12-31',
        },
      },
    },
  })
  @ApiCreatedResponse({ type: PaymentLinkSchema })
  @ApiOkResponse({
    type: PaymentLinkSchema,
    description: 'The reference and the body are known; the header Idempotency-Replayed is true',
  })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'REFERENCE_CONFLICT, naming the fields that differ' })
  @ApiResponse({ status: 422, type: ProblemSchema, description: 'RAIL_NOT_AVAILABLE' })
  async create(
    @Caller() caller: Principal,
    @Body() body: CreatePaymentLinkDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ShownPaymentLink> {
    const { link, replayed } = await this.links.create(caller, body);
    if (replayed) void reply.status(HttpStatus.OK).header('idempotency-replayed', 'true');
    return link;
  }

  @Get()
  @Needs('links:read')
  @ApiOperation({
    operationId: 'listPaymentLinks',
    description: 'Newest first, with how often each was used.',
    summary: 'List payment links, newest first',
  })
  @ApiListResponse(PaymentLinkPageSchema)
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 503, type: ProblemSchema, description: 'OVERLOADED' })
  async list(
    @Caller() caller: Principal,
    @Query() query: ListPaymentLinksQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('vary', 'Accept');
    const page = async (cursor: string | undefined, limit: number) =>
      toPage(await this.links.list(caller, Object.assign({}, query, { cursor, limit })), limit, (link) => link);
    if (!wantsCsv(accept)) return page(query.cursor, query.limit);
    const next: NextBatch<ShownPaymentLink> = (cursor = query.cursor) => page(cursor, CSV_BATCH).then(toBatch);
    const download = csvDownload(caller.organizationId, 'payment-links', PAYMENT_LINK_COLUMNS, next, paymentLinkRecord);
    return recorded(this.audit, caller, { type: 'links', query }, download);
  }

  @Get(':id')
  @Needs('links:read')
  @ApiOperation({
    operationId: 'getPaymentLink',
    description: 'With its address, its status and how often it was used.',
    summary: 'Get a payment link',
  })
  @ApiOkResponse({ type: PaymentLinkSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  one(@Caller() caller: Principal, @Param('id') id: string): Promise<ShownPaymentLink> {
    return this.links.one(caller, id);
  }

  @Patch(':id')
  @Needs('links:write')
  @ApiOperation({
    operationId: 'updatePaymentLink',
    summary: 'Disable a payment link, or make it active again',
    description:
      'A disabled link makes no more payins. Those that it has made stay as they are: they can still be paid. Again changes nothing.',
  })
  @ApiOkResponse({ type: PaymentLinkSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 404, type: ProblemSchema })
  update(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() { status }: UpdatePaymentLinkDto,
  ): Promise<ShownPaymentLink> {
    return this.links.setStatus(caller, id, status);
  }

  @Get(':id/payins')
  @Needs('payins:read')
  @ApiOperation({
    operationId: 'listPaymentLinkPayins',
    description: 'The payins that payers made with it, newest first.',
    summary: 'List the payins of a payment link, newest first',
  })
  @ApiListResponse(PayinPageSchema)
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({ status: 503, type: ProblemSchema, description: 'OVERLOADED' })
  async payins(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: PageQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('vary', 'Accept');
    if (!wantsCsv(accept)) return this.links.payinsOf(caller, id, query);
    return this.downloadPayins(caller, await this.links.one(caller, id), query);
  }

  private downloadPayins(
    caller: Principal,
    { id }: ShownPaymentLink,
    { cursor: from }: PageQuery,
  ): Promise<StreamableFile> {
    const next: NextBatch<PresentedPayin> = (cursor = from) =>
      this.links.payinsOf(caller, id, Object.assign(new PageQuery(), { cursor, limit: CSV_BATCH })).then(toBatch);
    const download = csvDownload(caller.organizationId, 'payins', PAYIN_COLUMNS, next, payinRecord);
    return recorded(this.audit, caller, { type: 'payins', query: { paymentLinkId: id, cursor: from } }, download);
  }
}
