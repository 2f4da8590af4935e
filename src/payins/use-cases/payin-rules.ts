import { Injectable } from '@nestjs/common';
import type { Rail } from '@recaudo/payment-provider';
import type { RailPolicy } from '../../../config/rail-policies.js';
import { ServiceSettings } from '../../../config/service.settings.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import type { RailRules } from '../domain/known-payin.js';
import type { PayinRecord } from '../store/payin-record.js';

/** The rules of a payin: its rail's policy from the settings, and what its provider adds. */
@Injectable()
export class PayinRules {
  constructor(
    private readonly settings: ServiceSettings,
    private readonly registry: ProviderRegistry,
  ) {}

  of(rail: Rail): RailPolicy {
    return this.settings.railPolicy(rail);
  }

  /** When a payin's order ends at its provider; null where only the provider knows. */
  providerExpiresAt({ provider, expiresAt }: { provider?: string | null; expiresAt: Date }): Date | null {
    return provider && this.registry.get(provider)?.ordersExpireWhenAsked ? expiresAt : null;
  }

  /** What a decision needs of a payin's rail and provider. */
  rulesOf({ rail, provider }: Pick<PayinRecord, 'rail' | 'provider'>): RailRules {
    const reversalCheckDays = provider === null ? 0 : (this.registry.get(provider)?.reversalCheckDays ?? 0);
    return { ...this.of(rail), reversalCheckDays, unconfirmedAmount: this.settings.UNCONFIRMED_AMOUNT };
  }
}
