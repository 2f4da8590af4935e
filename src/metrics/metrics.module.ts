import { Module } from '@nestjs/common';
import { BacklogAlarm } from './backlog-alarm.js';
import { BacklogReader } from './backlog.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';

@Module({
  controllers: [MetricsController],
  providers: [Metrics, BacklogReader, BacklogAlarm],
  exports: [BacklogReader],
})
export class MetricsModule {}
