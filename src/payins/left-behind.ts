import { Inject, Injectable, Logger } from '@nestjs/common';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { PayinStore } from './payin.store.js';

/** Payins of a provider that is not enabled any more wait for it: nobody can be asked. That must not go unnoticed. */
@Injectable()
export class LeftBehind {
  private readonly logger = new Logger(LeftBehind.name);

  constructor(
    @Inject(PayinStore) private readonly store: PayinStore,
    @Inject(ProviderRegistry) private readonly registry: ProviderRegistry,
  ) {}

  /** Warns of them, once the log is open. */
  async tell(): Promise<void> {
    const waitedFor = await this.store.providersWaitedFor();
    const providers = waitedFor.filter((name) => !this.registry.get(name));
    if (providers.length > 0)
      this.logger.warn({ providers }, 'payins wait for providers that are not enabled: enable them in PROVIDERS');
  }
}
