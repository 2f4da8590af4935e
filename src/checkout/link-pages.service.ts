import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CheckoutSettings } from '../checkout-settings/checkout-settings.service.js';
import type { Form } from '../http/form-body.js';
import { isUuid } from '../http/page.js';
import type { PaymentLink } from '../payment-links/payment-link.js';
import {
  type LinkPress,
  type UsedLink,
  UsePaymentLink,
  type WrongAmount,
} from '../payment-links/use-payment-link.service.js';
import { PublicTokens, type TokenSubject } from '../secrets/public-tokens.js';
import { languageOf, PageAnswers } from './page-answers.js';
import { closedLinkPage, type LinkFormState, linkPage, type LinkPageContext } from './pages/link-page.js';
import { pageAddress } from './pages/parts.js';
import type { PayinVisit } from './payin-pages.service.js';
import { textsOf } from './texts/texts.js';
import { readTypedAmount } from './typed-amount.js';
import { VisitorLimits } from './visitor-limits.js';

const GONE = 410;

/** The pages of payment links. To open one makes nothing: chats and mail programs do so, too. */
@Injectable()
export class LinkPages {
  constructor(
    private readonly pages: PageAnswers,
    private readonly links: UsePaymentLink,
    private readonly tokens: PublicTokens,
    private readonly looks: CheckoutSettings,
    private readonly limits: VisitorLimits,
  ) {}

  show(visit: PayinVisit): Promise<void> {
    return this.pages.answer(visit, async () => {
      const { context, subject, payinId, why } = await this.contextOf(visit);
      if (payinId !== null) return this.leadTo(visit, context, subject, payinId);
      if (why) return this.pages.send(visit.reply, GONE, closedLinkPage(context, why, this.pages.assets));
      return this.pages.send(visit.reply, 200, linkPage(context, { use: randomUUID() }, this.pages.assets));
    });
  }

  /** Makes a payin, and leads to its page. */
  use(visit: PayinVisit, form: Form): Promise<void> {
    return this.pages.answer(visit, async () => {
      const { context, subject } = await this.contextOf(visit);
      const { amount } = form;
      // A form that is not ours is shown again.
      const use = form['use'] !== undefined && isUuid(form['use']) ? form['use'] : undefined;
      if (use === undefined)
        return this.pages.send(visit.reply, 200, linkPage(context, { use: randomUUID(), amount }, this.pages.assets));
      const typed = typedIn(context.link, amount);
      if (typeof typed === 'string') return this.again(visit, context, { use, amount, wrong: typed });
      this.limits.useLink(visit.request, visit.token);
      const used = await this.links.execute(subject, { use, amountInCents: typed });
      if (!used) return this.limits.refuseUnknown(visit.request);
      return this.answer(visit, context, subject, { use, amount }, used);
    });
  }

  private answer(
    visit: PayinVisit,
    context: LinkPageContext,
    subject: TokenSubject,
    state: LinkFormState,
    used: UsedLink,
  ): void {
    switch (used.kind) {
      case 'payin':
        return this.leadTo(visit, context, subject, used.payinId);
      case 'closed':
        return this.pages.send(
          visit.reply,
          GONE,
          closedLinkPage({ ...context, link: used.link }, used.why, this.pages.assets),
        );
      case 'wrong':
        return this.again(visit, context, { ...state, wrong: used.why });
      case 'unavailable':
        return this.again(visit, context, { ...state, isUnavailable: true });
    }
  }

  private again({ reply }: PayinVisit, context: LinkPageContext, state: LinkFormState): void {
    this.pages.send(reply, state.isUnavailable ? 503 : 422, linkPage(context, state, this.pages.assets));
  }

  private leadTo({ reply }: PayinVisit, context: LinkPageContext, { organizationId }: TokenSubject, id: string): void {
    const token = this.tokens.seal('payin', { organizationId, id });
    void reply.redirect(pageAddress({ ...context, token }), 303);
  }

  /** @throws Problem RATE_LIMITED, NOT_FOUND */
  private async contextOf({ request, token, query }: PayinVisit) {
    this.limits.visitLink(request, token);
    const subject = this.tokens.open('link', token);
    const opened = subject && (await this.links.open(subject));
    if (!opened) return this.limits.refuseUnknown(request);
    const look = await this.looks.of(subject.organizationId);
    if (!look) throw new Error('a payment link of no organization');
    const language = languageOf(query) ?? look.language;
    const { link, payinId, why } = opened;
    const context: LinkPageContext = { link, look, language, t: textsOf(language), token };
    return { context, subject, payinId, why };
  }
}

/** Of a link that says the amount, nothing is read. */
function typedIn(link: PaymentLink, amount: string | undefined): LinkPress['amountInCents'] | WrongAmount {
  return link.amountInCents === null ? readTypedAmount(amount ?? '', link.currency) : null;
}
