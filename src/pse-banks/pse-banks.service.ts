import { Injectable } from '@nestjs/common';
import { within } from '../database/within.js';
import { Problem } from '../http/problem.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { type BankLister, bankLister, listsBanks } from './bank-lister.js';
import type { StoredBankList } from './pse-bank-list.queries.js';
import { PseBankListStore } from './pse-bank-list.store.js';
import { RefreshedBankList } from './refreshed-bank-list.js';

/** How long a create waits for the lists that could know its bank. What is not known then is not held against the payer. */
const LISTS_WAIT_MS = 2_000;

/** PSE's list begins with `0`, "seleccione su banco": providers' public pages. */
export function isPrompt(code: string): boolean {
  return Number(code) === 0;
}

/** The banks that a payer can choose for PSE, as a provider lists them. */
@Injectable()
export class PseBanks {
  readonly #byProvider = new Map<string, RefreshedBankList>();

  constructor(
    private readonly registry: ProviderRegistry,
    private readonly store: PseBankListStore,
  ) {}

  /** @throws Problem VALIDATION_FAILED, NOT_FOUND, UNAVAILABLE */
  async list(pinned?: string): Promise<StoredBankList> {
    return this.listOf(bankLister(this.registry, pinned)).get();
  }

  /** The same, at most an hour old as long as the provider answers. @throws Problem NOT_FOUND, UNAVAILABLE */
  async listForPayers(provider: string): Promise<StoredBankList> {
    const lister = this.listers().find(({ name }) => name === provider) ?? bankLister(this.registry);
    return this.listOf(lister).getForPayers();
  }

  /**
   * Makes `isListed` ready to say something of a bank: asks for each list that is not there, or that is old and lacks it. Within a bound:
   * a provider that is away delays a create by no more, and only one of them in a minute.
   */
  async prepare(code: string): Promise<void> {
    if (isPrompt(code)) return;
    const lists = this.listers().map((lister) => this.listOf(lister));
    const unsure = lists.filter((list) => !(has(list, code) ?? false) && !list.isFresh());
    if (unsure.length === 0) return;
    const asked = Promise.all(unsure.map((list) => list.get().catch(unlessUnavailable)));
    // What comes later than the wait is of no interest here, and its failure neither.
    asked.catch(() => undefined);
    await within(LISTS_WAIT_MS, asked);
  }

  /**
   * Whether a bank is in a provider's list, or with none named in any list; undefined where that is not known, because a list is missing.
   */
  isListed(code: string, provider?: string): boolean | undefined {
    const listers = this.listers().filter(({ name }) => provider === undefined || name === provider);
    const answers = listers.map((lister) => has(this.listOf(lister), code));
    if (answers.includes(true)) return true;
    const isWhole = provider !== undefined || listers.length === this.registry.forRail('PSE').length;
    return isWhole && answers.length > 0 && !answers.includes(undefined) ? false : undefined;
  }

  private listers(): BankLister[] {
    return this.registry.forRail('PSE').filter(listsBanks);
  }

  private listOf(lister: BankLister): RefreshedBankList {
    const known = this.#byProvider.get(lister.name);
    if (known) return known;
    const list = new RefreshedBankList(lister, this.store);
    this.#byProvider.set(lister.name, list);
    return list;
  }
}

function has(list: RefreshedBankList, code: string): boolean | undefined {
  return list.known?.some((bank) => bank.code === code);
}

function unlessUnavailable(error: unknown): void {
  if (!(error instanceof Problem)) throw error;
}
