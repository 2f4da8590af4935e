import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../auth/principal.js';
import { Caller } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import { ProblemSchema } from '../http/openapi.js';
import { ExplainPayin } from './explain-payin.service.js';
import { ExplanationSchema } from './explain.schema.js';

@ApiTags('payins')
@ApiBearerAuth()
@Controller('payins')
export class ExplainController {
  constructor(private readonly explainPayin: ExplainPayin) {}

  @Get(':id/explain')
  @Needs('payins:read')
  @ApiOperation({
    operationId: 'explainPayin',
    summary: 'Explain a payin',
    description:
      'In plain Spanish and English: what happened, what the payin waits for, and when and why its status is checked next.',
  })
  @ApiOkResponse({ type: ExplanationSchema })
  @ApiResponse({ status: 404, type: ProblemSchema })
  explain(@Caller() { organizationId }: Principal, @Param('id') id: string) {
    return this.explainPayin.execute(organizationId, id);
  }
}
