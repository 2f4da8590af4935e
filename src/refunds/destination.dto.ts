import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { canonicalNit } from '@recaudo/payment-provider';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { type FieldProblem, validationFailed } from '../http/problem.js';
import { ID_TYPE_SPELLINGS, toIdType } from '../payins/api/id-types.js';
import { onlyPrinted } from '../payins/store/payin-request.js';
import { ACCOUNT_TYPES, type AccountType, type Destination, DESTINATION_TYPES } from './destination.js';

/** Other accepted spellings of types of account. */
const ALIASES: Readonly<Record<string, AccountType>> = {
  AHORROS: 'SAVINGS',
  CORRIENTE: 'CHECKING',
};

// The last rule of a field is checked first, and only the first failure is reported: the type comes before the bounds.

export class DestinationDto {
  @ApiProperty({ enum: DESTINATION_TYPES })
  @IsIn(DESTINATION_TYPES)
  type!: (typeof DESTINATION_TYPES)[number];

  @ApiPropertyOptional({
    example: '@payer123',
    description: 'Of `BRE_B_KEY`: an alias, phone, e-mail, document or code',
  })
  @IsOptional()
  @Matches(/^[@+A-Za-z0-9][A-Za-z0-9@+._-]{2,91}$/, {
    message: 'key must be a Bre-B key: 3 to 92 characters of A-Z a-z 0-9 @ + . _ -',
  })
  @IsString()
  key?: string;

  @ApiPropertyOptional({ example: '1007', description: 'Of `BANK_ACCOUNT`: the ACH code of the bank' })
  @IsOptional()
  @Matches(/^\d{1,8}$/, { message: 'bank must be the ACH code of a bank, e.g. 1007' })
  @IsString()
  bank?: string;

  @ApiPropertyOptional({
    enum: ACCOUNT_TYPES,
    description: 'Of `BANK_ACCOUNT`. `AHORROS` and `CORRIENTE` are accepted',
  })
  @IsOptional()
  @IsIn(ACCOUNT_TYPES)
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && Object.hasOwn(ALIASES, value) ? ALIASES[value] : value,
  )
  accountType?: AccountType;

  @ApiPropertyOptional({ example: '12345678901', description: 'Of `BANK_ACCOUNT`' })
  @IsOptional()
  @Matches(/^(?:[ -]*\d){4,20}$/, { message: 'accountNumber must have 4 to 20 digits' })
  @MaxLength(40)
  @IsString()
  accountNumber?: string;

  @ApiPropertyOptional({ example: 'Ana Gómez', description: 'Of `BANK_ACCOUNT`' })
  @IsOptional()
  @Matches(/\S/, { message: 'holderName must not be blank' })
  @Length(1, 120)
  @IsString()
  holderName?: string;

  @ApiPropertyOptional({ enum: [...ID_TYPE_SPELLINGS], description: 'Of `BANK_ACCOUNT`' })
  @IsOptional()
  @IsIn(ID_TYPE_SPELLINGS)
  idType?: string;

  @ApiPropertyOptional({ example: '1234567890', description: 'Of `BANK_ACCOUNT`' })
  @IsOptional()
  @Matches(/^(?:[.\s\p{Pd}\u2212]*[A-Za-z0-9]){1,50}[.\s\p{Pd}\u2212]*$/u, {
    message: 'idNumber must have 1 to 50 letters or digits; dots, blanks and hyphens between them are ignored',
  })
  @MaxLength(80)
  @IsString()
  idNumber?: string;
}

const ACCOUNT_FIELDS = ['bank', 'accountType', 'accountNumber', 'holderName', 'idType', 'idNumber'] as const;
const FIELDS = { BRE_B_KEY: ['key'], BANK_ACCOUNT: ACCOUNT_FIELDS } as const;

/** @throws Problem VALIDATION_FAILED: each type has its own fields, all of them and no others */
export function destinationOf({ type, ...fields }: DestinationDto): Destination {
  const wanted: readonly string[] = FIELDS[type];
  const wrong = (['key', ...ACCOUNT_FIELDS] as const).flatMap((name): FieldProblem[] => {
    const isGiven = (fields[name] ?? null) !== null;
    if (isGiven === wanted.includes(name)) return [];
    return [{ field: `to.${name}`, message: isGiven ? `does not belong to ${type}` : `is needed by ${type}` }];
  });
  if (wrong.length > 0) throw validationFailed(...wrong);
  if (type === 'BRE_B_KEY') return { type, key: fields.key! };
  const idType = toIdType(fields.idType!);
  return {
    type,
    bank: fields.bank!,
    accountType: fields.accountType!,
    accountNumber: fields.accountNumber!.replaceAll(/[ -]/g, ''),
    holderName: fields.holderName!.normalize('NFC').trim().replaceAll(/\s+/gu, ' '),
    idType,
    idNumber: idType === 'NIT' ? canonicalNit(fields.idNumber!) : onlyPrinted(fields.idNumber!),
  };
}
