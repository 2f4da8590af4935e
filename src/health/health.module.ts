import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { MetricsModule } from '../metrics/metrics.module.js';
import { DatabaseHealth } from './database.health.js';
import { HealthController } from './health.controller.js';
import { ProvidersHealth } from './providers.health.js';
import { ShutdownHealth } from './shutdown.health.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false }), MetricsModule],
  controllers: [HealthController],
  providers: [DatabaseHealth, ProvidersHealth, ShutdownHealth],
})
export class HealthModule {}
