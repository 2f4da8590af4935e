import { Inject, Injectable, Logger } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';

/** Payins of a provider that is not enabled any more wait for it: nobody can be asked. That must not go unnoticed. */
@Injectable()
export class PayinsOfDisabledProviders {
  private readonly logger = new Logger(PayinsOfDisabledProviders.name);

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProviderRegistry) private readonly registry: ProviderRegistry,
  ) {}

  /** Warns of them, once the log is open. */
  async report(): Promise<void> {
    const providers = (await this.waitedFor()).filter((name) => !this.registry.get(name));
    if (providers.length > 0)
      this.logger.warn({ providers }, 'payins wait for providers that are not enabled: enable them in PROVIDERS');
  }

  /** The providers of payins that are to be looked at, by jumps through the index: however many payins there are. */
  private async waitedFor(): Promise<string[]> {
    const rows = await this.database.query<{ provider: string }>(
      {
        name: 'providers waited for',
        text: `
          with recursive waiting as (
            (select provider from payins where due_at is not null order by provider limit 1)
            union all
            select (select p.provider from payins p where p.due_at is not null and p.provider > w.provider order by p.provider limit 1)
            from waiting w where w.provider is not null
          )
          select provider from waiting where provider is not null`,
      },
      [],
    );
    return rows.map(({ provider }) => provider);
  }
}
