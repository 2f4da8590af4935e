import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { PeriodFrom, PeriodTo } from '../http/period.js';
import { OrderedPageQuery, PageInfo } from '../http/page.js';
import { EVENT_TYPES, RECEIPT_ADDED, RECEIPT_CORRECTED } from '../payins/domain/history.js';
import { TEST_EVENT } from './test-event.js';

/** `PENDING`: an attempt is to come. `FAILED`: given up, or held back because its endpoint is disabled. */
export const NOTIFICATION_STATUSES = ['PENDING', 'DELIVERED', 'FAILED'] as const;
export type NotificationStatus = (typeof NOTIFICATION_STATUSES)[number];

/** The last two of drop-in contracts alone. */
const TYPES = [...EVENT_TYPES, TEST_EVENT, RECEIPT_ADDED, RECEIPT_CORRECTED] as const;

export class ListNotificationsQuery extends OrderedPageQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID('loose')
  payinId?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID('loose')
  endpointId?: string;

  @ApiPropertyOptional({ enum: TYPES, enumName: 'NotificationType' })
  @IsOptional()
  @IsIn(TYPES)
  type?: string;

  @ApiPropertyOptional({ enum: NOTIFICATION_STATUSES, enumName: 'NotificationStatus' })
  @IsOptional()
  @IsIn(NOTIFICATION_STATUSES)
  status?: NotificationStatus;

  @PeriodFrom()
  createdFrom?: Date;

  @PeriodTo()
  createdTo?: Date;
}

export class ResendNotificationsDto {
  @PeriodFrom({ required: true, description: 'When they were written' })
  from!: Date;

  @PeriodTo({ required: true })
  to!: Date;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only those to this endpoint' })
  @IsOptional()
  @IsUUID('loose')
  endpointId?: string;

  @ApiPropertyOptional({
    enum: NOTIFICATION_STATUSES,
    enumName: 'NotificationStatus',
    description: 'Only those with this status; without it all, delivered ones too',
  })
  @IsOptional()
  @IsIn(NOTIFICATION_STATUSES)
  status?: NotificationStatus;
}

export class NotificationSchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ description: 'The header webhook-id: the same for every attempt and every resend' })
  webhookId!: string;
  @ApiProperty({ enum: TYPES, enumName: 'NotificationType' }) type!: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) payinId!: string | null;
  @ApiProperty({ description: 'Of the event in its payin’s history; 0 without a payin' }) sequence!: number;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null: it goes to the callbackUrl' })
  endpointId!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The callbackUrl; null: it goes to the endpoint, as that is at delivery',
  })
  url!: string | null;
  @ApiProperty({ enum: NOTIFICATION_STATUSES, enumName: 'NotificationStatus' }) status!: NotificationStatus;
  @ApiProperty() attemptCount!: number;
  @ApiProperty({ type: String, nullable: true, example: 'HTTP 500' }) lastResult!: string | null;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) deliveredAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) nextAttemptAt!: string | null;
}

class DeliveryAttemptSchema {
  @ApiProperty() number!: number;
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty({ type: Number, nullable: true, description: 'HTTP status; null: no answer' }) status!: number | null;
  @ApiProperty() durationMs!: number;
  @ApiProperty({ example: 'HTTP 500' }) result!: string;
  @ApiProperty({ type: String, nullable: true, description: 'The beginning of the answer, up to 256 bytes' })
  firstBytes!: string | null;
}

export class NotificationWithAttemptsSchema extends NotificationSchema {
  @ApiProperty({
    description: 'As it is sent and signed, without the personal data that an endpoint may ask for',
  })
  body!: string;
  @ApiProperty({ type: [DeliveryAttemptSchema] }) attempts!: DeliveryAttemptSchema[];
}

export class NotificationPageSchema {
  @ApiProperty({ type: [NotificationSchema] }) data!: NotificationSchema[];
  @ApiProperty({ type: PageInfo }) pageInfo!: PageInfo;
}

export class ResentSchema {
  @ApiProperty({ description: 'How many are being delivered' }) resent!: number;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'The period has more than one request resends: send the next request with this as `from`. null: that was all',
  })
  continueFrom!: string | null;
}
