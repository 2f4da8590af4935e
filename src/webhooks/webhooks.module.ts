import { Module } from '@nestjs/common';
import { PayinsModule } from '../payins/payins.module.js';
import { ReconciliationModule } from '../reconciliation/reconciliation.module.js';
import { ApplyWebhook } from './apply-webhook.service.js';
import { InboundWebhookStore } from './inbound-webhook.store.js';
import { InboundWebhookWorker } from './inbound-webhook.worker.js';
import { InboxController } from './inbox.controller.js';
import { ReadInbox } from './read-inbox.service.js';
import { WebhooksController } from './webhooks.controller.js';

@Module({
  imports: [PayinsModule, ReconciliationModule],
  controllers: [WebhooksController, InboxController],
  providers: [ApplyWebhook, InboundWebhookStore, InboundWebhookWorker, ReadInbox],
})
export class WebhooksModule {}
