import { AuditEntryEntity } from '../audit/audit-entry.entity.js';
import { DailyReportEntity, OpenDayEntity } from '../ledger/daily-report/daily-report.entity.js';
import { IntegrityCheckEntity } from '../ledger/integrity-check.entity.js';
import { CheckoutSettingsEntity } from '../checkout-settings/checkout-settings.entity.js';
import { LedgerEntryEntity } from '../ledger/ledger-entry.entity.js';
import { DeliveryAttemptEntity } from '../notifications/delivery-attempt.entity.js';
import { NotificationEntity } from '../notifications/notification.entity.js';
import { ApiKeyEntity } from '../organizations/api-keys/api-key.entity.js';
import { PersonalDataSweepEntity } from '../personal-data/personal-data-sweep.entity.js';
import { OrganizationEntity } from '../organizations/organization.entity.js';
import { AttemptEntity } from '../payins/store/attempt.entity.js';
import { ObservationEntity } from '../payins/store/observation.entity.js';
import { PayinEventTextEntity } from '../payins/store/payin-event-text.entity.js';
import { PayinEventEntity } from '../payins/store/payin-event.entity.js';
import { PayinEntity } from '../payins/store/payin.entity.js';
import { ReceiptEntity } from '../payins/store/receipt.entity.js';
import { RefundEntity } from '../payins/store/refund.entity.js';
import { PaymentLinkEntity } from '../payment-links/payment-link.entity.js';
import { MembershipEntity } from '../people/membership.entity.js';
import { PersonEntity } from '../people/person.entity.js';
import { SessionEntity } from '../people/session.entity.js';
import { SignInThrottleEntity } from '../people/sign-in-throttle.entity.js';
import { PayinSearchTermEntity, UnindexedPayinEntity } from '../payins/store/search-term.entity.js';
import { PseBankListEntity } from '../pse-banks/pse-bank-list.entity.js';
import { DiscrepancyEntity } from '../reconciliation/discrepancy.entity.js';
import { InstallationKeyEntity } from '../secrets/installation-key.entity.js';
import { StatementLineEntity } from '../statements/store/statement-line.entity.js';
import { StatementEntity } from '../statements/store/statement.entity.js';
import { TestClockEntity } from '../test-clocks/test-clock.entity.js';
import { WebhookEndpointEntity } from '../notifications/endpoints/webhook-endpoint.entity.js';
import { InboundWebhookEntity } from '../webhooks/inbound-webhook.entity.js';

/** Every table. */
export const ENTITIES = [
  InstallationKeyEntity,
  OrganizationEntity,
  ApiKeyEntity,
  PersonEntity,
  MembershipEntity,
  SessionEntity,
  SignInThrottleEntity,
  WebhookEndpointEntity,
  PayinEntity,
  AttemptEntity,
  ObservationEntity,
  ReceiptEntity,
  RefundEntity,
  PaymentLinkEntity,
  PayinSearchTermEntity,
  UnindexedPayinEntity,
  PayinEventEntity,
  PayinEventTextEntity,
  LedgerEntryEntity,
  IntegrityCheckEntity,
  DailyReportEntity,
  OpenDayEntity,
  NotificationEntity,
  DeliveryAttemptEntity,
  InboundWebhookEntity,
  DiscrepancyEntity,
  PseBankListEntity,
  StatementEntity,
  StatementLineEntity,
  AuditEntryEntity,
  PersonalDataSweepEntity,
  CheckoutSettingsEntity,
  TestClockEntity,
];
