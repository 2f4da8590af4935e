import { Injectable } from '@nestjs/common';
import type { Rail } from '@recaudo/payment-provider';
import type { RailPolicy } from '../../../config/rail-policies.js';
import { ServiceSettings } from '../../../config/service.settings.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import type { RailRules } from '../domain/known-payin.js';
import { PublicTokens, type TokenSubject } from '../../secrets/public-tokens.js';
import type { PayinSurroundings } from '../presenters/payin.presenter.js';
import type { PayinRecord } from '../store/payin-record.js';

interface ShownSurroundings extends TokenSubject {
  provider?: string | null;
  expiresAt: Date;
}

/** The rules of a payin: its rail's policy from the settings, and what its provider adds. */
@Injectable()
export class PayinRules {
  constructor(
    private readonly settings: ServiceSettings,
    private readonly registry: ProviderRegistry,
    private readonly tokens: PublicTokens,
  ) {}

  of(rail: Rail): RailPolicy {
    return this.settings.railPolicy(rail);
  }

  surroundingsOf({ provider, expiresAt, ...payin }: ShownSurroundings): PayinSurroundings {
    const expires = provider && this.registry.get(provider)?.ordersExpireWhenAsked;
    return { providerExpiresAt: expires ? expiresAt : null, checkoutUrl: this.checkoutUrl(payin) };
  }

  /** Where the payer of a payin can pay it: an address that nobody can guess. */
  checkoutUrl(payin: TokenSubject): string {
    return `${this.settings.publicUrl}/pay/${this.tokens.seal('payin', payin)}`;
  }

  /** What a decision needs of a payin's rail and provider. */
  rulesOf({ rail, provider }: Pick<PayinRecord, 'rail' | 'provider'>): RailRules {
    const reversalCheckDays = provider === null ? 0 : (this.registry.get(provider)?.reversalCheckDays ?? 0);
    return { ...this.of(rail), reversalCheckDays, unconfirmedAmount: this.settings.UNCONFIRMED_AMOUNT };
  }
}
