import { ApiProperty } from '@nestjs/swagger';
import { type Role, ROLES, type Scope, SCOPES } from '../../auth/scopes.js';
import { PageInfo } from '../../http/page.js';

const time = { type: String, format: 'date-time', nullable: true } as const;

export class ApiKeySchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ enum: ROLES, enumName: 'Role', nullable: true }) role!: Role | null;
  @ApiProperty({ enum: SCOPES, enumName: 'Scope', isArray: true }) scopes!: Scope[];
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The drop-in contract that these are credentials of; null: our own API',
  })
  contract!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The person for whom it acts' })
  personId!: string | null;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The API key or the person that made it; null: the command line',
  })
  createdBy!: string | null;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty(time) expiresAt!: string | null;
  @ApiProperty({ type: [String], nullable: true }) allowedNetworks!: string[] | null;
  @ApiProperty({ ...time, description: 'To the minute' }) lastUsedAt!: string | null;
  @ApiProperty(time) revokedAt!: string | null;
  @ApiProperty({ ...time, description: 'Until when the key before the last rotation still lets in' })
  previousKeyUntil!: string | null;
}

export class ApiKeyWithKeySchema extends ApiKeySchema {
  @ApiProperty({ description: 'The API key itself. It is shown only now.' }) key!: string;
}

export class ApiKeyPageSchema {
  @ApiProperty({ type: [ApiKeySchema] }) data!: ApiKeySchema[];
  @ApiProperty() pageInfo!: PageInfo;
}
