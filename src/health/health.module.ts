import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { MetricsModule } from '../metrics/metrics.module.js';
import { DatabaseHealth } from './database.health.js';
import { HealthController } from './health.controller.js';
import { ProviderStatesController } from './provider-states.controller.js';
import { ProviderStates } from './provider-states.js';
import { ProvidersHealth } from './providers.health.js';
import { RecentCalls } from './recent-calls.js';
import { ShutdownHealth } from './shutdown.health.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false }), MetricsModule],
  controllers: [HealthController, ProviderStatesController],
  providers: [DatabaseHealth, ProvidersHealth, ProviderStates, RecentCalls, ShutdownHealth],
})
export class HealthModule {}
