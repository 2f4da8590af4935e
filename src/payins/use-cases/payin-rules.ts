import { Injectable } from '@nestjs/common';
import type { Rail } from '@recaudo/payment-provider';
import type { RailPolicy } from '../../../config/rail-policies.js';
import { ServiceSettings } from '../../../config/service.settings.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import type { RailRules } from '../domain/known-payin.js';
import { PublicTokens, type TokenSubject } from '../../secrets/public-tokens.js';
import type { PayinSurroundings } from '../presenters/payin.presenter.js';
import type { OurUrls } from './payin-order.js';
import type { PayinSnapshot } from '../store/payin-record.js';

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

  urlsOf(payin: TokenSubject): OurUrls {
    return { publicUrl: this.settings.publicUrl, checkoutUrl: this.checkoutUrl(payin) };
  }

  /** Where the payer of a payin can pay it: an address that nobody can guess. */
  checkoutUrl(payin: TokenSubject): string {
    return `${this.settings.publicUrl}/pay/${this.tokens.seal('payin', payin)}`;
  }

  /** What a decision needs of a payin's rails and provider. Where the payer has chosen several rails, money may come on each of them. */
  rulesOf({ payin: { rail, provider }, known: { attempts } }: Pick<PayinSnapshot, 'payin' | 'known'>): RailRules {
    const reversalCheckDays = provider === null ? 0 : (this.registry.get(provider)?.reversalCheckDays ?? 0);
    const own = this.of(rail);
    const policies = attempts.flatMap((attempt) =>
      attempt.rail && attempt.rail !== rail ? this.of(attempt.rail) : [],
    );
    return {
      ...own,
      payerMayEditAmount: own.payerMayEditAmount || policies.some(({ payerMayEditAmount }) => payerMayEditAmount),
      lateHours: Math.max(own.lateHours, ...policies.map(({ lateHours }) => lateHours)),
      reversalCheckDays,
      unconfirmedAmount: this.settings.UNCONFIRMED_AMOUNT,
    };
  }
}
