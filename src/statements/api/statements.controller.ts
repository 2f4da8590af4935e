import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Query,
  Req,
  Res,
  StreamableFile,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { AuditFacts } from '../../audit/audit-entry.js';
import { AuditLog } from '../../audit/audit-log.js';
import type { Principal } from '../../auth/principal.js';
import { Caller } from '../../auth/caller.js';
import { Needs } from '../../auth/needs.js';
import { ProblemSchema } from '../../http/openapi.js';
import { FileBody } from '../../http/route-body.js';
import { type DeclaredEncoding, declaredEncoding } from '../../http/text-encodings.js';
import { PREVIEW_BYTES, PreviewStatement } from '../import/preview-statement.service.js';
import { ReceiveStatement } from '../import/receive-statement.service.js';
import { RequestList } from '../provider-lists/request-list.service.js';
import { resultCsv } from './result-csv.js';
import {
  FetchStatementDto,
  ListStatementLinesQuery,
  ListStatementsQuery,
  PreviewStatementQuery,
  UploadStatementQuery,
} from './statement.dto.js';
import { StatementPreviewSchema } from './statement-preview.schema.js';
import { StatementDetailSchema, StatementLinePageSchema, StatementPageSchema } from './statement.schema.js';
import { ReadStatements } from './read-statements.service.js';

/** Lines read for a download at a time. */
const DOWNLOAD_BATCH = 1_000;

@ApiTags('statements')
@ApiBearerAuth()
@Controller('statements')
export class StatementsController {
  constructor(
    private readonly receive: ReceiveStatement,
    private readonly preview: PreviewStatement,
    private readonly requestList: RequestList,
    private readonly read: ReadStatements,
    private readonly audit: AuditLog,
  ) {}

