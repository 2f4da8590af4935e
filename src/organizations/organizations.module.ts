import { Module } from '@nestjs/common';
import { BootstrapOrganization } from './bootstrap.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { Organizations } from './organizations.service.js';

@Module({ imports: [SecretsModule], providers: [Organizations, BootstrapOrganization], exports: [Organizations] })
export class OrganizationsModule {}
