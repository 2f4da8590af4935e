import { Module } from '@nestjs/common';
import { BootstrapOrganization } from './bootstrap.js';
import { Organizations } from './organizations.service.js';

@Module({ providers: [Organizations, BootstrapOrganization], exports: [Organizations] })
export class OrganizationsModule {}