  @Post()
  @Needs('statements:write')
  @FileBody()
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    operationId: 'uploadStatement',
    summary: 'Upload a provider’s statement and match it',
    description:
      'The body is a CSV file of up to 1,000,000 lines, in UTF-8, Windows-1252 or UTF-16. The answer comes when all lines are stored; matching goes on in the background. The same file again is the same statement.',
  })
  @ApiConsumes('text/csv')
  @ApiBody({ required: true, schema: { type: 'string', format: 'binary' } })
  @ApiAcceptedResponse({ type: StatementDetailSchema })
  @ApiOkResponse({
    type: StatementDetailSchema,
    description: 'The same file was uploaded before; the header Idempotency-Replayed is true',
  })
  @ApiResponse({
    status: 400,
    type: ProblemSchema,
    description:
      'VALIDATION_FAILED, or STATEMENT_REJECTED, which names the lines that cannot be read; nothing is compared',
  })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'STATEMENTS_UNDER_WAY' })
  @ApiResponse({ status: 413, type: ProblemSchema })
  @ApiResponse({ status: 415, type: ProblemSchema })
  async upload(
    @Caller() caller: Principal,
    @Query() query: UploadStatementQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { body, encoding } = fileOf(request);
    const { id, replayed } = await this.receive.execute(caller, query, body, encoding);
    if (replayed) void reply.status(HttpStatus.OK).header('idempotency-replayed', 'true');
    else await this.record(caller, 'statement.uploaded', id, { provider: query.provider });
    return this.read.one(caller.organizationId, id);
  }

  @Post('preview')
  @Needs('statements:write')
  @FileBody()
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'previewStatement',
    summary: 'Preview how a statement would be read',
    description: `The body is the file as for an upload, or its beginning: the first ${PREVIEW_BYTES} bytes of it are read, and nothing is stored. A beginning has at least so many bytes; a shorter body counts as the whole file. A file that cannot be read is answered with what is wrong with it, in \`problems\`.`,
  })
  @ApiConsumes('text/csv')
  @ApiBody({ required: true, schema: { type: 'string', format: 'binary' } })
  @ApiOkResponse({ type: StatementPreviewSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 413, type: ProblemSchema })
  @ApiResponse({ status: 415, type: ProblemSchema })
  @ApiResponse({ status: 503, type: ProblemSchema, description: 'UNAVAILABLE: other files are being received' })
  async previewOf(@Caller() caller: Principal, @Query() query: PreviewStatementQuery, @Req() request: FastifyRequest) {
    const { body, encoding } = fileOf(request);
    return this.preview.execute(caller, query, body, encoding);
  }

  @Post('fetch')
  @Needs('statements:write')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    operationId: 'fetchStatement',
    description:
      'Asks the provider for its list of the period, and matches it in the background as if it were uploaded. Only providers that have such a list.',
    summary: 'Fetch a provider’s own list of a period and match it',
  })
  @ApiAcceptedResponse({ type: StatementDetailSchema })
  @ApiResponse({ status: 400, type: ProblemSchema })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'STATEMENTS_UNDER_WAY' })
  @ApiResponse({ status: 422, type: ProblemSchema, description: 'LIST_NOT_AVAILABLE' })
  async fetch(@Caller() caller: Principal, @Body() body: FetchStatementDto) {
    const id = await this.requestList.execute(caller, body);
    await this.record(caller, 'statement.requested', id, { provider: body.provider });
    return this.read.one(caller.organizationId, id);
  }

  @Get()
  @Needs('statements:read')
  @ApiOperation({
    operationId: 'listStatements',
    description: 'Uploaded files and providers’ own lists.',
    summary: 'List statements, newest first',
  })
  @ApiOkResponse({ type: StatementPageSchema })
  list(@Caller() caller: Principal, @Query() query: ListStatementsQuery) {
    return this.read.list(caller, query);
  }

  @Get(':id')
  @Needs('statements:read')
  @ApiOperation({
    operationId: 'getStatement',
    description: 'How far matching is, and what it found so far.',
    summary: 'Get a statement, with its progress and totals',
  })
  @ApiOkResponse({ type: StatementDetailSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  one(@Caller() { organizationId }: Principal, @Param('id') id: string) {
    return this.read.one(organizationId, id);
  }

  @Get(':id/lines')
  @Needs('statements:read')
  @ApiOperation({
    operationId: 'listStatementLines',
    description: 'What each line says, the payin that it belongs to, and where the two differ.',
    summary: 'List the lines of a statement, each with its result',
  })
  @ApiOkResponse({ type: StatementLinePageSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'STATEMENT_NOT_DONE' })
  lines(@Caller() { organizationId }: Principal, @Param('id') id: string, @Query() query: ListStatementLinesQuery) {
    return this.read.lines(organizationId, id, query);
  }

  @Get(':id/result.csv')
  @Needs('statements:read')
  @ApiOperation({
    operationId: 'downloadStatementResult',
    description: 'Once matching is done. Cells that a spreadsheet would compute are written as text.',
    summary: 'Download the lines of a statement with their results, as CSV that is safe in a spreadsheet',
  })
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  @ApiResponse({ status: 404, type: ProblemSchema })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'STATEMENT_NOT_DONE' })
  async result(@Caller() caller: Principal, @Param('id') id: string): Promise<StreamableFile> {
    const { organizationId } = caller;
    await this.read.done(organizationId, id);
    await this.record(caller, 'statement.downloaded', id);
    const csv = resultCsv((after) => this.read.rows(organizationId, id, after, DOWNLOAD_BATCH));
    return new StreamableFile(csv, {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename="statement-${id}.csv"`,
    });
  }

  private record(by: Principal, action: `statement.${string}`, id: string, after?: AuditFacts): Promise<void> {
    return this.audit.record({ by, action, subject: { type: 'statement', id }, after });
  }
}

function fileOf({ body, headers }: FastifyRequest): { body: Readable; encoding: DeclaredEncoding | undefined } {
  const declared = declaredEncoding(headers['content-type'] ?? '');
  return {
    body: body instanceof Readable ? body : Readable.from([]),
    // A request with an unknown charset was refused before.
    encoding: declared === 'unknown' ? undefined : declared,
  };
}
