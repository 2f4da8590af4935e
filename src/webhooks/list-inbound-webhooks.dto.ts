import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, Matches } from 'class-validator';
import { PeriodFrom, PeriodTo } from '../http/period.js';
import { OrderedPageQuery } from '../http/page.js';
import { INBOX_STATUSES, type InboxStatus, SHOWN_OUTCOMES } from './inbox.schema.js';

export class ListInboundWebhooksQuery extends OrderedPageQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @Matches(/^[a-z0-9_-]{1,32}$/, { message: 'provider must be the name of a provider' })
  provider?: string;

  @ApiPropertyOptional({ enum: INBOX_STATUSES })
  @IsOptional()
  @IsIn(INBOX_STATUSES)
  status?: InboxStatus;

  @ApiPropertyOptional({ enum: SHOWN_OUTCOMES })
  @IsOptional()
  @IsIn(SHOWN_OUTCOMES)
  outcome?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID('loose')
  payinId?: string;

  @ApiPropertyOptional({ description: 'Of the payin' })
  @IsOptional()
  @IsString()
  @Matches(/^[A-Za-z0-9._-]{1,64}$/, { message: 'reference must be 1 to 64 characters of A-Z a-z 0-9 . _ -' })
  reference?: string;

  @PeriodFrom()
  receivedFrom?: Date;

  @PeriodTo()
  receivedTo?: Date;
}
