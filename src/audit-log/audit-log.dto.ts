import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, Matches } from 'class-validator';
import { ACTOR_TYPES, type ActorType } from '../audit/audit-entry.entity.js';
import { OrderedPageQuery, PageInfo } from '../http/page.js';
import { PeriodFrom, PeriodTo } from '../http/period.js';

export class ListAuditEntriesQuery extends OrderedPageQuery {
  @ApiPropertyOptional({ enum: ACTOR_TYPES })
  @IsOptional()
  @IsIn(ACTOR_TYPES)
  actorType?: ActorType;

  @ApiPropertyOptional({ format: 'uuid', description: 'The id of a person or of an API key' })
  @IsOptional()
  @IsUUID('loose')
  actor?: string;

  @ApiPropertyOptional({ example: 'endpoint.updated' })
  @IsOptional()
  @Matches(/^[a-z_]{1,31}\.[a-z_.]{1,31}$/, { message: 'action must be one such as endpoint.updated' })
  @IsString()
  action?: string;

  @ApiPropertyOptional({ example: 'endpoint' })
  @IsOptional()
  @Matches(/^[a-z_]{1,32}$/, { message: 'subjectType must be one such as endpoint' })
  @IsString()
  subjectType?: string;

  @ApiPropertyOptional({ description: 'The id of what it was done to' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9._-]{1,64}$/, { message: 'subject must be an id' })
  @IsString()
  subject?: string;

  @PeriodFrom()
  from?: Date;

  @PeriodTo()
  to?: Date;
}

class AuditActorSchema {
  @ApiProperty({ enum: ACTOR_TYPES, description: '`NOBODY`: a caller that could not show who they are' })
  type!: ActorType;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) apiKeyId!: string | null;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Who had signed in, or for whom the key acts',
  })
  personId!: string | null;
}

class AuditSubjectSchema {
  @ApiProperty({ example: 'endpoint' }) type!: string;
  @ApiProperty({ type: String, nullable: true }) id!: string | null;
}

const FACTS = { type: 'object', nullable: true, additionalProperties: true } as const;

export class AuditEntrySchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty({ type: AuditActorSchema }) actor!: AuditActorSchema;
  @ApiProperty({ example: 'endpoint.updated' }) action!: string;
  @ApiProperty({ type: AuditSubjectSchema }) subject!: AuditSubjectSchema;
  @ApiProperty({ type: String, nullable: true, description: "The caller's address; null on the command line" })
  address!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'The header X-Request-Id of the answer' })
  requestId!: string | null;
  @ApiProperty({ ...FACTS, description: 'What changed, as it was before' }) before!: Record<string, unknown> | null;
  @ApiProperty({ ...FACTS, description: 'What changed, as it is since' }) after!: Record<string, unknown> | null;
}

export class AuditEntryPageSchema {
  @ApiProperty({ type: [AuditEntrySchema] }) data!: AuditEntrySchema[];
  @ApiProperty({ type: PageInfo }) pageInfo!: PageInfo;
}
