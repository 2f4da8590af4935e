import { Module } from '@nestjs/common';
import { DiscrepanciesController } from './discrepancies.controller.js';

@Module({ controllers: [DiscrepanciesController] })
export class ReconciliationModule {}
