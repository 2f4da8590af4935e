import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from '../auth/needs.js';
import type { Answer } from '../http/answer.js';
import { ProviderStatesSchema } from './provider-states.schema.js';
import { ProviderStates } from './provider-states.js';

@ApiTags('rails')
@ApiBearerAuth()
@Controller('providers')
export class ProviderStatesController {
  constructor(private readonly states: ProviderStates) {}

  @Get()
  @Needs('payins:read')
  @ApiOperation({
    operationId: 'listProviders',
    summary: 'List the providers: their rails, circuit breakers, last calls and backlog',
    description:
      'Calls, breakers and failures are those of the replica that answers, which `replica` names, since it started. The backlog is of all replicas.',
  })
  @ApiOkResponse({ type: ProviderStatesSchema })
  all(): Promise<Answer<ProviderStatesSchema>> {
    return this.states.all();
  }
}
