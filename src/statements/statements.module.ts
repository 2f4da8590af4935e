import { Module } from '@nestjs/common';
import { PayinsModule } from '../payins/payins.module.js';
import { ReconciliationModule } from '../reconciliation/reconciliation.module.js';
import { FetchList } from './provider-lists/fetch-list.service.js';
import { MatchStatement } from './matching/match-statement.service.js';
import { MatchingStore } from './matching/matching.store.js';
import { PlanLists } from './provider-lists/plan-lists.worker.js';
import { PreviewStatement } from './import/preview-statement.service.js';
import { ReceiveStatement } from './import/receive-statement.service.js';
import { RequestList } from './provider-lists/request-list.service.js';
import { CheckNewStatement } from './check-new-statement.service.js';
import { ReadStatements } from './api/read-statements.service.js';
import { StatementStore } from './store/statement.store.js';
import { StatementWorker } from './statement.worker.js';
import { StatementsController } from './api/statements.controller.js';
import { ReportMismatches } from './matching/report-mismatches.service.js';

@Module({
  imports: [PayinsModule, ReconciliationModule],
  controllers: [StatementsController],
  providers: [
    FetchList,
    MatchStatement,
    MatchingStore,
    PlanLists,
    PreviewStatement,
    ReceiveStatement,
    RequestList,
    CheckNewStatement,
    ReadStatements,
    StatementStore,
    StatementWorker,
    ReportMismatches,
  ],
})
export class StatementsModule {}
