import { Module } from '@nestjs/common';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { WebhookEndpointsController } from './webhook-endpoints.controller.js';
import { WebhookEndpoints } from './webhook-endpoints.service.js';

@Module({ imports: [NotificationsModule], controllers: [WebhookEndpointsController], providers: [WebhookEndpoints] })
export class WebhookEndpointsModule {}
