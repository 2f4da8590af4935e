import { Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module.js';
import { PayinsModule } from '../payins/payins.module.js';
import { ResolveDiscrepancies } from './resolve-discrepancies.service.js';
import { DiscrepanciesController } from './discrepancies.controller.js';
import { DiscrepancyQueries } from './discrepancy.queries.js';
import { DiscrepancyStore } from './discrepancy.store.js';
import { EvidenceQueries } from './evidence.queries.js';

@Module({
  imports: [OutboxModule, PayinsModule],
  controllers: [DiscrepanciesController],
  providers: [ResolveDiscrepancies, DiscrepancyQueries, DiscrepancyStore, EvidenceQueries],
  exports: [DiscrepancyStore],
})
export class ReconciliationModule {}
