import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from '../http/page.js';
import { PayinEventSchema } from '../payins/api/payin.schema.js';
import { WEBHOOK_OUTCOMES } from './inbound-webhook.store.js';

/** `PENDING`: an attempt to apply it is under way or to come. `GIVEN_UP`: it could not be applied, and waits for a person. */
export const INBOX_STATUSES = ['PENDING', 'APPLIED', 'GIVEN_UP'] as const;
export type InboxStatus = (typeof INBOX_STATUSES)[number];

export const SHOWN_OUTCOMES = WEBHOOK_OUTCOMES.map((outcome) => outcome.toUpperCase());

export class InboundWebhookSchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() provider!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Our reference of the order at the provider' })
  providerReference!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) payinId!: string | null;
  @ApiProperty({ enum: INBOX_STATUSES, description: 'GIVEN_UP: it could not be applied, and waits for a replay' })
  status!: InboxStatus;
  @ApiProperty({
    enum: SHOWN_OUTCOMES,
    nullable: true,
    description:
      'Its outcome. NOT_CONFIRMED: the provider, when asked, did not say the same. ORPHAN: we have no such order. MOVED: it belongs to another organization’s inbox',
  })
  outcome!: string | null;
  @ApiProperty({ description: 'How often the same event arrived' }) deliveries!: number;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'sha256-of-fields',
    description: 'How its signature was verified',
  })
  verifiedBy!: string | null;
  @ApiProperty() attempts!: number;
  @ApiProperty({ type: String, nullable: true }) lastError!: string | null;
  @ApiProperty({ format: 'date-time' }) receivedAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) appliedAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) nextAttemptAt!: string | null;
}

export class InboundWebhookDetailSchema extends InboundWebhookSchema {
  @ApiProperty({ enum: ['utf8', 'base64'] }) bodyEncoding!: 'utf8' | 'base64';
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The exact body. It may hold the payer’s data; null: those were forgotten',
  })
  body!: string | null;
  @ApiProperty({ type: [PayinEventSchema], description: 'The history events that it caused' })
  events!: PayinEventSchema[];
}

export class InboundWebhookPageSchema {
  @ApiProperty({ type: [InboundWebhookSchema] }) data!: InboundWebhookSchema[];
  @ApiProperty({ type: PageInfo }) pageInfo!: PageInfo;
}
