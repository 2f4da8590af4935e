import { Logger } from '@nestjs/common';
import { ProviderError, type PseBank } from '@recaudo/payment-provider';
import { Problem } from '../http/problem.js';
import { within } from '../database/within.js';
import { outsideTurn } from '../http/turn.js';
import { describeError } from '../logging/describe-error.js';
import type { BankLister } from './bank-lister.js';
import type { StoredBankList } from './pse-bank-list.queries.js';
import type { PseBankListStore } from './pse-bank-list.store.js';

/** PSE's list is to be read once a day: providers' public pages. */
const FRESH_SECONDS = 24 * 3600;
/** How long a provider that failed is not called again, unless it said how long. Requests do not wait for it meanwhile. */
const LEFT_ALONE_MS = 60_000;
/** What payers choose from is at most an hour old; it is asked for a while before, so that hardly anybody waits for it. */
const FRESH_FOR_PAYERS_SECONDS = 3600;
const RENEWED_FOR_PAYERS_SECONDS = 2700;
/** A payer waits no longer: the list that was good an hour ago is better than none. */
const PAYER_WAITS_MS = 3_000;

/**
 * One provider's banks in this process: the last good list, asked for again when it is a day old, by one call however many wait for it. The
 * call is bounded by the provider's own deadline.
 */
export class RefreshedBankList {
  private readonly logger = new Logger(RefreshedBankList.name);
  #kept: { list: StoredBankList; since: number } | undefined;
  #refresh: Promise<void> | undefined;
  #leftAloneUntil = 0;

  constructor(
    private readonly lister: BankLister,
    private readonly store: PseBankListStore,
  ) {}

  /** The banks as far as this process knows them, whatever their age. */
  get known(): readonly PseBank[] | undefined {
    return this.#kept?.list.banks;
  }

  /** @throws Problem UNAVAILABLE where no list was ever given and the provider cannot give one */
  async get(): Promise<StoredBankList> {
    if (!this.isFresh()) {
      const refresh = this.refreshing(FRESH_SECONDS);
      if (refresh) await outsideTurn(() => refresh);
    }
    return this.listed();
  }

  /** For a payer who chooses. @throws as `get` does */
  async getForPayers(): Promise<StoredBankList> {
    if (!this.isFresh(RENEWED_FOR_PAYERS_SECONDS)) {
      const refresh = this.refreshing(RENEWED_FOR_PAYERS_SECONDS);
      refresh?.catch(() => undefined);
      if (refresh && !this.isFresh(FRESH_FOR_PAYERS_SECONDS))
        await outsideTurn(() => (this.#kept ? within(PAYER_WAITS_MS, refresh) : refresh));
    }
    return this.listed();
  }

  /** @throws Problem UNAVAILABLE */
  private listed(): StoredBankList {
    const list = this.current();
    if (list) return list;
    const waitMs = Math.max(1000, this.#leftAloneUntil - performance.now());
    throw new Problem('UNAVAILABLE', `${this.lister.name} cannot list the banks of PSE now.`, undefined, {
      'retry-after': String(Math.ceil(waitMs / 1000)),
    });
  }

  /** One at a time; undefined while the provider is left alone. */
  private refreshing(freshSeconds: number): Promise<void> | undefined {
    if (!this.#refresh && performance.now() < this.#leftAloneUntil) return undefined;
    return (this.#refresh ??= this.refresh(freshSeconds).finally(() => (this.#refresh = undefined)));
  }

  private async refresh(freshSeconds: number): Promise<void> {
    // Another replica may have asked, and so may this one have before it was started again.
    this.hold(await this.store.find(this.lister.name));
    if (this.isFresh(freshSeconds)) return;
    try {
      this.hold(await this.store.store(this.lister.name, await this.lister.listPseBanks()));
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      this.#leftAloneUntil = performance.now() + (error.detail.retryAfterMs ?? LEFT_ALONE_MS);
      this.logger.warn(
        { provider: this.lister.name, error: describeError(error) },
        'the banks of PSE are not refreshed',
      );
    }
  }

  private hold(list: StoredBankList | undefined): void {
    if (list) this.#kept = { list, since: performance.now() };
  }

  private current(): StoredBankList | undefined {
    if (!this.#kept) return undefined;
    const { list, since } = this.#kept;
    return { ...list, ageSeconds: list.ageSeconds + (performance.now() - since) / 1000 };
  }

  isFresh(seconds = FRESH_SECONDS): boolean {
    return (this.current()?.ageSeconds ?? Infinity) < seconds;
  }
}
