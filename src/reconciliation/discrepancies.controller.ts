import { MikroORM } from '@mikro-orm/core';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import type { Principal } from '../auth/api-keys.js';
import { Caller } from '../auth/auth.guard.js';
import { idBefore, PageQuery, toPage } from '../http/page.js';
import { presentDiscrepancy } from '../payins/discrepancy.presenter.js';
import { DISCREPANCY_KINDS, type DiscrepancyKind } from '../payins/domain/discrepancy.js';
import { DiscrepancyEntity } from './discrepancy.entity.js';

export class ListDiscrepanciesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['OPEN', 'RESOLVED'] })
  @IsOptional()
  @IsIn(['OPEN', 'RESOLVED'])
  status?: 'OPEN' | 'RESOLVED';

  @ApiPropertyOptional({ enum: DISCREPANCY_KINDS })
  @IsOptional()
  @IsIn(DISCREPANCY_KINDS)
  kind?: DiscrepancyKind;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID('loose')
  payinId?: string;
}

@ApiTags('discrepancies')
@ApiBearerAuth()
@Controller('discrepancies')
export class DiscrepanciesController {
  constructor(@Inject(MikroORM) private readonly orm: MikroORM) {}

  @Get()
  @ApiOperation({ summary: 'What does not add up, newest first' })
  async list(
    @Caller() { organizationId, at }: Principal,
    @Query() { status, kind, payinId, cursor, limit }: ListDiscrepanciesQuery,
  ) {
    const before = idBefore(cursor);
    const rows = await this.orm.em.fork().find(
      DiscrepancyEntity,
      {
        organizationId,
        ...(before && { id: { $lt: before } }),
        ...(status && { status }),
        ...(kind && { kind }),
        ...(payinId && { payinId }),
      },
      { orderBy: { id: 'desc' }, limit: limit + 1 },
    );
    return toPage(rows, limit, (row) => presentDiscrepancy(row, at));
  }
}
