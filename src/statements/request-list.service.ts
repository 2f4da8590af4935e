import { Inject, Injectable } from '@nestjs/common';
import { supports } from '@recaudo/payment-provider';
import type { Principal } from '../auth/api-keys.js';
import { Problem } from '../http/problem.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { StatementPeriods } from './statement-periods.js';
import type { FetchStatementDto } from './statement.dto.js';
import { StatementStore } from './statement.store.js';
import { StatementWorker } from './statement.worker.js';

/** A person asks for a comparison with what a provider itself lists; a worker fetches it. */
@Injectable()
export class RequestList {
  constructor(
    @Inject(StatementStore) private readonly store: StatementStore,
    @Inject(StatementPeriods) private readonly periods: StatementPeriods,
    @Inject(ProviderRegistry) private readonly registry: ProviderRegistry,
    @Inject(StatementWorker) private readonly worker: StatementWorker,
  ) {}

  /** @returns the statement's id @throws Problem */
  async execute({ organizationId }: Principal, asked: FetchStatementDto): Promise<string> {
    const period = await this.periods.check(organizationId, asked);
    const provider = this.registry.get(asked.provider);
    if (!provider || !supports(provider, 'orderList'))
      throw new Problem('LIST_NOT_AVAILABLE', 'Upload its statement with POST /statements.');
    const { name } = provider;
    const list = { source: 'PROVIDER_LIST', covers: 'ORDERS', fingerprint: null } as const;
    const id = await this.store.create({ ...list, ...period, organizationId, provider: name }, false);
    this.worker.wake();
    // Without a fingerprint there is none to be taken.
    return id!;
  }
}
