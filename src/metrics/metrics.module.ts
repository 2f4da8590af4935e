import { Module } from '@nestjs/common';
import { BacklogReader } from './backlog.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';

@Module({ controllers: [MetricsController], providers: [Metrics, BacklogReader] })
export class MetricsModule {}
