import { Module } from '@nestjs/common';
import { PayinsModule } from '../payins/payins.module.js';
import { BacklogAlarm } from './backlog-alarm.js';
import { BacklogReader } from './backlog.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { OpenDiscrepanciesReader } from './open-discrepancies.js';

@Module({
  imports: [PayinsModule],
  controllers: [MetricsController],
  providers: [Metrics, BacklogReader, OpenDiscrepanciesReader, BacklogAlarm],
  exports: [BacklogReader],
})
export class MetricsModule {}
