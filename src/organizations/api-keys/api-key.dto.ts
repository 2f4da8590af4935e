import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
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
  Min,
} from 'class-validator';
import { IsNetwork } from '../../../config/networks.js';
import { type Role, ROLES, type Scope, SCOPES } from '../../auth/scopes.js';
import { PeriodTo } from '../../http/period.js';

const NETWORKS_MAX = 20;
const OVERLAP_HOURS_MAX = 168;

export class CreateApiKeyDto {
  @ApiProperty({ minLength: 1, maxLength: 120, example: 'shop, production', description: 'What it is for' })
  @Matches(/^(?=.*\S)[^\p{Cc}]{1,120}$/u, { message: 'name must have 1 to 120 characters' })
  @IsString()
  name!: string;

  @ApiPropertyOptional({ enum: ROLES, enumName: 'Role', description: 'Either a role or scopes' })
  @IsOptional()
  @IsIn(ROLES)
  role?: Role | null;

  @ApiPropertyOptional({ enum: SCOPES, enumName: 'Scope', isArray: true, nullable: true })
  @IsOptional()
  @ArrayUnique()
  @IsIn(SCOPES, { each: true })
  @ArrayMinSize(1)
  @IsArray()
  scopes?: Scope[] | null;

  @PeriodTo({ description: 'When it ends; without it, never' })
  expiresAt?: Date | null;

  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    example: ['203.0.113.0/24'],
    description: 'From where it may be used; without it, from anywhere',
  })
  @IsOptional()
  @IsNetwork({ each: true })
  @ArrayUnique()
  @ArrayMaxSize(NETWORKS_MAX)
  @ArrayMinSize(1)
  @IsArray()
  allowedNetworks?: string[] | null;
}

export class RotateApiKeyDto {
  @ApiPropertyOptional({
    minimum: 0,
    maximum: OVERLAP_HOURS_MAX,
    default: 24,
    description: 'For how long the old one still lets in; 0 ends it at once',
  })
  @IsOptional()
  @Max(OVERLAP_HOURS_MAX)
  @Min(0)
  @IsInt()
  overlapHours: number = 24;
}
