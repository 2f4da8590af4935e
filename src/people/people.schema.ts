import { ApiProperty } from '@nestjs/swagger';
import { type Role, ROLES, type Scope, SCOPES } from '../auth/scopes.js';
import { PageInfo } from '../http/page.js';

export const PERSON_STATUSES = ['INVITED', 'ACTIVE', 'DISABLED'] as const;

export class PersonSchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() email!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ enum: ROLES, enumName: 'Role' }) role!: Role;
  @ApiProperty({ enum: PERSON_STATUSES }) status!: (typeof PERSON_STATUSES)[number];
  @ApiProperty() disabled!: boolean;
  @ApiProperty({ description: 'Whether signing in needs a code' }) secondFactor!: boolean;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) invitationEndsAt!: string | null;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
}

export class InvitedPersonSchema extends PersonSchema {
  @ApiProperty({ description: 'Where the invitation is accepted, once; shown only now' }) invitationUrl!: string;
}

export class PersonPageSchema {
  @ApiProperty({ type: [PersonSchema] }) data!: PersonSchema[];
  @ApiProperty() pageInfo!: PageInfo;
}

class SessionPersonSchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() email!: string;
  @ApiProperty() name!: string;
  @ApiProperty() secondFactor!: boolean;
}

class SessionOrganizationSchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ enum: ROLES, enumName: 'Role' }) role!: Role;
}

export class SessionSchema {
  @ApiProperty() person!: SessionPersonSchema;
  @ApiProperty({ type: SessionOrganizationSchema, nullable: true, description: 'The one that is picked' })
  organization!: SessionOrganizationSchema | null;
  @ApiProperty({ enum: SCOPES, enumName: 'Scope', isArray: true, description: 'What the person may do in it' })
  scopes!: readonly Scope[];
  @ApiProperty({ type: [SessionOrganizationSchema], description: 'Those that can be picked' })
  organizations!: SessionOrganizationSchema[];
  @ApiProperty({ description: 'Nothing but setting up a second factor is allowed before that is done' })
  secondFactorRequired!: boolean;
  @ApiProperty({ format: 'date-time', description: 'When it ends in any case' }) endsAt!: string;
}

export class SecondFactorSchema {
  @ApiProperty({ description: 'For the authenticator app, mostly as a QR code' }) otpauthUrl!: string;
}

export class RecoveryCodesSchema {
  @ApiProperty({ type: [String], description: 'Each lets in once, instead of a code; shown only now' })
  recoveryCodes!: string[];
}
