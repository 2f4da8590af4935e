import { Module } from '@nestjs/common';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { PseBanksModule } from '../pse-banks/pse-banks.module.js';
import { ApplyUpdates } from './apply-updates.service.js';
import { CreatePayin } from './create-payin.service.js';
import { PayinsOfDisabledProviders } from './payins-of-disabled-providers.js';
import { CheckPayinStatus } from './check-payin-status.service.js';
import { OpenAttempt } from './open-attempt.service.js';
import { PayinActions } from './payin-actions.service.js';
import { PayinQueries } from './payin-queries.js';
import { PayinRouter } from './payin-router.js';
import { PayinStore } from './payin.store.js';
import { PayinsController } from './payins.controller.js';
import { PollPayins } from './poll-payins.worker.js';
import { RailPolicies } from './rail-policies.js';
import { RailsController } from './rails.controller.js';
import { ReturnController } from './return.controller.js';

@Module({
  imports: [NotificationsModule, PseBanksModule],
  controllers: [PayinsController, RailsController, ReturnController],
  providers: [
    ApplyUpdates,
    CreatePayin,
    PayinsOfDisabledProviders,
    CheckPayinStatus,
    OpenAttempt,
    PayinActions,
    PayinQueries,
    PayinRouter,
    PayinStore,
    PollPayins,
    RailPolicies,
  ],
  exports: [ApplyUpdates, CheckPayinStatus, PayinQueries, PayinStore, RailPolicies],
})
export class PayinsModule {}
