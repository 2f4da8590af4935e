import { ApiHideProperty, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, IsUUID, Length, Matches, MaxLength, ValidateIf } from 'class-validator';
import { type Role, ROLES } from '../auth/scopes.js';
import { IsEmailAddress } from '../http/is-email-address.js';
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from './passwords.js';

const NAME_LENGTH_MAX = 120;
const EMAIL_LENGTH_MAX = 254;
const CODE_LENGTH_MAX = 32;
/** No control characters, and something that is no space. */
const NAME = /^(?=.*\S)\P{Cc}+$/u;
const NAME_RULE = { message: 'name must have something in it, and no control characters' };

const LINK_LENGTH_MAX = 64;
const UnlessByLink = (): PropertyDecorator => ValidateIf(({ link }: SignInDto) => link === undefined || link === null);

export class SignInDto {
  @ApiProperty()
  @UnlessByLink()
  @MaxLength(EMAIL_LENGTH_MAX)
  @IsString()
  email!: string;

  @ApiProperty()
  @UnlessByLink()
  @MaxLength(PASSWORD_LENGTH_MAX)
  @IsString()
  password!: string;

  /** Instead of all others, in development: of the link that `npm start` prints. */
  @ApiHideProperty()
  @IsOptional()
  @Length(1, LINK_LENGTH_MAX)
  @IsString()
  link?: string | null;

  @ApiPropertyOptional({ description: 'Of the authenticator app, or a recovery code' })
  @IsOptional()
  @Length(1, CODE_LENGTH_MAX)
  @IsString()
  code?: string;
}

export class BeginSecondFactorDto {
  @ApiPropertyOptional({ description: 'Needed where the sign-in was more than five minutes ago' })
  @IsOptional()
  @MaxLength(PASSWORD_LENGTH_MAX)
  @IsString()
  password?: string;

  @ApiPropertyOptional({ description: 'Of the second factor that is to be replaced, or a recovery code' })
  @IsOptional()
  @Length(1, CODE_LENGTH_MAX)
  @IsString()
  code?: string;
}

export class ConfirmSecondFactorDto {
  @ApiProperty({ example: '123456' })
  @Length(1, CODE_LENGTH_MAX)
  @IsString()
  code!: string;
}

export class PickOrganizationDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  organizationId!: string;
}

export class InvitePersonDto {
  @ApiProperty()
  @MaxLength(EMAIL_LENGTH_MAX)
  @IsEmailAddress()
  email!: string;

  @ApiProperty({ maxLength: NAME_LENGTH_MAX })
  @Matches(NAME, NAME_RULE)
  @MaxLength(NAME_LENGTH_MAX)
  @IsString()
  name!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role' })
  @IsIn(ROLES)
  role!: Role;
}

/** Absent is as it was. */
export class UpdatePersonDto {
  @ApiPropertyOptional({ enum: ROLES, enumName: 'Role' })
  @IsOptional()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({
    description: 'A disabled person is in no list of organizations of theirs, and their keys let nobody in',
  })
  @IsOptional()
  @IsBoolean()
  disabled?: boolean;
}

export class AcceptInvitationDto {
  @ApiProperty({ maxLength: NAME_LENGTH_MAX })
  @Matches(NAME, NAME_RULE)
  @MaxLength(NAME_LENGTH_MAX)
  @IsString()
  name!: string;

  @ApiProperty({
    minLength: PASSWORD_LENGTH_MIN,
    maxLength: PASSWORD_LENGTH_MAX,
    description: 'Whoever has one already sends that',
  })
  @Length(PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX)
  @IsString()
  password!: string;
}
