import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ServiceSettings } from '../../config/service.settings.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { BacklogReader } from './backlog.js';

const EVERY_MS = 60_000;
/** Work that waits this long after its due time stands still. */
const OLDEST_MAX_SECONDS = 300;

/** Says in the log, each minute, which work stands still. It is no reason to serve nothing: readiness knows nothing of it. */
@Injectable()
export class BacklogAlarm {
  private readonly logger = new Logger('Backlog');

  constructor(
    private readonly backlog: BacklogReader,
    private readonly registry: ProviderRegistry,
    private readonly settings: ServiceSettings,
  ) {}

  @Interval('backlog alarm', EVERY_MS)
  async check(): Promise<void> {
    if (!this.settings.doesDueWork) return;
    const backlog = await this.backlog.read().catch(() => undefined);
    for (const { work, provider, late, oldestSeconds } of backlog?.due ?? []) {
      if (oldestSeconds <= OLDEST_MAX_SECONDS) continue;
      const enabled = provider === null ? undefined : this.registry.get(provider) !== undefined;
      this.logger.warn(
        { work, provider, enabled, late, oldestSeconds: Math.round(oldestSeconds) },
        'work stands still',
      );
    }
  }
}
