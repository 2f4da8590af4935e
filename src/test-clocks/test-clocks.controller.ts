import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Caller } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import type { Principal } from '../auth/principal.js';
import { ProblemSchema } from '../http/openapi.js';
import { Problem } from '../http/problem.js';
import { outsideTurn } from '../http/turn.js';
import { AdvanceClock } from './advance-clock.service.js';
import { durationOf, secondsOf } from './duration.js';
import { AdvancedTestClockSchema, AdvanceTestClockDto, TestClockSchema } from './test-clock.dto.js';
import { TestClockStore } from './test-clock.store.js';

/** Only where all providers are simulated: see `simulatorsOf`. */
@ApiTags('test-clocks')
@ApiBearerAuth()
@Controller('test-clocks')
export class TestClocksController {
  constructor(
    private readonly store: TestClockStore,
    private readonly advanceClock: AdvanceClock,
  ) {}

  @Get()
  @Needs('payins:read')
  @ApiOperation({
    operationId: 'getTestClock',
    summary: 'Get how far the test clock of the organization is',
    description: 'Only in the sandbox: in production there is no such route.',
  })
  @ApiOkResponse({ type: TestClockSchema })
  async read(@Caller() { organizationId }: Principal): Promise<TestClockSchema> {
    const { advancedSeconds } = await this.store.read(organizationId);
    return { total: durationOf(advancedSeconds), totalSeconds: advancedSeconds };
  }

  @Post('advance')
  @HttpCode(200)
  @Needs('endpoints:write')
  @ApiOperation({
    operationId: 'advanceTestClock',
    summary: 'Let time pass for the organization',
    description:
      'Everything that the organization has becomes as much older, at the simulated providers, too, and what is due then is done as if the time had passed: payins run out, providers are asked, notifications are sent again. It is answered when that is done. Only in the sandbox: in production there is no such route.',
  })
  @ApiOkResponse({ type: AdvancedTestClockSchema })
  @ApiResponse({ status: 400, type: ProblemSchema, description: 'VALIDATION_FAILED' })
  @ApiResponse({ status: 409, type: ProblemSchema, description: 'TEST_CLOCK_LIMIT: by too much, or too many payins' })
  @ApiResponse({
    status: 503,
    type: ProblemSchema,
    description: 'UNAVAILABLE: the sandbox does not answer, or another advance is under way',
  })
  async advance(
    @Caller() caller: Principal,
    @Body() { by, total }: AdvanceTestClockDto,
  ): Promise<AdvancedTestClockSchema> {
    if ((by === undefined) === (total === undefined))
      throw new Problem('VALIDATION_FAILED', 'See `errors` for what to fix.', [
        { field: 'by', message: 'either by or total must be given' },
      ]);
    const amount = by === undefined ? { toSeconds: secondsOf(total!)! } : { bySeconds: secondsOf(by)! };
    const { bySeconds, totalSeconds, ...more } = await outsideTurn(() => this.advanceClock.execute(caller, amount));
    return { by: durationOf(bySeconds), total: durationOf(totalSeconds), totalSeconds, ...more };
  }
}
