import { Injectable } from '@nestjs/common';
import { Problem, validationFailed } from '../http/problem.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { StatementStore } from './store/statement.store.js';

const DAYS_MAX = 366;
/** Of one organization. */
const UNDER_WAY_MAX = 20;
const MS_PER_DAY = 86_400_000;

/** The provider and the period of a statement that a merchant wants. */
export interface WantedStatement {
  provider: string;
  from: Date;
  to: Date;
}

/** A new statement of a merchant's is about an enabled provider and a period of sensible length, and not one of too many. */
@Injectable()
export class CheckNewStatement {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly store: StatementStore,
  ) {}

  /** @throws Problem */
  async execute(organizationId: string, wanted: WantedStatement): Promise<{ from: Date; to: Date }> {
    const { from, to } = wanted;
    const errors = [
      ...(this.registry.get(wanted.provider)
        ? []
        : [{ field: 'provider', message: `must be one of ${this.registry.names.join(', ')}` }]),
      ...(from < to ? [] : [{ field: 'to', message: 'must be later than from' }]),
      ...(to.getTime() - from.getTime() <= DAYS_MAX * MS_PER_DAY
        ? []
        : [{ field: 'to', message: `must be at most ${DAYS_MAX} days after from` }]),
    ];
    if (errors.length > 0) throw validationFailed(...errors);
    if ((await this.store.underWay(organizationId)) >= UNDER_WAY_MAX) {
      throw new Problem('STATEMENTS_UNDER_WAY', `${UNDER_WAY_MAX} statements are under way. Wait until one is done.`);
    }
    return { from, to };
  }
}
