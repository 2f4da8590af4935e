import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CURRENCIES, ID_TYPES } from '@recaudo/payment-provider';
import { PageInfo } from '../http/page.js';
import { REFUND_PROVIDER_STATUSES, REFUND_REASONS, REFUND_STATUSES } from '../payins/domain/refunds.js';
import { ACCOUNT_TYPES, DESTINATION_TYPES } from './destination.js';

/** For the API's description only; the answers themselves come from the presenter. */

class DestinationSchema {
  @ApiProperty({ enum: DESTINATION_TYPES }) type!: string;
  @ApiPropertyOptional() key?: string;
  @ApiPropertyOptional() bank?: string;
  @ApiPropertyOptional({ enum: ACCOUNT_TYPES }) accountType?: string;
  @ApiPropertyOptional() accountNumber?: string;
  @ApiPropertyOptional() holderName?: string;
  @ApiPropertyOptional({ enum: ID_TYPES }) idType?: string;
  @ApiPropertyOptional() idNumber?: string;
}

export class RefundSchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ format: 'uuid' }) payinId!: string;
  @ApiProperty({ enum: REFUND_STATUSES }) status!: string;
  @ApiProperty() amountInCents!: number;
  @ApiProperty({ enum: CURRENCIES }) currency!: string;
  @ApiProperty({ enum: REFUND_REASONS }) reason!: string;
  @ApiProperty({ type: String, nullable: true }) note!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Yours' }) reference!: string | null;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The discrepancy that it resolves when it is paid',
  })
  discrepancyId!: string | null;
  @ApiProperty({ format: 'date-time' }) requestedAt!: string;
  @ApiProperty({ format: 'uuid', description: 'API key or person' }) requestedBy!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) approvedAt!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) approvedBy!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) paidAt!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) paidBy!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'What proves the payment' }) evidence!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) canceledAt!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) canceledBy!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'That was asked at the approval to pay it back by itself; null: people are to pay it',
  })
  provider!: string | null;
  @ApiProperty({
    type: String,
    enum: REFUND_PROVIDER_STATUSES,
    nullable: true,
    description: '`ASKED`: it may pay it, so that nobody else can, nor cancel it. `REFUSED`: people are to pay it',
  })
  providerStatus!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Why the provider refused it: its own code' })
  providerReason!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) askedAt!: string | null;
  @ApiProperty({
    type: DestinationSchema,
    nullable: true,
    description:
      'Where the money goes: masked, but for GET /refunds/{id} with the scope refunds:write. null: it was refunded outside, or the payer was forgotten',
  })
  to!: DestinationSchema | null;
}

export class RefundPageSchema {
  @ApiProperty({ type: [RefundSchema] }) data!: RefundSchema[];
  @ApiProperty({ type: PageInfo }) pageInfo!: PageInfo;
}

export class RefundsSchema {
  @ApiProperty({ type: [RefundSchema] }) data!: RefundSchema[];
}
