import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsDefined,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../http/page.js';
import { PeriodFrom, PeriodTo } from '../http/period.js';
import { AMOUNT_IN_CENTS, AMOUNT_MAX_IN_CENTS } from '../payins/api/create-payin.dto.js';
import { REFUND_REASONS, REFUND_STATUSES, type RefundReason, type RefundStatus } from '../payins/domain/refunds.js';
import { DestinationDto } from './destination.dto.js';

const TEXT_LENGTH_MAX = 1000;

// The last rule of a field is checked first, and only the first failure is reported: the type comes before the bounds.

export class RequestRefundDto {
  @ApiProperty({
    ...AMOUNT_IN_CENTS,
    example: 1_000_000,
    description: 'Cents. At most what arrived, was not reversed, and is in no other refund',
  })
  @IsDefined()
  @Max(AMOUNT_MAX_IN_CENTS)
  @Min(1)
  @IsInt()
  amountInCents!: number;

  @ApiProperty({ enum: REFUND_REASONS })
  @IsIn(REFUND_REASONS)
  reason!: RefundReason;

  @ApiPropertyOptional({ maxLength: TEXT_LENGTH_MAX, description: 'For those who approve and pay it' })
  @IsOptional()
  @Matches(/\S/, { message: 'note must not be blank' })
  @Length(1, TEXT_LENGTH_MAX)
  @IsString()
  note?: string;

  @ApiPropertyOptional({
    description: 'Yours, of one refund of the payin: the same request with it again gives the same refund',
  })
  @IsOptional()
  @IsString()
  @Matches(/^[A-Za-z0-9._-]{1,64}$/, { message: 'reference must be 1 to 64 characters of A-Z a-z 0-9 . _ -' })
  reference?: string;

  @ApiProperty({ type: DestinationDto, description: 'Where the money goes; sealed at rest' })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => DestinationDto)
  to!: DestinationDto;
}

export class PayRefundDto {
  @ApiProperty({
    maxLength: TEXT_LENGTH_MAX,
    example: 'transfer 20261130-77 of Bancolombia',
    description: 'What proves the payment: the number of a transfer, where its receipt is kept',
  })
  @Matches(/\S/, { message: 'evidence must not be blank' })
  @Length(1, TEXT_LENGTH_MAX)
  @IsString()
  evidence!: string;
}

export const REFUNDS_WAIT_FOR = ['ME', 'PEOPLE'] as const;

export class ListRefundsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: REFUND_STATUSES })
  @IsOptional()
  @IsIn(REFUND_STATUSES)
  status?: RefundStatus;

  @ApiPropertyOptional({
    enum: REFUNDS_WAIT_FOR,
    description:
      '`ME`: only requested ones that the caller may approve; whoever may approve nothing gets an empty list. `PEOPLE`: only approved ones that people are to pay, because no provider is asked to, or its provider has not answered within 25 hours',
  })
  @IsOptional()
  @IsIn(REFUNDS_WAIT_FOR)
  waitsFor?: (typeof REFUNDS_WAIT_FOR)[number];

  @ApiPropertyOptional({ enum: REFUND_REASONS })
  @IsOptional()
  @IsIn(REFUND_REASONS)
  reason?: RefundReason;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID('loose')
  payinId?: string;

  @PeriodFrom()
  requestedFrom?: Date;

  @PeriodTo()
  requestedTo?: Date;
}
