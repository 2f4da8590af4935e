import { Module } from '@nestjs/common';
import { CheckoutSettingsModule } from '../checkout-settings/checkout-settings.module.js';
import { PaymentLinksModule } from '../payment-links/payment-links.module.js';
import { PayinsModule } from '../payins/payins.module.js';
import { PseBanksModule } from '../pse-banks/pse-banks.module.js';
import { LinkPagesController } from './api/link-pages.controller.js';
import { PayinPagesController } from './api/payin-pages.controller.js';
import { PayinStateController } from './api/payin-state.controller.js';
import { EventStreams } from './live/event-streams.js';
import { PayinWatcher } from './live/payin-watcher.js';
import { LinkPages } from './link-pages.service.js';
import { PageAnswers } from './page-answers.js';
import { PayerChoice } from './payer-choice.service.js';
import { PayinOfToken } from './payin-of-token.service.js';
import { PayinPages } from './payin-pages.service.js';
import { ReturnAddresses } from './return-address.js';
import { VisitorLimits } from './visitor-limits.js';

@Module({
  imports: [CheckoutSettingsModule, PayinsModule, PaymentLinksModule, PseBanksModule],
  controllers: [LinkPagesController, PayinPagesController, PayinStateController],
  providers: [
    EventStreams,
    LinkPages,
    PageAnswers,
    PayerChoice,
    PayinOfToken,
    PayinPages,
    PayinWatcher,
    ReturnAddresses,
    VisitorLimits,
  ],
})
export class CheckoutModule {}
