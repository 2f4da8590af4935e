import { Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module.js';
import { PayinsModule } from '../payins/payins.module.js';
import { RefundsModule } from '../refunds/refunds.module.js';
import { ResolveDiscrepancies } from './resolve-discrepancies.service.js';
import { DiscrepanciesController } from './discrepancies.controller.js';
import { DiscrepancyStore } from './discrepancy.store.js';
import { EvidenceStore } from './evidence.store.js';

@Module({
  imports: [OutboxModule, PayinsModule, RefundsModule],
  controllers: [DiscrepanciesController],
  providers: [ResolveDiscrepancies, DiscrepancyStore, EvidenceStore],
  exports: [DiscrepancyStore],
})
export class ReconciliationModule {}
