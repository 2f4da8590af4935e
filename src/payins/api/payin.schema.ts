import type { Type } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { CURRENCIES, type Instructions, type Rail, RAILS } from '@recaudo/payment-provider';
import { PageInfo } from '../../http/page.js';
import { InlineCustomerDto } from './create-payin.dto.js';
import { type AmountStatus, AMOUNT_STATUSES } from '../domain/amounts.js';
import type { AttemptState } from '../domain/known-payin.js';
import { HISTORY_TYPES, type HistoryType } from '../domain/history.js';
import { UPDATE_SOURCES, type UpdateSource } from '../domain/update-source.js';
import { PAYIN_STATUSES, type PayinStatus } from '../domain/status.js';

export class ReceiptSchema {
  @ApiProperty() paymentId!: string;
  @ApiProperty({ description: 'Less than 0: corrects an earlier receipt whose amount was believed without a witness' })
  amountInCents!: number;
  @ApiProperty({ type: Number, nullable: true, description: 'What the provider keeps, where it reports it' })
  feeInCents!: number | null;
  @ApiProperty({ format: 'date-time' }) receivedAt!: string;
  @ApiProperty({
    enum: UPDATE_SOURCES,
    nullable: true,
    description: 'Who reported it; `operator`: a person booked it',
  })
  source!: UpdateSource | null;
}

export type AttemptStatus = Uppercase<AttemptState>;
/** With each state: the compiler asks for every one. */
const ATTEMPT_STATUS_TEXTS: Readonly<Record<AttemptStatus, string>> = {
  OPENING: 'the provider is being called',
  OPEN: 'it has the order',
  UNKNOWN: 'no usable answer came, so it may have one',
  NOT_EXECUTED: 'it certainly has none',
  ENDED: 'the order ended unpaid, and the payer may choose again',
};
export const ATTEMPT_STATUSES = Object.keys(ATTEMPT_STATUS_TEXTS) as AttemptStatus[];

export class AttemptSchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() provider!: string;
  @ApiProperty({ enum: RAILS }) rail!: Rail;
  @ApiProperty({ description: 'The reference that we sent to the provider' }) providerReference!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The provider’s own number of the order, once it is known',
  })
  externalId!: string | null;
  @ApiProperty({
    enum: ATTEMPT_STATUSES,
    description: Object.entries(ATTEMPT_STATUS_TEXTS)
      .map(([status, text]) => `\`${status}\`: ${text}`)
      .join('; '),
  })
  status!: AttemptStatus;
  @ApiProperty({ format: 'date-time' }) startedAt!: string;
}

class RedirectInstructionsSchema {
  @ApiProperty({ enum: ['redirect'] }) type!: 'redirect';
  @ApiProperty({ description: 'The page of the bank or of the provider: open it in full, not in a frame' })
  url!: string;
}
class BrebKeyInstructionsSchema {
  @ApiProperty({ enum: ['breb_key'] }) type!: 'breb_key';
  @ApiProperty({ example: '@merchant', description: 'The payer enters it in the app of their bank' }) key!: string;
  @ApiPropertyOptional({ description: 'A page of the provider that shows the same' }) url?: string;
  @ApiPropertyOptional({ description: 'The text of an EMVCo QR code' }) qr?: string;
}
class PushInstructionsSchema {
  @ApiProperty({ enum: ['push'], description: 'The payer approves the payment on their phone' }) type!: 'push';
}
class VoucherInstructionsSchema {
  @ApiProperty({ enum: ['voucher'] }) type!: 'voucher';
  @ApiProperty({ description: 'The payer says it in the shop, and pays in cash' }) code!: string;
  @ApiPropertyOptional({ description: 'The voucher to print' }) url?: string;
}
class MessageInstructionsSchema {
  @ApiProperty({ enum: ['message'] }) type!: 'message';
  @ApiProperty({ description: 'What the provider says to the payer' }) text!: string;
}
/** The compiler asks for one of each type. */
const INSTRUCTIONS_SCHEMAS: Readonly<Record<Instructions['type'], Type>> = {
  redirect: RedirectInstructionsSchema,
  breb_key: BrebKeyInstructionsSchema,
  push: PushInstructionsSchema,
  voucher: VoucherInstructionsSchema,
  message: MessageInstructionsSchema,
};

