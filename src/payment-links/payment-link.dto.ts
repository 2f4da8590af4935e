import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CURRENCIES, type Currency, HOME_CURRENCY, type Rail } from '@recaudo/payment-provider';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { IsFlatTextMap } from '../http/is-flat-text-map.js';
import { IsHttpUrl } from '../http/is-http-url.js';
import { PageQuery } from '../http/page.js';
import { PeriodTo } from '../http/period.js';
import { AMOUNT_MAX_IN_CENTS, WHOLE_UNITS_IN_CENTS } from '../payins/api/create-payin.dto.js';
import { IsWholeUnits } from '../payins/api/is-whole-units.js';
import { CHOSEN_RAILS } from '../payins/use-cases/payin-order.js';
import { PAYMENT_LINK_STATUSES, type PaymentLinkStatus } from './payment-link.entity.js';
import { REFERENCE_MAX, USES_MAX } from './payment-link.js';

const REFERENCE = new RegExp(`^[A-Za-z0-9._-]{1,${REFERENCE_MAX}}$`);
const REFERENCE_MESSAGE = `reference must be 1 to ${REFERENCE_MAX} characters of A-Z a-z 0-9 . _ -, so that its payins can have -1, -2, … behind it`;

// The last decorator of a field is checked first, and only the first failure is reported: the type comes before the bounds.

export class CreatePaymentLinkDto {
  @ApiProperty({
    example: 'COURSE-2026',
    description: 'Yours, unique among the links of your organization: it is the idempotency key, for ever',
  })
  @Matches(REFERENCE, { message: REFERENCE_MESSAGE })
  @IsString()
  reference!: string;

  @ApiProperty({ minLength: 1, maxLength: 120, example: 'Curso de cerámica', description: 'The payer reads it' })
  @Matches(/^(?=.*\S)[^\p{Cc}]{1,120}$/u, { message: 'title must have 1 to 120 characters, in one line' })
  @IsString()
  title!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 255, description: 'The payer reads it, too' })
  @IsOptional()
  @MaxLength(255)
  @IsString()
  description?: string | null;

  @ApiPropertyOptional({ enum: CURRENCIES, description: `${HOME_CURRENCY}, where it is not given` })
  @IsOptional()
  @IsIn(CURRENCIES, { message: `currency must be ${CURRENCIES.join(' or ')}` })
  currency?: Currency;

  @ApiPropertyOptional({
    ...WHOLE_UNITS_IN_CENTS,
    nullable: true,
    example: 5_000_000,
    description: 'Cents. Either this, or `minInCents` and `maxInCents`',
  })
  @IsOptional()
  @IsWholeUnits()
  @Max(AMOUNT_MAX_IN_CENTS)
  @Min(1)
  @IsInt()
  amountInCents?: number | null;

  @ApiPropertyOptional({
    ...WHOLE_UNITS_IN_CENTS,
    nullable: true,
    description: 'Cents. The payer types an amount from this one…',
  })
  @IsOptional()
  @IsWholeUnits()
  @Max(AMOUNT_MAX_IN_CENTS)
  @Min(1)
  @IsInt()
  minInCents?: number | null;

  @ApiPropertyOptional({ ...WHOLE_UNITS_IN_CENTS, nullable: true, description: '… to this one' })
  @IsOptional()
  @IsWholeUnits()
  @Max(AMOUNT_MAX_IN_CENTS)
  @Min(1)
  @IsInt()
  maxInCents?: number | null;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    minimum: 1,
    maximum: USES_MAX,
    example: 1,
    description: 'How many payins it may make; null, or none: any number',
  })
  @IsOptional()
  @Max(USES_MAX)
  @Min(1)
  @IsInt()
  uses?: number | null;

  @ApiPropertyOptional({
    enum: CHOSEN_RAILS,
    isArray: true,
    nullable: true,
    description: 'Which the payer may choose, in this order; without it, all that are open',
  })
  @IsOptional()
  @ArrayUnique()
  @IsIn(CHOSEN_RAILS, { each: true })
  @ArrayMaxSize(CHOSEN_RAILS.length)
  @ArrayMinSize(1)
  @IsArray()
  rails?: Rail[] | null;

  @PeriodTo({ description: 'From then on it makes no payins; without it, never' })
  expiresAt?: Date | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Where payers go afterwards' })
  @IsOptional()
  @IsHttpUrl()
  redirectUrl?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Signed notifications of its payins go here. In production HTTPS, to a server on the public internet',
  })
  @IsOptional()
  @IsHttpUrl()
  callbackUrl?: string | null;

  @ApiPropertyOptional({
    type: 'object',
    nullable: true,
    additionalProperties: { type: 'string' },
    description: 'Up to 20 texts of your own: its payins have them, too',
  })
  @IsOptional()
  @IsFlatTextMap({ keysMax: 20, keyLengthMax: 64, valueLengthMax: 500 })
  metadata?: Record<string, string> | null;
}

export class UpdatePaymentLinkDto {
  @ApiProperty({ enum: PAYMENT_LINK_STATUSES, example: 'DISABLED' })
  @IsIn(PAYMENT_LINK_STATUSES)
  status!: PaymentLinkStatus;
}

export class ListPaymentLinksQuery extends PageQuery {
  @ApiPropertyOptional({ enum: PAYMENT_LINK_STATUSES })
  @IsOptional()
  @IsIn(PAYMENT_LINK_STATUSES)
  status?: PaymentLinkStatus;

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(REFERENCE, { message: REFERENCE_MESSAGE })
  @IsString()
  reference?: string;
}
