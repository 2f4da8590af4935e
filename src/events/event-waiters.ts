import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { FairSlots, NOBODY, onBehalfOf } from '@recaudo/fair-share';
import { describeError } from '../logging/describe-error.js';
import { Problem } from '../http/problem.js';
import { EventStore, type WaitingPlace } from './event.store.js';

/** Readers that wait at once in this process, of all organizations. One alone may have half of them. */
export const WAITERS_MAX = 400;
const EVERY_MS = 500;
/** After a failure: a database that is away is not asked twice a second by every replica. */
const AFTER_FAILURE_MS = 5_000;
const RETRY_AFTER_SECONDS = '5';

interface Waiter extends WaitingPlace {
  wake: () => void;
}

/** Readers that wait for events, by one query at a time for all of them together. Who waits holds no connection, and where nobody waits nothing is asked. */
@Injectable()
export class EventWaiters implements OnModuleDestroy {
  private readonly logger = new Logger(EventWaiters.name);
  readonly #slots = new FairSlots(WAITERS_MAX, 0);
  readonly #waiters = new Set<Waiter>();
  #timer: NodeJS.Timeout | undefined;
  #hasFailed = false;
  #isOver = false;

  constructor(private readonly store: EventStore) {}

  get count(): number {
    return this.#waiters.size;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Waits until there may be an event behind the place, until the time is over, until the signal, or until the service ends.
   * @throws Problem OVERLOADED where too many wait already
   */
  async wait(waiting: WaitingPlace, waitMs: number, signal: AbortSignal): Promise<void> {
    if (this.#isOver || signal.aborted) return;
    const release = this.#slots.takeAtOnce(waiting.organizationId);
    if (!release)
      throw new Problem('OVERLOADED', 'Too many requests wait for events. Send it without `wait`.', undefined, {
        'retry-after': RETRY_AFTER_SECONDS,
      });
    try {
      await new Promise<void>((resolve) => {
        const waiter: Waiter = {
          ...waiting,
          wake: () => {
            clearTimeout(timer);
            signal.removeEventListener('abort', waiter.wake);
            this.#waiters.delete(waiter);
            resolve();
          },
        };
        const timer = setTimeout(waiter.wake, waitMs).unref();
        signal.addEventListener('abort', waiter.wake);
        this.#waiters.add(waiter);
        this.#timer ??= this.#soon(EVERY_MS);
      });
    } finally {
      release();
    }
  }

  /** Before the server closes: it waits for the requests that wait here. */
  onModuleDestroy(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const waiter of this.#waiters) waiter.wake();
  }

  #soon(afterMs: number): NodeJS.Timeout {
    return setTimeout(() => void this.#ask(), afterMs).unref();
  }

  async #ask(): Promise<void> {
    const startedAt = performance.now();
    const all = [...this.#waiters];
    let pauseMs = EVERY_MS;
    if (all.length > 0) {
      try {
        // For several organizations at once: nobody's share.
        for (const row of await onBehalfOf(NOBODY, () => this.store.findWithEvents(all))) all[row]?.wake();
        this.#hasFailed = false;
      } catch (error) {
        // One line, however long it lasts.
        if (!this.#hasFailed) this.logger.warn({ error: describeError(error) }, 'awaited events cannot be read');
        this.#hasFailed = true;
        pauseMs = AFTER_FAILURE_MS;
      }
    }
    const isOver = this.#isOver || this.#waiters.size === 0;
    this.#timer = isOver ? undefined : this.#soon(Math.max(0, pauseMs - (performance.now() - startedAt)));
  }
}
