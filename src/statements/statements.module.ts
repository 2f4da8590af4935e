import { Module } from '@nestjs/common';
import { PayinsModule } from '../payins/payins.module.js';
import { ReconciliationModule } from '../reconciliation/reconciliation.module.js';
import { FetchStatement } from './fetch-statement.service.js';
import { MatchStatement } from './match-statement.service.js';
import { MatchingStore } from './matching.store.js';
import { PlanLists } from './plan-lists.js';
import { ReceiveStatement } from './receive-statement.service.js';
import { RequestList } from './request-list.service.js';
import { StatementPeriods } from './statement-periods.js';
import { StatementQueries } from './statement-queries.js';
import { StatementStore } from './statement.store.js';
import { StatementWorker } from './statement.worker.js';
import { StatementsController } from './statements.controller.js';
import { ReportMismatches } from './report-mismatches.service.js';

@Module({
  imports: [PayinsModule, ReconciliationModule],
  controllers: [StatementsController],
  providers: [
    FetchStatement,
    MatchStatement,
    MatchingStore,
    PlanLists,
    ReceiveStatement,
    RequestList,
    StatementPeriods,
    StatementQueries,
    StatementStore,
    StatementWorker,
    ReportMismatches,
  ],
})
export class StatementsModule {}
