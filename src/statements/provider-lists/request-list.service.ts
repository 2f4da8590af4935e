import { Injectable } from '@nestjs/common';
import { supports } from '@recaudo/payment-provider';
import type { Principal } from '../../auth/principal.js';
import { Problem } from '../../http/problem.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import { CheckNewStatement, type WantedStatement } from '../check-new-statement.service.js';
import { StatementStore } from '../store/statement.store.js';
import { StatementWorker } from '../statement.worker.js';

/** A merchant requests a comparison with a provider's own list; a worker fetches the list. */
@Injectable()
export class RequestList {
  constructor(
    private readonly store: StatementStore,
    private readonly checkNewStatement: CheckNewStatement,
    private readonly registry: ProviderRegistry,
    private readonly worker: StatementWorker,
  ) {}

  /** @returns the statement's id @throws Problem */
  async execute({ organizationId }: Principal, wanted: WantedStatement): Promise<string> {
    const period = await this.checkNewStatement.execute(organizationId, wanted);
    const provider = this.registry.get(wanted.provider);
    if (!provider || !supports(provider, 'orderList'))
      throw new Problem('LIST_NOT_AVAILABLE', 'Upload its statement with POST /statements.');
    const { name } = provider;
    const list = { source: 'PROVIDER_LIST', covers: 'ORDERS', fingerprint: null } as const;
    const id = await this.store.create({ ...list, ...period, organizationId, provider: name }, false);
    this.worker.wake();
    // Without a fingerprint it is always created.
    return id!;
  }
}
