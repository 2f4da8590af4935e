import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { ManageApiKeys } from './api-keys/manage-api-keys.service.js';
import { BootstrapOrganization } from './bootstrap.js';
import { Organizations } from './organizations.service.js';

@Module({
  imports: [AuthModule, SecretsModule],
  controllers: [ApiKeysController],
  providers: [Organizations, ManageApiKeys, BootstrapOrganization],
  exports: [Organizations, ManageApiKeys],
})
export class OrganizationsModule {}
