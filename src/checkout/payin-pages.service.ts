import { Injectable, Logger } from '@nestjs/common';
import { RAILS, type Rail } from '@recaudo/payment-provider';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceSettings } from '../../config/service.settings.js';
import { CheckoutSettings } from '../checkout-settings/checkout-settings.service.js';
import type { Form } from '../http/form-body.js';
import { Problem } from '../http/problem.js';
import { describeError } from '../logging/describe-error.js';
import { Checkout } from '../payins/use-cases/checkout.service.js';
import { PAYER_FIELDS, type PayerValues } from '../payins/use-cases/payer-data.js';
import { type CheckoutAssets, checkoutAssets } from './assets.js';
import { keepLastRail, lastRailOf } from './last-rail.js';
import type { Page } from './pages/layout.js';
import { pageAddress, type PayinPageContext } from './pages/parts.js';
import { payinPage } from './pages/payin-page.js';
import { problemPage } from './pages/problem-page.js';
import { stageOf } from './pages/stage.js';
import { type ChoiceState, PayerChoice } from './payer-choice.service.js';
import { PayinOfToken } from './payin-of-token.service.js';
import { ReturnAddresses } from './return-address.js';
import { isLanguage, type Language } from './texts/language.js';
import { textsOf } from './texts/texts.js';
import { VisitorLimits } from './visitor-limits.js';

export interface PayinVisit {
  request: FastifyRequest;
  reply: FastifyReply;
  token: string;
  query: Readonly<Record<string, unknown>>;
}

/** Answers payers with pages, whatever happens. */
@Injectable()
export class PayinPages {
  private readonly logger = new Logger(PayinPages.name);
  private readonly assets: CheckoutAssets | undefined = checkoutAssets();

  constructor(
    private readonly payins: PayinOfToken,
    private readonly checkout: Checkout,
    private readonly choice: PayerChoice,
    private readonly looks: CheckoutSettings,
    private readonly returns: ReturnAddresses,
    private readonly limits: VisitorLimits,
    private readonly settings: ServiceSettings,
  ) {}

  show(visit: PayinVisit): Promise<void> {
    return this.answering(visit, async () => {
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
    return this.answering(visit, async () => {
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
    return this.answering(visit, async () => {
      const context = await this.contextOf(visit);
      const address = await this.returns.of(context.view);
      void visit.reply.redirect(address ?? pageAddress(context), 303);
    });
  }

  private async answer({ reply }: PayinVisit, status: number, context: PayinPageContext, state: ChoiceState) {
    const isChoice = stageOf(context.view).kind === 'choose';
    const choice = isChoice ? await this.choice.contextOf(context, state) : undefined;
    send(reply, status, payinPage(context, choice, this.assets));
  }

  /** @throws Problem RATE_LIMITED, NOT_FOUND */
  private async contextOf({ request, token, query }: PayinVisit): Promise<PayinPageContext> {
    const view = await this.payins.read(request, token);
    const look = await this.looks.of(view.organizationId);
    if (!look) throw new Error('a payin of no organization');
    const language = languageOf(query) ?? look.language;
    return { view, look, language, t: textsOf(language), token };
  }

  private async answering({ request, reply, query }: PayinVisit, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const problem = error instanceof Problem ? error : undefined;
      if (!problem)
        this.logger.error({ requestId: request.id, error: describeError(error) }, 'a page of a payin failed');
      const kind = problem?.code === 'NOT_FOUND' ? 'missing' : problem?.code === 'RATE_LIMITED' ? 'tooMany' : 'broken';
      const page = problemPage(kind, languageOf(query) ?? 'es', this.assets);
      send(reply.headers(problem?.headers ?? {}), problem?.status ?? 503, page);
    }
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

export function languageOf({ lang }: Readonly<Record<string, unknown>>): Language | undefined {
  return isLanguage(lang) ? lang : undefined;
}

function send(reply: FastifyReply, status: number, { body, headers }: Page): void {
  // Every answer begins with it; a page that some may frame goes without.
  void reply.removeHeader('x-frame-options');
  void reply.status(status).headers(headers).send(body);
}
