import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { supports } from '@recaudo/payment-provider';
import { ServiceSettings } from '../../../config/service.settings.js';
import { describeError } from '../../logging/describe-error.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import { StatementStore } from '../store/statement.store.js';
import { StatementWorker } from '../statement.worker.js';

const EVERY_MS = 60_000;

/**
 * Once a day, from an hour on, creates a statement of each provider's list of the last days. The day is part of the statement's fingerprint,
 * so any number of replicas create one. A service that was down at the hour creates it when it is up again.
 */
@Injectable()
export class PlanLists implements OnApplicationBootstrap {
  private readonly logger = new Logger(PlanLists.name);

  constructor(
    private readonly scheduler: SchedulerRegistry,
    private readonly settings: ServiceSettings,
    private readonly registry: ProviderRegistry,
    private readonly store: StatementStore,
    private readonly worker: StatementWorker,
  ) {}

  onApplicationBootstrap(): void {
    const { RECONCILIATION_HOUR: hour } = this.settings;
    if (!this.settings.doesDueWork || hour === 'off') return;
    const plan = () => void this.plan(hour);
    // The scheduler of due work removes it with its own intervals when the process ends.
    this.scheduler.addInterval('statements to fetch', setInterval(plan, EVERY_MS));
    plan();
  }

  private async plan(hour: number): Promise<void> {
    try {
      for (const provider of this.listing()) {
        const days = this.settings.RECONCILIATION_DAYS;
        for (const planned of await this.store.listsToPlan(provider, hour, days)) {
          const list = { source: 'PROVIDER_LIST', covers: 'ORDERS' } as const;
          await this.store.create({ ...list, ...planned, provider }, false);
        }
      }
      this.worker.wake();
    } catch (error) {
      this.logger.error({ error: describeError(error) }, 'could not plan the lists to fetch');
    }
  }

  private listing(): string[] {
    return this.registry.names.filter((name) => {
      const provider = this.registry.get(name);
      return provider !== undefined && supports(provider, 'orderList');
    });
  }
}
