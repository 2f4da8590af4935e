import { Module } from '@nestjs/common';
import { DiscrepanciesController } from './discrepancies.controller.js';
import { DiscrepancyStore } from './discrepancy.store.js';

@Module({ controllers: [DiscrepanciesController], providers: [DiscrepancyStore], exports: [DiscrepancyStore] })
export class ReconciliationModule {}
