import { Controller, Get, Inject, ServiceUnavailableException } from '@nestjs/common';
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
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(DatabaseHealth) private readonly database: DatabaseHealth,
    @Inject(ProvidersHealth) private readonly providersHealth: ProvidersHealth,
    @Inject(ShutdownHealth) private readonly shutdown: ShutdownHealth,
  ) {}

  @Public()
  @Get('live')
  @ApiOperation({ summary: 'The process answers' })
  live(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  @Public()
  @Get('providers')
  @ApiOperation({ summary: 'Each provider: its breaker, calls under way, last failure, and what waits for it' })
  providers(): Promise<ProvidersHealthView> {
    return this.providersHealth.all();
  }

  @Public()
  @Get('ready')
  @ApiOperation({ summary: 'This process can serve: its database is there, takes changes, and has the schema' })
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
