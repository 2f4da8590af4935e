import { Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module.js';
import { PseBanksModule } from '../pse-banks/pse-banks.module.js';
import { ApplyUpdates } from './use-cases/apply-updates.service.js';
import { Checkout } from './use-cases/checkout.service.js';
import { CreatePayin } from './use-cases/create-payin.service.js';
import { PayinsOfDisabledProviders } from './use-cases/payins-of-disabled-providers.js';
import { CheckPayinStatus } from './use-cases/check-payin-status.service.js';
import { OpenAttempt } from './use-cases/open-attempt.service.js';
import { ExpirePayins } from './use-cases/expire-payins.worker.js';
import { PayinFigures } from './use-cases/payin-figures.js';
import { PayinActions } from './use-cases/payin-actions.service.js';
import { ReadPayins } from './api/read-payins.service.js';
import { FindPayins } from './store/find-payins.store.js';
import { IndexPayins } from './use-cases/index-payins.worker.js';
import { PayinRouter } from './use-cases/payin-router.js';
import { PayinStore } from './store/payin.store.js';
import { PayinsController } from './api/payins.controller.js';
import { PollPayins } from './use-cases/poll-payins.worker.js';
import { PayinRules } from './use-cases/payin-rules.js';
import { RailsController } from './api/rails.controller.js';
import { ReturnController } from './api/return.controller.js';

@Module({
  imports: [OutboxModule, PseBanksModule],
  controllers: [PayinsController, RailsController, ReturnController],
  providers: [
    ApplyUpdates,
    Checkout,
    CreatePayin,
    ExpirePayins,
    FindPayins,
    IndexPayins,
    PayinsOfDisabledProviders,
    CheckPayinStatus,
    OpenAttempt,
    PayinActions,
    PayinFigures,
    ReadPayins,
    PayinRouter,
    PayinStore,
    PollPayins,
    PayinRules,
  ],
  exports: [ApplyUpdates, Checkout, CreatePayin, CheckPayinStatus, ReadPayins, PayinStore, PayinRules, PayinFigures],
})
export class PayinsModule {}