/** A payin as the API and notifications show it. The first block is seed 003's shape; `amount` is in cents there, too. */
@ApiExtraModels(...Object.values(INSTRUCTIONS_SCHEMAS))
export class PayinSchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ description: 'The same as amountInCents' }) amount!: number;
  @ApiProperty({ enum: CURRENCIES }) currency!: string;
  @ApiProperty({ enum: PAYIN_STATUSES }) status!: PayinStatus;
  @ApiProperty({ enum: RAILS }) rail!: Rail;
  @ApiProperty() reference!: string;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ format: 'date-time' }) updatedAt!: string;
  @ApiProperty({ format: 'uuid' }) organizationId!: string;
  @ApiProperty({ type: InlineCustomerDto, nullable: true }) inlineCustomer!: InlineCustomerDto | null;
  @ApiProperty({ type: String, nullable: true }) errorCode!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) resultAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) chargebackAt!: string | null;
  @ApiProperty({ type: 'object', nullable: true, properties: { keyString: { type: 'string' } } }) sourceData!: {
    keyString: string;
  } | null;
  @ApiProperty({ type: String, nullable: true }) callbackUrl!: string | null;
  @ApiProperty() amountInCents!: number;
  @ApiProperty({ description: 'The sum of the receipts' }) amountReceivedInCents!: number;
  @ApiProperty({ description: 'The sum of the refunds that are PAID' }) amountRefundedInCents!: number;
  @ApiProperty({
    enum: AMOUNT_STATUSES,
    description:
      '`UNCONFIRMED`: the provider says that it is paid, but its answer may only repeat the requested amount. A webhook, a statement or a person settles it',
  })
  amountStatus!: AmountStatus;
  @ApiProperty({ type: String, nullable: true }) provider!: string | null;
  @ApiProperty({ format: 'date-time', description: 'When the payin expires unless it is paid' }) expiresAt!: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When the order ends at the provider. null: only the provider knows, so the payer’s page or key may outlive `expiresAt`; money that arrives then is booked as late',
  })
  providerExpiresAt!: string | null;
  @ApiProperty({
    example: 'https://pay.example.com/pay/Zk3…',
    description: 'Where the payer can pay it: send them there, or use `instructions` in a page of your own',
  })
  checkoutUrl!: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The payment link that made it' })
  paymentLinkId!: string | null;
  @ApiProperty({ type: String, nullable: true }) redirectUrl!: string | null;
  @ApiProperty({ type: String, nullable: true }) description!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } }) metadata!: Record<string, string>;
  @ApiProperty({
    nullable: true,
    description: 'What the payer must do next; null: nothing now, or not known yet',
    oneOf: Object.values(INSTRUCTIONS_SCHEMAS).map((schema) => ({ $ref: getSchemaPath(schema) })),
    discriminator: {
      propertyName: 'type',
      mapping: Object.fromEntries(
        Object.entries(INSTRUCTIONS_SCHEMAS).map(([type, schema]) => [type, getSchemaPath(schema)]),
      ),
    },
    example: { type: 'breb_key', key: '@merchant', url: 'https://…' },
  })
  instructions!: Instructions | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When the payer’s data were forgotten: since then `inlineCustomer`, `description`, `metadata`, `instructions`, `sourceData` and `redirectUrl` are empty',
  })
  forgottenAt!: string | null;
  @ApiProperty({ type: [ReceiptSchema] }) receipts!: ReceiptSchema[];
  @ApiProperty({ type: [AttemptSchema], description: 'Oldest first; at most one of them has an order' })
  attempts!: AttemptSchema[];
}

export class PayinPageSchema {
  @ApiProperty({ type: [PayinSchema] }) data!: PayinSchema[];
  @ApiProperty({ type: PageInfo }) pageInfo!: PageInfo;
}

export class PayinEventSchema {
  @ApiProperty() sequence!: number;
  @ApiProperty({ enum: HISTORY_TYPES }) type!: HistoryType;
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty({ enum: UPDATE_SOURCES }) source!: UpdateSource;
  @ApiProperty({ enum: PAYIN_STATUSES, nullable: true }) from!: PayinStatus | null;
  @ApiProperty({ enum: PAYIN_STATUSES, nullable: true }) to!: PayinStatus | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What people wrote (`note`, `because`) is here until the payer is forgotten',
  })
  data!: Record<string, unknown>;
}

export class PayinEventsSchema {
  @ApiProperty({ type: [PayinEventSchema] }) data!: PayinEventSchema[];
}
