import { Controller, Get, Headers, Query, Res, StreamableFile } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller } from '../../auth/caller.js';
import { Needs } from '../../auth/needs.js';
import type { Principal } from '../../auth/principal.js';
import { ProblemSchema } from '../../http/openapi.js';
import { Problem } from '../../http/problem.js';
import { wantsCsv } from '../../http/wants-csv.js';
import { DailyReportQuery, DailyReportSchema } from './daily-report.schema.js';
import { dailyReportCsv } from './daily-report-csv.js';
import { DailyReports, StillSummingUp } from './daily-reports.js';
import { daysOf, OVERVIEW_DAYS_MAX, OverviewQuery, OverviewSchema } from './overview.schema.js';
import { presentDailyReport, presentOverview } from './present-report.js';

const RETRY_AFTER_SECONDS = '1';

@ApiExtraModels(DailyReportSchema)
@ApiTags('ledger')
@ApiBearerAuth()
@Controller('reports')
export class DailyReportController {
  constructor(private readonly reports: DailyReports) {}

  @Get('daily')
  @Needs('ledger:read')
  @ApiOperation({
    operationId: 'getDailyReport',
    summary: 'Get the report of a day in Colombia',
    description:
      'Payins count as asked on the day on which they were created, and money on the day of its ledger entry. What is booked later belongs to another day: a day that is over gives the same figures for ever. As CSV with `Accept: text/csv`.',
  })
  @ApiOkResponse({
    content: {
      'application/json': { schema: { $ref: getSchemaPath(DailyReportSchema) } },
      'text/csv': { schema: { type: 'string' } },
    },
  })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({
    status: 503,
    type: ProblemSchema,
    description: 'UNAVAILABLE: days are still being summed up; ask again',
  })
  async daily(
    @Caller() { organizationId }: Principal,
    @Query() { date }: DailyReportQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const report = await this.reports.of(organizationId, date).catch(readLater);
    void reply.header('vary', 'Accept');
    const shown = presentDailyReport(report);
    if (!wantsCsv(accept)) return shown;
    return new StreamableFile(dailyReportCsv(shown), {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename="${date}.csv"`,
    });
  }

  @Get('overview')
  @Needs('ledger:read')
  @ApiOperation({
    operationId: 'getOverview',
    summary: 'Get the figures of some days in Colombia, by provider and rail',
    description: `At most ${OVERVIEW_DAYS_MAX} days, each with its rows. Figures that the daily report has, too, are the same; payins are rejected, expired, canceled or failed on the day on which they became so.`,
  })
  @ApiOkResponse({ type: OverviewSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({
    status: 503,
    type: ProblemSchema,
    description: 'UNAVAILABLE: days are still being summed up; ask again',
  })
  async overview(@Caller() { organizationId }: Principal, @Query() query: OverviewQuery): Promise<OverviewSchema> {
    const days = await this.reports.ofDays(organizationId, daysOf(query.from, query.to)).catch(readLater);
    return presentOverview(query, days);
  }
}

function readLater(error: unknown): never {
  if (!(error instanceof StillSummingUp)) throw error;
  throw new Problem('UNAVAILABLE', 'Days are still being summed up. Ask again.', undefined, {
    'retry-after': RETRY_AFTER_SECONDS,
  });
}
