import { Injectable, Logger } from '@nestjs/common';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import { PayinStore } from '../store/payin.store.js';

/** Payins of a provider that is no longer enabled wait for it, because nobody can be asked. That must not go unnoticed. */
@Injectable()
export class PayinsOfDisabledProviders {
  private readonly logger = new Logger(PayinsOfDisabledProviders.name);

  constructor(
    private readonly store: PayinStore,
    private readonly registry: ProviderRegistry,
  ) {}

  /** Warns of them, once the log is open. */
  async report(): Promise<void> {
    const providers = (await this.store.providersWithChecks()).filter((name) => !this.registry.get(name));
    if (providers.length > 0)
      this.logger.warn({ providers }, 'payins wait for providers that are not enabled: enable them in PROVIDERS');
  }
}
