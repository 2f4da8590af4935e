import { AMOUNT_UNITS, type AmountUnit, REPORTED_STATUSES, type ReportedStatus } from '@recaudo/payment-provider';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { plainToInstance, Type } from 'class-transformer';
import {
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  registerDecorator,
  ValidateNested,
} from 'class-validator';
import { parseStrictJson } from '../../http/strict-json.js';

const STATUSES_MAX = 100;
const STATUS_LENGTH_MAX = 255;
const DELIMITERS = [',', ';', '\t', '|'] as const;
/** OpenAPI Generator names the values of an enum by it: of their signs it makes the same name twice. */
const DELIMITER_NAMES = { 'x-enum-varnames': ['COMMA', 'SEMICOLON', 'TAB', 'PIPE'] } as const;
const DECIMAL_SEPARATORS = ['.', ','] as const;

/** The headers of the columns. */
class StatementColumnsOverride {
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, 100) reference?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, 100) externalId?: string;
  @ApiProperty() @IsString() @Length(1, 100) amount!: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, 100) currency?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, 100) status?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, 100) paidAt?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, 100) fee?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, 100) reversedAt?: string;
}

/** Any part of a `StatementMapping`. */
export class StatementMappingOverride {
  @ApiPropertyOptional({ enum: DELIMITERS, ...DELIMITER_NAMES })
  @IsOptional()
  @IsIn(DELIMITERS)
  delimiter?: (typeof DELIMITERS)[number];

  @ApiPropertyOptional({ enum: DECIMAL_SEPARATORS })
  @IsOptional()
  @IsIn(DECIMAL_SEPARATORS)
  decimalSeparator?: (typeof DECIMAL_SEPARATORS)[number];

  @ApiPropertyOptional({ enum: AMOUNT_UNITS })
  @IsOptional()
  @IsIn(AMOUNT_UNITS)
  amountUnit?: AmountUnit;

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(/^[A-Z]{3}$/, { message: 'currency must be three capital letters' })
  currency?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(/^[+-](?:0\d|1[0-5]):[0-5]\d$/, { message: 'utcOffset must be as -05:00' })
  utcOffset?: string;

  @ApiPropertyOptional({ type: StatementColumnsOverride })
  @IsOptional()
  @Type(() => StatementColumnsOverride)
  @ValidateNested()
  @IsObject()
  columns?: StatementColumnsOverride;

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string', enum: [...REPORTED_STATUSES] } })
  @IsOptional()
  @IsStatusMapping()
  statuses?: Record<string, ReportedStatus>;
}

/** The JSON of a query parameter as an override, or the unchanged value where it is none. */
export function toMappingOverride(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    const mapping = parseStrictJson(Buffer.from(value));
    return typeof mapping === 'object' && mapping !== null && !Array.isArray(mapping)
      ? plainToInstance(StatementMappingOverride, mapping)
      : value;
  } catch {
    return value;
  }
}

function IsStatusMapping(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isStatusMapping',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: isStatusMapping,
        defaultMessage: () =>
          `statuses must map each status of the file to one of ${REPORTED_STATUSES.join(', ')}; at most ${STATUSES_MAX}`,
      },
    });
}

function isStatusMapping(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const statuses = Object.entries(value);
  return (
    statuses.length <= STATUSES_MAX &&
    statuses.every(
      ([name, status]) =>
        name.length <= STATUS_LENGTH_MAX && (REPORTED_STATUSES as readonly unknown[]).includes(status),
    )
  );
}
