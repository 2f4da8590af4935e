import { Module } from '@nestjs/common';
import { PayinsModule } from '../payins/payins.module.js';
import { BacklogAlarm } from './backlog-alarm.js';
import { BacklogReader } from './backlog.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { OpenWorkReader } from './open-work.js';

@Module({
  imports: [PayinsModule],
  controllers: [MetricsController],
  providers: [Metrics, BacklogReader, OpenWorkReader, BacklogAlarm],
  exports: [BacklogReader],
})
export class MetricsModule {}
