import { Module } from '@nestjs/common';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { PayinsModule } from '../payins/payins.module.js';
import { PseBanksModule } from '../pse-banks/pse-banks.module.js';
import { DropInController } from './drop-in.controller.js';
import { PayinsForContracts } from './served-payins.service.js';

@Module({
  imports: [OrganizationsModule, PayinsModule, PseBanksModule],
  controllers: [DropInController],
  providers: [PayinsForContracts],
})
export class DropInModule {}
