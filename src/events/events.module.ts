import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { PayinsModule } from '../payins/payins.module.js';
import { ReconciliationModule } from '../reconciliation/reconciliation.module.js';
import { RefundsModule } from '../refunds/refunds.module.js';
import { EventStore } from './event.store.js';
import { EventWaiters } from './event-waiters.js';
import { EventsController } from './events.controller.js';
import { ReadEvents } from './read-events.service.js';

@Module({
  imports: [AuthModule, PayinsModule, RefundsModule, ReconciliationModule],
  controllers: [EventsController],
  providers: [EventStore, EventWaiters, ReadEvents],
})
export class EventsModule {}
