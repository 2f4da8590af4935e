import { AMOUNT_UNITS, type AmountUnit, REPORTED_STATUSES, type ReportedStatus } from '@recaudo/payment-provider';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { plainToInstance, Type } from 'class-transformer';
import { IsIn, IsOptional, IsString, Length, Matches, registerDecorator, ValidateNested } from 'class-validator';
import { parseStrictJson } from '../../http/strict-json.js';

const WORDS_MAX = 100;
const WORD_LENGTH_MAX = 255;
const DELIMITERS = [',', ';', '\t', '|'] as const;
const DECIMAL_SEPARATORS = ['.', ','] as const;

/** Headers of columns. */
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
  @ApiPropertyOptional({ enum: DELIMITERS })
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
  @Matches(/^[+-]\d\d:\d\d$/, { message: 'utcOffset must be as -05:00' })
  utcOffset?: string;

  @ApiPropertyOptional({ type: StatementColumnsOverride })
  @IsOptional()
  @Type(() => StatementColumnsOverride)
  @ValidateNested()
  columns?: StatementColumnsOverride;

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string', enum: [...REPORTED_STATUSES] } })
  @IsOptional()
  @IsStatusWords()
  statuses?: Record<string, ReportedStatus>;
}

/** The JSON of a query parameter as an override, or as it came where it is none. */
export function toMappingOverride(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    const said = parseStrictJson(Buffer.from(value));
    return typeof said === 'object' && said !== null && !Array.isArray(said)
      ? plainToInstance(StatementMappingOverride, said)
      : value;
  } catch {
    return value;
  }
}

function IsStatusWords(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isStatusWords',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: areStatusWords,
        defaultMessage: () =>
          `statuses must say for each word of the file one of ${REPORTED_STATUSES.join(', ')}; ${WORDS_MAX} words at most`,
      },
    });
}

function areStatusWords(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const words = Object.entries(value);
  return (
    words.length <= WORDS_MAX &&
    words.every(
      ([word, status]) => word.length <= WORD_LENGTH_MAX && (REPORTED_STATUSES as readonly unknown[]).includes(status),
    )
  );
}
