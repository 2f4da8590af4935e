import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import type { Principal } from '../auth/principal.js';
import type { Answer } from '../http/answer.js';
import { WorklistSchema } from './worklist.schema.js';
import { Worklist } from './worklist.service.js';

@ApiTags('worklist')
@ApiBearerAuth()
@Controller('worklist')
export class WorklistController {
  constructor(private readonly worklist: Worklist) {}

  @Get()
  @Needs('payins:read')
  @ApiOperation({
    operationId: 'getWorklist',
    description:
      'Open discrepancies, proposals, refunds, failed notifications and statements: how many of each the caller can do something about.',
    summary: 'Count what waits for the caller, by kind',
  })
  @ApiOkResponse({ type: WorklistSchema })
  all(@Caller() caller: Principal): Promise<Answer<WorklistSchema>> {
    return this.worklist.of(caller);
  }
}
