import { Module } from '@nestjs/common';
import { SecretBox } from '../secrets/secret-box.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { PayinsModule } from '../payins/payins.module.js';
import { WebhookEndpointsController } from './endpoints/webhook-endpoints.controller.js';
import { WebhookEndpoints } from './endpoints/webhook-endpoints.service.js';
import { ReadNotifications } from './read-notifications.service.js';
import { NotificationResends } from './notification-resends.js';
import { NotificationStore } from './notification.store.js';
import { NotificationWorker } from './notification.worker.js';
import { NotificationsController } from './notifications.controller.js';
import { SigningKeys } from './signing-keys.js';

@Module({
  imports: [OrganizationsModule, OutboxModule, PayinsModule],
  controllers: [NotificationsController, WebhookEndpointsController],
  providers: [
    ReadNotifications,
    NotificationResends,
    NotificationStore,
    NotificationWorker,
    WebhookEndpoints,
    { provide: SigningKeys, inject: [SecretBox], useFactory: (secrets: SecretBox) => new SigningKeys(secrets) },
  ],
})
export class NotificationsModule {}
