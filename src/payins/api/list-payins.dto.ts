import { ApiPropertyOptional } from '@nestjs/swagger';
import { RAILS, type Rail } from '@recaudo/payment-provider';
import { Transform } from 'class-transformer';
import { IsInt, IsIn, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { PeriodFrom, PeriodTo } from '../../http/period.js';
import { OrderedPageQuery } from '../../http/page.js';
import type { PayinStatus } from '../domain/status.js';
import { AMOUNT_IN_CENTS, AMOUNT_MAX_IN_CENTS } from './create-payin.dto.js';
import { IsStatuses } from './is-statuses.js';

export class ListPayinsQuery extends OrderedPageQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @Matches(/^[A-Za-z0-9._-]{1,64}$/, { message: 'reference must be 1 to 64 characters of A-Z a-z 0-9 . _ -' })
  reference?: string;

  @IsStatuses()
  status?: PayinStatus[];

  @ApiPropertyOptional({ enum: RAILS })
  @IsOptional()
  @IsIn(RAILS)
  rail?: Rail;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @Matches(/^[a-z0-9_-]{1,32}$/, { message: 'provider must be the name of a provider' })
  provider?: string;

  @ApiPropertyOptional({ ...AMOUNT_IN_CENTS, example: 5_000_000, description: 'Cents' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
  )
  @Max(AMOUNT_MAX_IN_CENTS)
  @Min(1)
  @IsInt()
  amountInCents?: number;

  @ApiPropertyOptional({ description: 'The provider’s own number of an attempt' })
  @IsOptional()
  @Matches(/^\P{Cc}{1,255}$/u, { message: 'externalId must be a provider’s number' })
  @IsString()
  externalId?: string;

  @ApiPropertyOptional({ description: 'The reference of an attempt that we sent to the provider' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9._-]{1,64}$/, { message: 'providerReference must be the reference of an attempt' })
  @IsString()
  providerReference?: string;

  @PeriodFrom()
  createdFrom?: Date;

  @PeriodTo()
  createdTo?: Date;
}
