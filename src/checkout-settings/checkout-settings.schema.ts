import { ApiProperty } from '@nestjs/swagger';
import { type Language, LANGUAGES } from './checkout-settings.entity.js';
import type { TextColor } from './color.js';

export class ColorContrastSchema {
  @ApiProperty({ description: 'The colour that is used: yours, or the one by default' }) color!: string;
  @ApiProperty({ enum: ['#000000', '#ffffff'], description: 'Of text on the colour: the better readable of the two' })
  textOnColor!: TextColor;
  @ApiProperty({ format: 'float', example: 6.4, description: 'Of that text on the colour, of 21' })
  textContrast!: number;
  @ApiProperty({
    description:
      'Of the edge of buttons on the white page: the colour itself, or a darker one of its kind that text could have, too',
  })
  linkColor!: string;
  @ApiProperty({ format: 'float', example: 6.4, description: 'Of the colour itself on the white page. Text needs 4.5' })
  pageContrast!: number;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Where the colour cannot be used for everything: what is used instead',
  })
  warning!: string | null;
}

class CheckoutLogoSchema {
  @ApiProperty({ format: 'uri', description: 'Of the present picture; another one has another address' }) url!: string;
  @ApiProperty({ example: 512 }) width!: number;
  @ApiProperty({ example: 128 }) height!: number;
}

export class CheckoutSettingsSchema {
  @ApiProperty({ type: String, nullable: true, description: 'null: the name of the organization' })
  displayName!: string | null;
  @ApiProperty({ description: 'What payers are shown: `displayName`, or the name of the organization' }) name!: string;
  @ApiProperty({ type: String, nullable: true }) color!: string | null;
  @ApiProperty({ type: ColorContrastSchema }) colorContrast!: ColorContrastSchema;
  @ApiProperty({ type: CheckoutLogoSchema, nullable: true }) logo!: CheckoutLogoSchema | null;
  @ApiProperty({ type: String, nullable: true }) supportEmail!: string | null;
  @ApiProperty({ type: String, nullable: true }) supportPhone!: string | null;
  @ApiProperty({ type: String, nullable: true }) supportUrl!: string | null;
  @ApiProperty({ enum: LANGUAGES, enumName: 'CheckoutLanguage' }) language!: Language;
  @ApiProperty({ type: [String] }) frameOrigins!: string[];
}
