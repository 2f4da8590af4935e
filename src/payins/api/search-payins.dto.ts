import { ApiPropertyOptional } from '@nestjs/swagger';
import { RAILS, type Rail } from '@recaudo/payment-provider';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { IsCursor, LIMIT_DEFAULT, LIMIT_MAX } from '../../http/page.js';
import { PeriodFrom, PeriodTo } from '../../http/period.js';
import type { PayinStatus } from '../domain/status.js';
import { AMOUNT_IN_CENTS, AMOUNT_MAX_IN_CENTS } from './create-payin.dto.js';
import { IsStatuses } from './is-statuses.js';

/** A body and no query: personal data stays out of addresses. */
export class SearchPayinsDto {
  @ApiPropertyOptional({
    example: 'María Peña',
    description:
      'Whatever a customer has in hand: the payin’s reference or its beginning, the reference that we sent to the provider, the provider’s number, a document, a phone, an e-mail address, a name (accents and the order of words do not matter), or an amount in pesos (`50.000`)',
  })
  @IsOptional()
  @Matches(/\S/, { message: 'text must not be blank' })
  @Matches(/^\P{Cc}*$/u, { message: 'text must be one line' })
  @MaxLength(255)
  @IsString()
  text?: string;

  @IsStatuses()
  status?: PayinStatus[];

  @ApiPropertyOptional({ enum: RAILS })
  @IsOptional()
  @IsIn(RAILS)
  rail?: Rail;

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(/^[a-z0-9_-]{1,32}$/, { message: 'provider must be the name of a provider' })
  @IsString()
  provider?: string;

  @ApiPropertyOptional({ ...AMOUNT_IN_CENTS, example: 5_000_000, description: 'Cents' })
  @IsOptional()
  @Max(AMOUNT_MAX_IN_CENTS)
  @Min(1)
  @IsInt()
  amountInCents?: number;

  @PeriodFrom()
  from?: Date;

  @PeriodTo()
  to?: Date;

  @IsCursor()
  cursor?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })
  @Max(LIMIT_MAX)
  @Min(1)
  @IsInt()
  limit: number = LIMIT_DEFAULT;
}
