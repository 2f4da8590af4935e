import { ApiPropertyOptional } from '@nestjs/swagger';
import { RAILS, type Rail } from '@recaudo/payment-provider';
import { IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { PeriodFrom, PeriodTo } from '../../http/period.js';
import { PageQuery } from '../../http/page.js';
import { PAYIN_STATUSES, type PayinStatus } from '../domain/status.js';

export class ListPayinsQuery extends PageQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @Matches(/^[A-Za-z0-9._-]{1,64}$/, { message: 'reference must be 1 to 64 characters of A-Z a-z 0-9 . _ -' })
  reference?: string;

  @ApiPropertyOptional({ enum: PAYIN_STATUSES })
  @IsOptional()
  @IsIn(PAYIN_STATUSES)
  status?: PayinStatus;

  @ApiPropertyOptional({ enum: RAILS })
  @IsOptional()
  @IsIn(RAILS)
  rail?: Rail;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @Matches(/^[a-z0-9_-]{1,32}$/, { message: 'provider must be the name of a provider' })
  provider?: string;

  @PeriodFrom()
  createdFrom?: Date;

  @PeriodTo()
  createdTo?: Date;
}
