import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  BREB_KEY_TYPES,
  CURRENCIES,
  type Currency,
  PERSON_TYPES,
  type Rail,
  RAILS,
  unitInCents,
} from '@recaudo/payment-provider';
import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsDefined,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsEmailAddress } from '../../http/is-email-address.js';
import { IsFlatTextMap } from '../../http/is-flat-text-map.js';
import { IsHttpUrl } from '../../http/is-http-url.js';
import { CHOSEN_RAILS } from '../use-cases/payin-order.js';
import { ID_TYPE_SPELLINGS } from './id-types.js';
import { IsWholeUnits } from './is-whole-units.js';

/** A thousand billion pesos: far above any payment, far below what a JSON number can hold exactly. */
export const AMOUNT_MAX_IN_CENTS = 100_000_000_000_000;
export const AMOUNT_IN_CENTS = {
  type: 'integer',
  format: 'int64',
  minimum: 1,
  maximum: AMOUNT_MAX_IN_CENTS,
} as const;
export const WHOLE_UNITS_IN_CENTS = {
  ...AMOUNT_IN_CENTS,
  multipleOf: Math.min(...CURRENCIES.map((currency) => Number(unitInCents(currency)))),
} as const;

// The last decorator of a field is checked first, and only the first failure is reported: the type comes before the bounds.

export class InlineCustomerDto {
  @ApiPropertyOptional({ example: 'John Doe' })
  @IsOptional()
  @Matches(/\S/, { message: 'name must not be blank' })
  @Length(1, 255)
  @IsString()
  name?: string;

  @ApiPropertyOptional({ enum: [...ID_TYPE_SPELLINGS], example: 'CC' })
  @IsOptional()
  @IsIn(ID_TYPE_SPELLINGS)
  idType?: string;

  @ApiPropertyOptional({
    example: '1234567890',
    description:
      'Dots, blanks and hyphens are ignored, but the hyphen before the check digit of a NIT marks it: 860.002.964-4. Forms by provider: GET /rails',
  })
  @IsOptional()
  @IsString()
  @Matches(/^(?:[.\s\p{Pd}\u2212]*[A-Za-z0-9]){1,50}[.\s\p{Pd}\u2212]*$/u, {
    message: 'idNumber must have 1 to 50 letters or digits; dots, blanks and hyphens between them are ignored',
  })
  @MaxLength(80)
  idNumber?: string;

  @ApiPropertyOptional({ example: '+573121234567', description: 'E.164' })
  @IsOptional()
  @IsString()
  @Matches(/^\+[1-9]\d{6,14}$/, { message: 'phone must be in E.164 form, e.g. +573121234567' })
  phone?: string;

  @ApiPropertyOptional({ example: 'johndoe@example.com' })
  @IsOptional()
  @MaxLength(254)
  @IsEmailAddress()
  email?: string;
}

export class PseDto {
  @ApiProperty({ example: '1007', description: 'ACH code of the bank' })
  @IsString()
  @Matches(/^\d{1,8}$/, { message: 'bank must be the ACH code of a bank, e.g. 1007' })
  bank!: string;

  @ApiProperty({ enum: PERSON_TYPES })
  @IsIn(PERSON_TYPES)
  personType!: (typeof PERSON_TYPES)[number];
}

export class BrebDto {
  @ApiProperty({ enum: BREB_KEY_TYPES })
  @IsIn(BREB_KEY_TYPES)
  keyType!: (typeof BREB_KEY_TYPES)[number];
}

export class CheckoutDto {
  @ApiPropertyOptional({
    enum: CHOSEN_RAILS,
    isArray: true,
    description:
      'The rails among which the payer may choose, in the order in which they are shown; without it all that are open',
  })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(CHOSEN_RAILS, { each: true })
  rails?: Rail[];
}

export class CreatePayinDto {
  @ApiProperty({
    ...WHOLE_UNITS_IN_CENTS,
    example: 5_000_000,
    description: `Cents; ${CURRENCIES.map((currency) => `in ${currency} a multiple of ${unitInCents(currency)}`).join(', ')}`,
  })
  @IsDefined()
  @IsWholeUnits()
  @Max(AMOUNT_MAX_IN_CENTS)
  @Min(1)
  @IsInt()
  amountInCents!: number;

  @ApiProperty({ enum: CURRENCIES })
  @IsIn(CURRENCIES, { message: `currency must be ${CURRENCIES.join(' or ')}` })
  currency!: Currency;

  @ApiProperty({ enum: RAILS, example: 'BRE_B' })
  @IsIn(RAILS)
  rail!: Rail;

  @ApiProperty({
    example: 'INV-2024-001',
    description: 'Yours, unique in your organization: it is the idempotency key, for ever',
  })
  @IsString()
  @Matches(/^[A-Za-z0-9._-]{1,64}$/, { message: 'reference must be 1 to 64 characters of A-Z a-z 0-9 . _ -' })
  reference!: string;

  @ApiPropertyOptional({ type: InlineCustomerDto })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => InlineCustomerDto)
  inlineCustomer?: InlineCustomerDto;

  @ApiPropertyOptional({ type: PseDto, description: 'Without it the payer chooses the bank on a hosted page' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PseDto)
  pse?: PseDto;

  @ApiPropertyOptional({
    type: CheckoutDto,
    description:
      'With the rail ANY: the payer chooses the rail at `checkoutUrl`, and enters there what its provider needs',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => CheckoutDto)
  checkout?: CheckoutDto;

  @ApiPropertyOptional({ type: BrebDto })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => BrebDto)
  breb?: BrebDto;

  @ApiPropertyOptional({ maxLength: 255 })
  @IsOptional()
  @MaxLength(255)
  @IsString()
  description?: string;

  @ApiPropertyOptional({ description: 'Bounds and default: GET /rails' })
  @IsOptional()
  @Min(1)
  @IsInt()
  expiresInMinutes?: number;

  @ApiPropertyOptional({
    example: 'https://example.com/callback',
    description: 'Signed notifications of this payin go here. In production HTTPS, to a server on the public internet',
  })
  @IsOptional()
  @IsHttpUrl()
  callbackUrl?: string;

  @ApiPropertyOptional({ description: 'Where the payer goes afterwards' })
  @IsOptional()
  @IsHttpUrl()
  redirectUrl?: string;

  @ApiPropertyOptional({ description: 'Pins one provider; otherwise routing decides' })
  @IsOptional()
  @IsString()
  @Matches(/^[a-z0-9_-]{1,32}$/, { message: 'provider must be the name of a provider' })
  provider?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Up to 20 texts of your own',
  })
  @IsOptional()
  @IsFlatTextMap({ keysMax: 20, keyLengthMax: 64, valueLengthMax: 500 })
  metadata?: Record<string, string>;
}
