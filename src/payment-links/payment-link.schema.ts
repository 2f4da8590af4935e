import { ApiProperty } from '@nestjs/swagger';
import { CURRENCIES, type Rail } from '@recaudo/payment-provider';
import { PageInfo } from '../http/page.js';
import { CHOSEN_RAILS } from '../payins/use-cases/payin-order.js';
import { PAYMENT_LINK_STATUSES, type PaymentLinkStatus } from './payment-link.entity.js';

/** A payment link as the API shows it. */
export class PaymentLinkSchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'COURSE-2026' }) reference!: string;
  @ApiProperty({ example: 'https://pay.example.com/pay/link/…', description: 'Where payers go. It names nobody' })
  url!: string;
  @ApiProperty({
    enum: PAYMENT_LINK_STATUSES,
    enumName: 'PaymentLinkStatus',
    description: 'What was set. An `ACTIVE` link makes no payins either once it is used up or past `expiresAt`',
  })
  status!: PaymentLinkStatus;
  @ApiProperty({ example: 'Curso de cerámica' }) title!: string;
  @ApiProperty({ type: String, nullable: true }) description!: string | null;
  @ApiProperty({ enum: CURRENCIES }) currency!: string;
  @ApiProperty({ type: Number, nullable: true, example: 5_000_000, description: 'null: the payer types it' })
  amountInCents!: number | null;
  @ApiProperty({ type: Number, nullable: true, example: null }) minInCents!: number | null;
  @ApiProperty({ type: Number, nullable: true, example: null }) maxInCents!: number | null;
  @ApiProperty({ type: Number, nullable: true, example: 1, description: 'Payins that it may make; null: any number' })
  uses!: number | null;
  @ApiProperty({ example: 0, description: 'Payins that it has made, paid or not' }) used!: number;
  @ApiProperty({ enum: CHOSEN_RAILS, isArray: true, nullable: true, description: 'null: all that are open' })
  rails!: Rail[] | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) expiresAt!: string | null;
  @ApiProperty({ type: String, nullable: true }) redirectUrl!: string | null;
  @ApiProperty({ type: String, nullable: true }) callbackUrl!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } }) metadata!: Record<string, string>;
  @ApiProperty({ format: 'uuid', description: 'API key or person' }) createdBy!: string;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ format: 'date-time' }) updatedAt!: string;
}

export class PaymentLinkPageSchema {
  @ApiProperty({ type: [PaymentLinkSchema] }) data!: PaymentLinkSchema[];
  @ApiProperty({ type: PageInfo }) pageInfo!: PageInfo;
}
