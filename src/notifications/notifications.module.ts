import { Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module.js';
import { WebhookEndpointsController } from './endpoints/webhook-endpoints.controller.js';
import { WebhookEndpoints } from './endpoints/webhook-endpoints.service.js';
import { ReadNotifications } from './read-notifications.service.js';
import { NotificationResends } from './notification-resends.js';
import { NotificationStore } from './notification.store.js';
import { NotificationWorker } from './notification.worker.js';
import { NotificationsController } from './notifications.controller.js';

@Module({
  imports: [OutboxModule],
  controllers: [NotificationsController, WebhookEndpointsController],
  providers: [ReadNotifications, NotificationResends, NotificationStore, NotificationWorker, WebhookEndpoints],
})
export class NotificationsModule {}
