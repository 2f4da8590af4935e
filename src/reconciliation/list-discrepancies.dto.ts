import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Length, Matches, Max, Min } from 'class-validator';
import { PeriodFrom, PeriodTo } from '../http/period.js';
import { OneOrSeveral } from '../http/one-or-several.js';
import { PageQuery } from '../http/page.js';
import { AMOUNT_IN_CENTS, AMOUNT_MAX_IN_CENTS } from '../payins/api/create-payin.dto.js';
import { DISCREPANCY_KINDS, type DiscrepancyKind } from '../payins/domain/discrepancy.js';

/** `MONEY_AT_RISK`: the most first, what is not known last, and of as much the oldest first. */
export const DISCREPANCY_SORTS = ['NEWEST', 'OLDEST', 'MONEY_AT_RISK'] as const;
export type DiscrepancySort = (typeof DISCREPANCY_SORTS)[number];

const STATUSES = ['OPEN', 'RESOLVED'] as const;

export class ListDiscrepanciesQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: DISCREPANCY_SORTS,
    default: 'NEWEST',
    description:
      '`MONEY_AT_RISK`: the most first, what is not known last, and of as much the oldest first. A cursor is of its sort',
  })
  @IsOptional()
  @IsIn(DISCREPANCY_SORTS)
  sort?: DiscrepancySort;

  @OneOrSeveral('status', STATUSES)
  status?: (typeof STATUSES)[number][];

  @OneOrSeveral('kind', DISCREPANCY_KINDS)
  kind?: DiscrepancyKind[];

  @ApiPropertyOptional({
    enum: ['ME'],
    description:
      '`ME`: only those with a proposal that the caller may approve, because somebody else has made it. Whoever may approve nothing gets an empty list',
  })
  @IsOptional()
  @IsIn(['ME'])
  waitsFor?: 'ME';

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID('loose')
  payinId?: string;

  @ApiPropertyOptional({
    description: "The payin's, or else the provider's reference of the order",
  })
  @IsOptional()
  @Matches(/^[^\p{C}]*$/u, { message: 'reference must not have control characters' })
  @Length(1, 255)
  @IsString()
  reference?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @Matches(/^[a-z0-9_-]{1,32}$/, { message: 'provider must be the name of a provider' })
  provider?: string;

  @PeriodFrom()
  openedFrom?: Date;

  @PeriodTo()
  openedTo?: Date;

  @ApiPropertyOptional({ ...AMOUNT_IN_CENTS, minimum: 0, description: 'At least so much money at risk, in cents' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
  )
  @Max(AMOUNT_MAX_IN_CENTS)
  @Min(0)
  @IsInt()
  minMoneyAtRiskInCents?: number;
}
