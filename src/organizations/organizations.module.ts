import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { ContractSecrets } from './api-keys/contract-secrets.js';
import { ManageApiKeys } from './api-keys/manage-api-keys.service.js';
import { BootstrapOrganization } from './bootstrap.js';
import { Organizations } from './organizations.service.js';

@Module({
  imports: [AuthModule, SecretsModule],
  controllers: [ApiKeysController],
  providers: [Organizations, ContractSecrets, ManageApiKeys, BootstrapOrganization],
  exports: [Organizations, ContractSecrets, ManageApiKeys],
})
export class OrganizationsModule {}
