import { Module } from '@nestjs/common';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { PseBanksModule } from '../pse-banks/pse-banks.module.js';
import { ApplyNews } from './apply-news.service.js';
import { CreatePayin } from './create-payin.service.js';
import { LeftBehind } from './left-behind.js';
import { LookAtPayin } from './look-at-payin.service.js';
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
    ApplyNews,
    CreatePayin,
    LeftBehind,
    LookAtPayin,
    OpenAttempt,
    PayinActions,
    PayinQueries,
    PayinRouter,
    PayinStore,
    PollPayins,
    RailPolicies,
  ],
  exports: [ApplyNews, LookAtPayin, PayinQueries, PayinStore, RailPolicies],
})
export class PayinsModule {}
