import { Module } from '@nestjs/common';
import { PayinsModule } from '../payins/payins.module.js';
import { ReconciliationModule } from '../reconciliation/reconciliation.module.js';
import { DailyReportController } from './daily-report/daily-report.controller.js';
import { DailyReports } from './daily-report/daily-reports.js';
import { IntegrityCheckStore } from './integrity-check.store.js';
import { LedgerController } from './ledger.controller.js';
import { LedgerStore } from './ledger.store.js';
import { CheckIntegrity } from './check-integrity.worker.js';

@Module({
  imports: [PayinsModule, ReconciliationModule],
  controllers: [LedgerController, DailyReportController],
  providers: [LedgerStore, DailyReports, IntegrityCheckStore, CheckIntegrity],
})
export class LedgerModule {}
