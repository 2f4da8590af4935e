import { Injectable } from '@nestjs/common';
import { OutboundHttp } from '@recaudo/outbound-http';
import {
  type AnyPaymentProvider,
  type FieldViolation,
  type PayinOrder,
  type Rail,
  supports,
} from '@recaudo/payment-provider';
import { isPrompt, PseBanks } from '../../pse-banks/pse-banks.service.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';

export interface Route {
  /** In the order of attempts; all of them take the order. */
  providers: AnyPaymentProvider[];
  /** Why no provider of the rail takes the order. */
  violations: FieldViolation[];
  /** The rail has a provider at all. */
  railAvailable: boolean;
}

/** A provider that takes an order, once its payer has said what is missing or wrong. */
export interface Offer {
  provider: AnyPaymentProvider;
  violations: FieldViolation[];
  isFailing: boolean;
}

/** Fields that a payer fills. */
const OF_PAYER = /^(?:inlineCustomer\.|pse(?:\.|$))/;

/**
 * Chooses the providers for an order: those of its rail, or the pinned one alone, that take its currency and its data. Those whose calls fail
 * at the moment come last.
 */
@Injectable()
export class PayinRouter {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly outbound: OutboundHttp,
    private readonly pseBanks: PseBanks,
  ) {}

  route(order: PayinOrder, pinned: string | undefined): Route {
    const candidates = this.candidates(order.rail, pinned);
    const inCurrency = candidates.filter(({ currencies }) => currencies.includes(order.currency));
    const checked = inCurrency.map((provider) => ({ provider, violations: this.violations(provider, order) }));
    const takers = checked.filter(({ violations }) => violations.length === 0);
    return {
      providers: takers.map(({ provider }) => provider),
      violations: takers.length > 0 ? [] : (checked[0]?.violations ?? currencyViolations(candidates, order)),
      railAvailable: candidates.length > 0,
    };
  }

  /** An unknown bank is refused even where the provider's page ignores the bank: the request is wrong. */
  private bankViolations(provider: AnyPaymentProvider, { rail, pse }: PayinOrder): FieldViolation[] {
    if (!pse) return [];
    const violation = (message: string): FieldViolation[] => [{ field: 'pse.bank', code: 'BANK_NOT_TAKEN', message }];
    if (isPrompt(pse.bank)) return violation('is the prompt of the list, not a bank: choose one of GET /pse/banks');
    if (this.pseBanks.isListed(pse.bank) === false)
      return violation('no provider lists a bank with this code: choose one of GET /pse/banks');
    const isSent = rail === 'PSE' && supports(provider, 'pseBanks') && provider.sendsPseBank;
    if (isSent && this.pseBanks.isListed(pse.bank, provider.name) === false)
      return violation(
        `${provider.name} does not list this bank: choose one of GET /pse/banks?provider=${provider.name}`,
      );
    return [];
  }

  /** The providers that would take an order once its payer has said what they need. Those whose calls fail at the moment come last. */
  offers(order: PayinOrder, pinned: string | undefined): Offer[] {
    return this.candidates(order.rail, pinned)
      .filter(({ currencies }) => currencies.includes(order.currency))
      .map((provider) => ({
        provider,
        violations: this.violations(provider, order),
        isFailing: this.isFailing(provider),
      }))
      .filter(({ violations }) => violations.every(({ field }) => OF_PAYER.test(field)));
  }

  private violations(provider: AnyPaymentProvider, order: PayinOrder): FieldViolation[] {
    return oneByField([
      ...amountViolations(provider, order),
      ...this.bankViolations(provider, order),
      ...provider.check(order),
    ]);
  }

  private candidates(rail: Rail, pinned: string | undefined): AnyPaymentProvider[] {
    const candidates = this.registry
      .forRail(rail)
      .filter((provider) => pinned === undefined || provider.name === pinned);
    return candidates.toSorted((one, other) => Number(this.isFailing(one)) - Number(this.isFailing(other)));
  }

  private isFailing({ name }: AnyPaymentProvider): boolean {
    return this.outbound.isHeldBack(name, 'order');
  }
}

/** The first violation of each field: ours come before the provider's. */
function oneByField(violations: FieldViolation[]): FieldViolation[] {
  return [...new Map(violations.toReversed().map((violation) => [violation.field, violation])).values()].toReversed();
}

/** Why none of them takes the order's currency. */
function currencyViolations(candidates: AnyPaymentProvider[], { rail, currency }: PayinOrder): FieldViolation[] {
  const taken = [...new Set(candidates.flatMap(({ currencies }) => currencies))];
  const names = candidates.map(({ name }) => name).join(', ');
  const message = `${currency} is not taken on ${rail} by ${names}: use ${taken.join(' or ')}`;
  return [{ field: 'currency', code: 'CURRENCY_NOT_TAKEN', message }];
}

function amountViolations(
  { name, amountLimits }: AnyPaymentProvider,
  { rail, amountInCents }: PayinOrder,
): FieldViolation[] {
  const { minInCents, maxInCents } = amountLimits[rail] ?? {};
  const isTooSmall = minInCents !== undefined && amountInCents < minInCents;
  const isTooLarge = maxInCents !== undefined && amountInCents > maxInCents;
  if (!isTooSmall && !isTooLarge) return [];
  const bounds = [minInCents && `at least ${minInCents}`, maxInCents && `at most ${maxInCents}`].filter(Boolean);
  const message = `${name} takes ${bounds.join(' and ')} cents on ${rail}`;
  return [{ field: 'amountInCents', code: 'AMOUNT_OUT_OF_RANGE', message }];
}
