import { Injectable } from '@nestjs/common';
import type { PseBank, Rail } from '@recaudo/payment-provider';
import { Problem } from '../http/problem.js';
import { Checkout, type RailOffer } from '../payins/use-cases/checkout.service.js';
import type { PayerProblem, PayerValues } from '../payins/use-cases/payer-data.js';
import { PseBanks } from '../pse-banks/pse-banks.service.js';
import type { ChoiceContext } from './pages/choice-context.js';
import type { PayinPageContext } from './pages/parts.js';

/** Where a payer stands who is choosing. */
export interface ChoiceState {
  /** The one whose fields they want to see. */
  rail: Rail | undefined;
  lastRail: Rail | undefined;
  values?: PayerValues;
  problems?: readonly PayerProblem[];
  isUnavailable?: boolean;
}

/** What a page shows to a payer who is choosing. */
@Injectable()
export class PayerChoice {
  constructor(
    private readonly checkout: Checkout,
    private readonly pseBanks: PseBanks,
  ) {}

  async contextOf(context: PayinPageContext, state: ChoiceState): Promise<ChoiceContext> {
    const { rail, lastRail, values = {}, problems = [], isUnavailable = false } = state;
    const offers = lastFirst(this.checkout.offers(context.view), lastRail);
    const offer = offers.find((one) => one.rail === rail) ?? (offers.length === 1 ? offers[0] : undefined);
    const banks = offer?.fields.includes('pse.bank') ? await this.banks(offer) : undefined;
    return { ...context, offers, offer, lastRail, banks, values, problems, isUnavailable };
  }

  /** By name, as people look for them; those that are not offered to payers are left out. */
  private async banks({ provider }: RailOffer): Promise<readonly PseBank[] | undefined> {
    try {
      const { banks } = await this.pseBanks.listForPayers(provider);
      return banks
        .filter(({ offered }) => offered !== false)
        .toSorted((one, other) => one.name.localeCompare(other.name, 'es'));
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
  }
}

function lastFirst(offers: readonly RailOffer[], lastRail: Rail | undefined): readonly RailOffer[] {
  return offers.toSorted((one, other) => Number(other.rail === lastRail) - Number(one.rail === lastRail));
}
