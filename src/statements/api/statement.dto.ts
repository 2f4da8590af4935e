import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsObject, IsOptional, Matches, ValidateNested } from 'class-validator';
import { PeriodFrom, PeriodTo } from '../../http/period.js';
import { OneOrSeveral } from '../../http/one-or-several.js';
import { PageQuery } from '../../http/page.js';
import {
  FAILED_WAITS_DAYS,
  STATEMENT_COVERS,
  STATEMENT_STATUSES,
  type StatementCovers,
  type StatementStatus,
} from '../store/statement.entity.js';
import { LINE_OUTCOMES, type LineOutcome } from '../store/statement-line.entity.js';
import type { StatementUpload } from '../import/receive-statement.service.js';
import { StatementMappingOverride, toMappingOverride } from '../import/statement-mapping.override.js';

const PROVIDER_NAME = /^[a-z0-9_-]{1,32}$/;
const PROVIDER_MESSAGE = { message: 'provider must be the name of a provider' };

/** Query of an upload; the body is the file. */
export class UploadStatementQuery implements StatementUpload {
  @ApiProperty({ description: 'whose statement it is' })
  @Matches(PROVIDER_NAME, PROVIDER_MESSAGE)
  provider!: string;

  @PeriodFrom({ required: true, description: 'beginning of its period' })
  from!: Date;

  @PeriodTo({ required: true, description: 'end of its period' })
  to!: Date;

  @ApiPropertyOptional({
    enum: STATEMENT_COVERS,
    description:
      'what the file has completely: the PAYMENTS made or the ORDERS opened in its period. What it lacks of them is missing at the provider. Without `covers`, nothing is',
  })
  @IsOptional()
  @IsIn(STATEMENT_COVERS)
  covers?: StatementCovers;

  @ApiPropertyOptional({
    type: String,
    description:
      'JSON: how the file is written, where that differs from the known mappings; see docs/reconciliation.md',
    example: '{"delimiter":";","columns":{"reference":"Referencia","amount":"Valor"},"amountUnit":"pesos"}',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => toMappingOverride(value))
  @IsObject({ message: 'mapping must be a JSON object, no name in it twice' })
  @ValidateNested()
  mapping?: StatementMappingOverride;
}

/** Query of a preview; the body is the file, or its beginning. */
export class PreviewStatementQuery extends PickType(UploadStatementQuery, ['provider', 'mapping']) {}

export class FetchStatementDto extends PickType(UploadStatementQuery, ['provider', 'from', 'to']) {}

export class ListStatementsQuery extends PageQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @Matches(PROVIDER_NAME, PROVIDER_MESSAGE)
  provider?: string;

  @OneOrSeveral('status', STATEMENT_STATUSES)
  status?: StatementStatus[];

  @ApiPropertyOptional({
    enum: ['PEOPLE'],
    description: `\`PEOPLE\`: only those of the last ${FAILED_WAITS_DAYS} days that are FAILED, and a provider’s own lists that are REJECTED: whoever uploads a file sees at once that it is`,
  })
  @IsOptional()
  @IsIn(['PEOPLE'])
  waitsFor?: 'PEOPLE';
}

export class ListStatementLinesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: LINE_OUTCOMES })
  @IsOptional()
  @IsIn(LINE_OUTCOMES)
  outcome?: LineOutcome;
}
