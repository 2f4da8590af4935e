import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { OutboundHttpModule } from '@recaudo/outbound-http';
import { enabledProviders, type LoadedSettings } from '../../config/load-settings.js';
import { ServiceSettings } from '../../config/service.settings.js';
import { SettingsModule } from '../../config/settings.module.js';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CheckoutSettingsModule } from '../checkout-settings/checkout-settings.module.js';
import { CheckoutModule } from '../checkout/checkout.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { DropInRegistryModule } from '../drop-in-registry/drop-in-registry.module.js';
import { DropInModule } from '../drop-in/drop-in.module.js';
import { DROP_IN_CONTRACTS } from '../drop-in-contracts.js';
import { EventsModule } from '../events/events.module.js';
import { ExplainModule } from '../explain/explain.module.js';
import { HealthModule } from '../health/health.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { LoggingModule } from '../logging/logging.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { PersonalDataModule } from '../personal-data/personal-data.module.js';
import { PayinsModule } from '../payins/payins.module.js';
import { PaymentLinksModule } from '../payment-links/payment-links.module.js';
import { PeopleModule } from '../people/people.module.js';
import { ProviderRegistryModule } from '../provider-registry/provider-registry.module.js';
import { ProblemPagesModule } from '../problem-pages/problem-pages.module.js';
import { PROVIDERS } from '../providers.js';
import { PseBanksModule } from '../pse-banks/pse-banks.module.js';
import { ReconciliationModule } from '../reconciliation/reconciliation.module.js';
import { RefundsModule } from '../refunds/refunds.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { StatementsModule } from '../statements/statements.module.js';
import { simulatorsOf } from '../test-clocks/simulators.js';
import { TestClocksModule } from '../test-clocks/test-clocks.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { WorklistModule } from '../worklist/worklist.module.js';
import { ENTITIES } from './entities.js';

@Module({})
export class AppModule {
  static forRoot(settings: LoadedSettings): DynamicModule {
    const enabled = enabledProviders(settings.get(ServiceSettings) as ServiceSettings, PROVIDERS);
    const simulators = simulatorsOf(settings, enabled);
    return {
      module: AppModule,
      imports: [
        SettingsModule.forRoot(settings),
        LoggingModule,
        ScheduleModule.forRoot(),
        OutboundHttpModule.forRootAsync({
          inject: [ServiceSettings],
          useFactory: (service: ServiceSettings) => ({ allowPrivate: service.allowPrivateAddresses }),
        }),
        DatabaseModule.forRoot(ENTITIES),
        SecretsModule,
        AuditModule,
        AuthModule,
        AuditLogModule,
        ProviderRegistryModule.register(enabled),
        DropInRegistryModule.register(DROP_IN_CONTRACTS),
        OrganizationsModule,
        PeopleModule,
        PayinsModule,
        PseBanksModule,
        NotificationsModule,
        WebhooksModule,
        RefundsModule,
        PaymentLinksModule,
        ReconciliationModule,
        EventsModule,
        StatementsModule,
        LedgerModule,
        PersonalDataModule,
        CheckoutSettingsModule,
        ExplainModule,
        WorklistModule,
        ...(simulators ? [TestClocksModule.of(simulators)] : []),
        HealthModule,
        MetricsModule,
        CheckoutModule,
        ProblemPagesModule,
        DropInModule,
      ],
    };
  }
}
