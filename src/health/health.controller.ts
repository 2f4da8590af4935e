import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { Public } from '../auth/caller.js';
import { Problem } from '../http/problem.js';
import { DatabaseHealth } from './database.health.js';
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
  @ApiOperation({ operationId: 'getLiveness', summary: 'Check that the process is alive' })
  live(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  @Public()
  @Get('providers')
  @ApiOperation({
    operationId: 'getProvidersHealth',
    summary: 'Get the health of each provider: circuit breaker, calls in flight, last failure, backlog',
  })
  providers(): Promise<ProvidersHealthView> {
    return this.providersHealth.all();
  }

  @Public()
  @Get('ready')
  @ApiOperation({
    operationId: 'getReadiness',
    summary: 'Check that the process can serve: its database is reachable, writable and migrated',
  })
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
