import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from '../http/page.js';
import { MANUAL_MOVE_TYPES } from '../payins/domain/corrections.js';
import { DISCREPANCY_KINDS } from '../payins/domain/discrepancy.js';
import { AMOUNT_STATUSES } from '../payins/domain/amounts.js';
import { PAYIN_STATUSES } from '../payins/domain/status.js';
import { ReceiptSchema } from '../payins/api/payin.schema.js';
import { TOTALS_MAX } from './discrepancy.queries.js';

/** For the API's description only; the answers themselves come from the presenter. */

export class CorrectionSchema {
  @ApiProperty({ enum: MANUAL_MOVE_TYPES }) type!: string;
  @ApiProperty({ description: 'How much money it moves' }) amountInCents!: number;
  @ApiProperty({ type: String, nullable: true }) paymentId!: string | null;
  @ApiProperty() note!: string;
  @ApiProperty({ format: 'uuid', description: 'API key' }) proposedBy!: string;
  @ApiProperty({ format: 'date-time' }) proposedAt!: string;
  @ApiProperty({ description: 'It is applied when another person approves it' }) awaitsApproval!: boolean;
}

export class DiscrepancySchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null: it belongs to no payin' })
  payinId!: string | null;
  @ApiProperty({ description: "The payin's, or else the provider's reference of the order" }) reference!: string;
  @ApiProperty({ enum: DISCREPANCY_KINDS }) kind!: string;
  @ApiProperty({ enum: ['OPEN', 'RESOLVED'] }) status!: string;
  @ApiProperty({ type: Number, nullable: true }) expectedInCents!: number | null;
  @ApiProperty({ type: Number, nullable: true }) actualInCents!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'null: not known' }) moneyAtRiskInCents!: number | null;
  @ApiProperty() currency!: string;
  @ApiProperty({ type: String, nullable: true }) provider!: string | null;
  @ApiProperty({ format: 'date-time' }) openedAt!: string;
  @ApiProperty({ type: Number, nullable: true, description: 'While it is open' }) ageSeconds!: number | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) resolvedAt!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'How it ended: a person’s reason, or the fact that settled it',
  })
  resolution!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'The reason of the person who settled it' })
  reason!: string | null;
  @ApiProperty({ type: String, nullable: true }) note!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'API key' }) resolvedBy!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'API key of the second person' })
  approvedBy!: string | null;
  @ApiProperty({ type: CorrectionSchema, nullable: true }) correction!: CorrectionSchema | null;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Its refund, which resolves it when it is paid',
  })
  refundId!: string | null;
  @ApiProperty() detail!: string;
}

class TotalSchema {
  @ApiProperty({ enum: DISCREPANCY_KINDS }) kind!: string;
  @ApiProperty() count!: number;
  @ApiProperty() moneyAtRiskInCents!: number;
}

export class DiscrepancyPageSchema {
  @ApiProperty({ type: [DiscrepancySchema] }) data!: DiscrepancySchema[];
  @ApiProperty({ type: PageInfo }) pageInfo!: PageInfo;
  @ApiProperty({
    type: [TotalSchema],
    description: `Of all that match, not only of this page; at most of the newest ${TOTALS_MAX}`,
  })
  totals!: TotalSchema[];
}

class DiscrepancyPayinSchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() url!: string;
  @ApiProperty({ enum: PAYIN_STATUSES }) status!: string;
  @ApiProperty() amountInCents!: number;
  @ApiProperty() amountReceivedInCents!: number;
  @ApiProperty({ enum: AMOUNT_STATUSES }) amountStatus!: string;
  @ApiProperty({ type: [ReceiptSchema] }) receipts!: ReceiptSchema[];
}

export class DiscrepancyWithEvidenceSchema extends DiscrepancySchema {
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'By `type`: an `observation` (what a provider reported), a `webhook`, a `statement_line`',
  })
  evidence!: object[];
  @ApiProperty({ type: DiscrepancyPayinSchema, nullable: true }) payin!: DiscrepancyPayinSchema | null;
}
