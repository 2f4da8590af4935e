import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ServiceSettings } from '../../config/service.settings.js';
import { Organizations } from './organizations.service.js';

/** Makes the organization of BOOTSTRAP_API_KEY before the first request is let in. */
@Injectable()
export class BootstrapOrganization implements OnModuleInit {
  constructor(
    private readonly organizations: Organizations,
    private readonly settings: ServiceSettings,
  ) {}

  async onModuleInit(): Promise<void> {
    const { BOOTSTRAP_API_KEY, BOOTSTRAP_NOTIFICATION_SECRET } = this.settings;
    if (BOOTSTRAP_API_KEY) await this.organizations.bootstrap(BOOTSTRAP_API_KEY, BOOTSTRAP_NOTIFICATION_SECRET);
  }
}
