import {
  type AnyPaymentProvider,
  type Capability,
  type Rail,
  type StatementMapping,
  supports,
} from '@recaudo/payment-provider';

/** The enabled providers. The only place that hands them out. */
export class ProviderRegistry {
  readonly #byName: ReadonlyMap<string, AnyPaymentProvider>;

  constructor(
    providers: readonly AnyPaymentProvider[],
    private readonly routing: (rail: Rail) => readonly string[] | undefined,
    private readonly statements: Readonly<Record<string, Partial<StatementMapping> | undefined>> = {},
  ) {
    this.#byName = new Map(providers.map((provider) => [provider.name, provider]));
  }

  get(name: string): AnyPaymentProvider | undefined {
    return this.#byName.get(name);
  }

  get names(): string[] {
    return [...this.#byName.keys()];
  }

  /** Those that can do it. */
  namesWith(capability: Capability): string[] {
    return [...this.#byName.values()].filter((one) => supports(one, capability)).map(({ name }) => name);
  }

  /** How a provider's statements are written, where it has a form of its own. */
  statementMapping(name: string): Partial<StatementMapping> | undefined {
    return this.statements[name];
  }

  /** The providers of a rail in the order in which they are to be tried. */
  forRail(rail: Rail): AnyPaymentProvider[] {
    const ordered = this.routing(rail) ?? this.names;
    return ordered.flatMap((name) => this.#byName.get(name) ?? []).filter((provider) => provider.rails.includes(rail));
  }
}
