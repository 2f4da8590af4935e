import { Inject, Injectable } from '@nestjs/common';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { bankLister } from './bank-lister.js';
import { type KeptBankList, PseBankListStore } from './pse-bank-list.store.js';
import { RefreshedBankList } from './refreshed-bank-list.js';

/** The banks that a payer can choose for PSE, as a provider lists them. */
@Injectable()
export class PseBanks {
  readonly #byProvider = new Map<string, RefreshedBankList>();

  constructor(
    @Inject(ProviderRegistry) private readonly registry: ProviderRegistry,
    @Inject(PseBankListStore) private readonly store: PseBankListStore,
  ) {}

  /** @throws Problem VALIDATION_FAILED, NOT_FOUND, UNAVAILABLE */
  async list(pinned?: string): Promise<KeptBankList> {
    const lister = bankLister(this.registry, pinned);
    const known = this.#byProvider.get(lister.name);
    if (known) return known.get();
    const list = new RefreshedBankList(lister, this.store);
    this.#byProvider.set(lister.name, list);
    return list.get();
  }
}
