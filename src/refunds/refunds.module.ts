import { Module } from '@nestjs/common';
import { PayinsModule } from '../payins/payins.module.js';
import { AskProvider } from './ask-provider.service.js';
import { AskProviders } from './ask-providers.worker.js';
import { RefundStore } from './refund.store.js';
import { RefundsController } from './refunds.controller.js';
import { Refunds } from './refunds.service.js';

@Module({
  imports: [PayinsModule],
  controllers: [RefundsController],
  providers: [Refunds, RefundStore, AskProvider, AskProviders],
  exports: [Refunds, RefundStore],
})
export class RefundsModule {}
