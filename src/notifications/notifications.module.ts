import { Module } from '@nestjs/common';
import { NotificationWakeUp } from './notification-wake-up.js';
import { NotificationStore } from './notification.store.js';
import { NotificationWorker } from './notification.worker.js';

@Module({ providers: [NotificationStore, NotificationWakeUp, NotificationWorker], exports: [NotificationWakeUp] })
export class NotificationsModule {}
