import { Module } from '@nestjs/common';
import { NotificationQueries } from './notification-queries.js';
import { NotificationResends } from './notification-resends.js';
import { NotificationWakeUp } from './notification-wake-up.js';
import { NotificationStore } from './notification.store.js';
import { NotificationWorker } from './notification.worker.js';
import { NotificationsController } from './notifications.controller.js';

@Module({
  controllers: [NotificationsController],
  providers: [NotificationQueries, NotificationResends, NotificationStore, NotificationWakeUp, NotificationWorker],
  exports: [NotificationStore, NotificationWakeUp],
})
export class NotificationsModule {}
