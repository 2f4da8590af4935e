import { Module } from '@nestjs/common';
import { NotificationWakeUp } from './notification-wake-up.js';

@Module({ providers: [NotificationWakeUp], exports: [NotificationWakeUp] })
export class OutboxModule {}
