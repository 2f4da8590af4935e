import type { DropInContract } from '@recaudo/drop-in-contract';
import { SettingsError } from '../../config/settings-error.js';

/** The contracts that are served, and those of which payins may still have webhooks to be sent. */
export class DropInRegistry {
  readonly #known: ReadonlyMap<string, DropInContract>;
  readonly #served: ReadonlySet<string>;

  /** @throws SettingsError where one is to be served that is not known */
  constructor(contracts: readonly DropInContract[], served: readonly string[]) {
    const names = contracts.map(({ name }) => name);
    const unknown = served.filter((name) => !names.includes(name));
    if (unknown.length > 0)
      throw new SettingsError(unknown.map((name) => `DROP_IN names "${name}"; known contracts: ${names.join(', ')}`));
    this.#known = new Map(contracts.map((contract) => [contract.name, contract]));
    this.#served = new Set(served);
  }

  /** Whether it is served or not any more. */
  known(name: string): DropInContract | undefined {
    return this.#known.get(name);
  }

  served(name: string): DropInContract | undefined {
    return this.#served.has(name) ? this.#known.get(name) : undefined;
  }
}
