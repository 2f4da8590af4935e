import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { describeError } from '../../logging/describe-error.js';
import type { PayinStatus } from '../../payins/domain/status.js';
import { type ChangedPayin, FIND_CHANGED_PAYINS } from '../checkout.queries.js';

const EVERY_MS = 1_000;
/** After a failure: a database that is away is not asked each second by every replica. */
const AFTER_FAILURE_MS = 5_000;

export interface PayinKey {
  organizationId: string;
  id: string;
}

/** The payin is not as its watcher knows it any more. */
export type OnChange = (now: { version: number; status: PayinStatus }) => void;

interface Watched extends PayinKey {
  /** The least that any of its watchers knows. */
  version: number;
  watchers: Set<Watcher>;
}

interface Watcher {
  version: number;
  onChange: OnChange;
}

/**
 * Notices changes of payins that somebody watches in this process, by one query a second for all of them together. Where nobody watches,
 * nothing is asked.
 */
@Injectable()
export class PayinWatcher implements OnModuleDestroy {
  private readonly logger = new Logger(PayinWatcher.name);
  readonly #watched = new Map<string, Watched>();
  #timer: NodeJS.Timeout | undefined;
  #hasFailed = false;
  #isOver = false;

  constructor(private readonly database: Database) {}

  /**
   * @param version what the watcher knows: another one is reported within a second, and each one after it
   * @returns ends it
   */
  watch({ organizationId, id }: PayinKey, version: number, onChange: OnChange): () => void {
    const key = `${organizationId} ${id}`;
    const watcher = { version, onChange };
    const watched = this.#watched.get(key) ?? { organizationId, id, version, watchers: new Set() };
    watched.watchers.add(watcher);
    watched.version = Math.min(watched.version, version);
    this.#watched.set(key, watched);
    this.#timer ??= this.#soon(EVERY_MS);
    return () => {
      watched.watchers.delete(watcher);
      if (watched.watchers.size === 0 && this.#watched.get(key) === watched) this.#watched.delete(key);
    };
  }

  onModuleDestroy(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#watched.clear();
  }

  #soon(afterMs: number): NodeJS.Timeout {
    return setTimeout(() => void this.#ask(), afterMs).unref();
  }

  async #ask(): Promise<void> {
    const startedAt = performance.now();
    const all = [...this.#watched.values()];
    let pauseMs = EVERY_MS;
    if (all.length > 0) {
      try {
        const changed = await this.database.query(FIND_CHANGED_PAYINS, {
          organizationIds: all.map(({ organizationId }) => organizationId),
          ids: all.map(({ id }) => id),
          versions: all.map(({ version }) => version),
        });
        this.#hasFailed = false;
        for (const payin of changed) this.#report(payin);
      } catch (error) {
        // One line, however long it lasts.
        if (!this.#hasFailed) this.logger.warn({ error: describeError(error) }, 'watched payins cannot be read');
        this.#hasFailed = true;
        pauseMs = AFTER_FAILURE_MS;
      }
    }
    const isOver = this.#isOver || this.#watched.size === 0;
    this.#timer = isOver ? undefined : this.#soon(Math.max(0, pauseMs - (performance.now() - startedAt)));
  }

  #report({ organizationId, id, version, status }: ChangedPayin): void {
    const watched = this.#watched.get(`${organizationId} ${id}`);
    if (!watched) return;
    watched.version = version;
    for (const watcher of watched.watchers) {
      if (watcher.version === version) continue;
      watcher.version = version;
      watcher.onChange({ version, status });
    }
  }
}
