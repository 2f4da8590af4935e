import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { IsEmailAddress } from '../http/is-email-address.js';
import { IsHttpUrl } from '../http/is-http-url.js';
import { type Language, LANGUAGES } from './checkout-settings.entity.js';

const FRAME_ORIGINS_MAX = 10;
const COLOR = /^#[0-9a-f]{6}$/i;
const COLOR_RULE = { message: 'color must be a colour such as #1d5fa7' };

export class ColorQuery {
  @ApiProperty({ pattern: '^#[0-9a-fA-F]{6}$', example: '#1d5fa7' })
  @Matches(COLOR, COLOR_RULE)
  @IsString()
  color!: string;
}

/** Absent is as it was; null is as by default. */
export class UpdateCheckoutSettingsDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: 60,
    example: 'Tienda Ñandú',
    description: 'What payers are shown as your name; without it, the name of the organization',
  })
  @IsOptional()
  @IsShownText(60)
  displayName?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    pattern: '^#[0-9a-fA-F]{6}$',
    example: '#1d5fa7',
    description: 'Of buttons and the head of the pages. The answer says in `colorContrast` what becomes of it',
  })
  @IsOptional()
  @Matches(COLOR, COLOR_RULE)
  @IsString()
  color?: string | null;

  @ApiPropertyOptional({ type: String, format: 'email', nullable: true, maxLength: 254 })
  @IsOptional()
  @MaxLength(254)
  @IsEmailAddress()
  supportEmail?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: '+576015550123', description: 'In E.164 form' })
  @IsOptional()
  @Matches(/^\+[1-9]\d{6,14}$/, { message: 'supportPhone must be in E.164 form, e.g. +576015550123' })
  @IsString()
  supportPhone?: string | null;

  @ApiPropertyOptional({ type: String, format: 'uri', nullable: true, example: 'https://example.com/ayuda' })
  @IsOptional()
  @Matches(/^https:\/\//, { message: 'supportUrl must begin with https://' })
  @IsHttpUrl()
  supportUrl?: string | null;

  @ApiPropertyOptional({
    enum: LANGUAGES,
    enumName: 'CheckoutLanguage',
    nullable: true,
    description: 'In which the pages begin; payers may change it',
  })
  @IsOptional()
  @IsIn(LANGUAGES)
  language?: Language | null;

  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    maxItems: FRAME_ORIGINS_MAX,
    example: ['https://shop.example.com'],
    description:
      'The sites that may show the pages inside of theirs (`<iframe>`); without one, nobody may. Each is an exact origin, of HTTPS',
  })
  @IsOptional()
  @MaxLength(262, { each: true })
  @IsString({ each: true })
  @ArrayUnique()
  @ArrayMaxSize(FRAME_ORIGINS_MAX)
  @IsArray()
  frameOrigins?: string[] | null;
}

/** One line, of characters that can be seen: those that turn the direction of what follows would let a name pretend to be another. */
function IsShownText(lengthMax: number): PropertyDecorator {
  return applyDecorators(
    Matches(/\S/, { message: '$property must not be blank' }),
    Matches(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, { message: '$property must be one line without invisible characters' }),
    MaxLength(lengthMax),
    IsString(),
  );
}
