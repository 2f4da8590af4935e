import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { Public } from '../auth/caller.js';
import { ProblemSchema } from '../http/openapi.js';
import { Problem } from '../http/problem.js';
import { DatabaseHealth } from './database.health.js';
import { HealthSchema, ProvidersHealthSchema } from './health.schema.js';
import { ProvidersHealth, type ProvidersHealthView } from './providers.health.js';
import { ShutdownHealth } from './shutdown.health.js';

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: DatabaseHealth,
    private readonly providersHealth: ProvidersHealth,
    private readonly shutdown: ShutdownHealth,
  ) {}

  @Public()
  @Get('live')
  @ApiOperation({
    operationId: 'getLiveness',
    description: 'Whether the process runs. It asks nothing of the database: for restarts.',
    summary: 'Check that the process is alive',
  })
  @ApiOkResponse({ type: HealthSchema })
  live(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  @Public()
  @Get('providers')
  @ApiOperation({
    operationId: 'getProvidersHealth',
    description:
      'Of this replica’s calls, with what waits for each provider in the database. It says nothing of how much business there is.',
    summary: 'Get the health of each provider: circuit breaker, calls in flight, last failure, backlog',
  })
  @ApiOkResponse({ type: ProvidersHealthSchema })
  providers(): Promise<ProvidersHealthView> {
    return this.providersHealth.all();
  }

  @Public()
  @Get('ready')
  @ApiOperation({
    operationId: 'getReadiness',
    description:
      'Whether the service can take requests: the database answers, and its schema is the right one. For load balancers.',
    summary: 'Check that the process can serve: its database is reachable, writable and migrated',
  })
  @ApiOkResponse({ type: HealthSchema })
  @ApiResponse({ status: 503, type: ProblemSchema, description: 'UNAVAILABLE: `detail` says what is not ready' })
  async ready(): Promise<HealthCheckResult> {
    try {
      return await this.health.check([
        () => this.shutdown.isStaying(),
        () => this.database.isWritable(),
        () => this.database.isMigrated(),
      ]);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      const { error: failed } = error.getResponse() as HealthCheckResult;
      const reasons = Object.entries(failed ?? {}).map(([name, result]) => `${name}: ${String(result?.['message'])}`);
      throw new Problem('UNAVAILABLE', reasons.join('; '), undefined, { 'retry-after': '5' });
    }
  }
}
