import { Injectable } from '@nestjs/common';
import { RAILS, type Rail } from '@recaudo/payment-provider';
import { ServiceSettings } from '../../config/service.settings.js';
import { CheckoutSettings } from '../checkout-settings/checkout-settings.service.js';
import type { Form } from '../http/form-body.js';
import { Checkout } from '../payins/use-cases/checkout.service.js';
import { PAYER_FIELDS, type PayerValues } from '../payins/use-cases/payer-data.js';
import { keepLastRail, lastRailOf } from './last-rail.js';
import { languageOf, PageAnswers, type PageVisit } from './page-answers.js';
import { pageAddress, type PayinPageContext } from './pages/parts.js';
import { payinPage } from './pages/payin-page.js';
import { stageOf } from './pages/stage.js';
import { type ChoiceState, PayerChoice } from './payer-choice.service.js';
import { PayinOfToken } from './payin-of-token.service.js';
import { ReturnAddresses } from './return-address.js';
import { textsOf } from './texts/texts.js';
import { VisitorLimits } from './visitor-limits.js';

export interface PayinVisit extends PageVisit {
  token: string;
}

/** The pages of payins. */
@Injectable()
export class PayinPages {
  constructor(
    private readonly payins: PayinOfToken,
    private readonly checkout: Checkout,
    private readonly choice: PayerChoice,
    private readonly looks: CheckoutSettings,
    private readonly returns: ReturnAddresses,
    private readonly limits: VisitorLimits,
    private readonly settings: ServiceSettings,
    private readonly pages: PageAnswers,
  ) {}

  show(visit: PayinVisit): Promise<void> {
    return this.pages.answer(visit, async () => {
      const { request, query } = visit;
      const state = {
        rail: railOf(query['rail']),
        lastRail: lastRailOf(request),
        isUnavailable: 'unavailable' in query,
      };
      await this.answer(visit, 200, await this.contextOf(visit), state);
    });
  }

  /** Opens an order on the rail of the form, unless one is live: then the page shows that one. */
  choose(visit: PayinVisit, form: Form): Promise<void> {
    return this.pages.answer(visit, async () => {
      const { request, reply, token } = visit;
      this.limits.choose(request, token);
      const context = await this.contextOf(visit);
      const rail = railOf(form['rail']);
      if (!rail || !context.view.mayChoose) return void reply.redirect(pageAddress(context), 303);
      const values = payerValuesOf(form);
      const outcome = await this.checkout.choose(context.view, rail, values);
      if (outcome.kind === 'wrong') {
        const state = { rail, lastRail: lastRailOf(request), values, problems: outcome.problems };
        return this.answer(visit, 422, context, state);
      }
      if (outcome.kind === 'chosen') keepLastRail(reply, rail, this.settings);
      const isOpen = outcome.kind === 'refused' && (await this.payins.again(context.view))?.mayChoose;
      void reply.redirect(pageAddress(context, isOpen ? { unavailable: '' } : {}), 303);
    });
  }

  goBack(visit: PayinVisit): Promise<void> {
    return this.pages.answer(visit, async () => {
      const context = await this.contextOf(visit);
      const address = await this.returns.of(context.view);
      void visit.reply.redirect(address ?? pageAddress(context), 303);
    });
  }

  private async answer({ reply }: PayinVisit, status: number, context: PayinPageContext, state: ChoiceState) {
    const isChoice = stageOf(context.view).kind === 'choose';
    const choice = isChoice ? await this.choice.contextOf(context, state) : undefined;
    this.pages.send(reply, status, payinPage(context, choice, this.pages.assets));
  }

  /** @throws Problem RATE_LIMITED, NOT_FOUND */
  private async contextOf({ request, token, query }: PayinVisit): Promise<PayinPageContext> {
    const view = await this.payins.read(request, token);
    const look = await this.looks.of(view.organizationId);
    if (!look) throw new Error('a payin of no organization');
    const language = languageOf(query) ?? look.language;
    return { view, look, language, t: textsOf(language), token };
  }
}

export function payerValuesOf(form: Readonly<Partial<Record<string, unknown>>>): PayerValues {
  const given = PAYER_FIELDS.flatMap((field) => {
    const value = form[field];
    return typeof value === 'string' ? [[field, value] as const] : [];
  });
  return Object.fromEntries(given);
}

export function railOf(value: unknown): Rail | undefined {
  return RAILS.find((rail) => rail === value);
}
