import { Module } from '@nestjs/common';
import { CheckoutSettingsModule } from '../checkout-settings/checkout-settings.module.js';
import { PayinsModule } from '../payins/payins.module.js';
import { PseBanksModule } from '../pse-banks/pse-banks.module.js';
import { PayinPagesController } from './api/payin-pages.controller.js';
import { PayinStateController } from './api/payin-state.controller.js';
import { EventStreams } from './live/event-streams.js';
import { PayinWatcher } from './live/payin-watcher.js';
import { PayerChoice } from './payer-choice.service.js';
import { PayinOfToken } from './payin-of-token.service.js';
import { PayinPages } from './payin-pages.service.js';
import { ReturnAddresses } from './return-address.js';
import { VisitorLimits } from './visitor-limits.js';

@Module({
  imports: [CheckoutSettingsModule, PayinsModule, PseBanksModule],
  controllers: [PayinPagesController, PayinStateController],
  providers: [EventStreams, PayerChoice, PayinOfToken, PayinPages, PayinWatcher, ReturnAddresses, VisitorLimits],
})
export class CheckoutModule {}
