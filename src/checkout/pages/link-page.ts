import { type Html, html } from '@recaudo/html';
import type { Appearance } from '../../checkout-settings/checkout-settings.service.js';
import type { Closed, PaymentLink } from '../../payment-links/payment-link.js';
import type { WrongAmount } from '../../payment-links/use-payment-link.service.js';
import type { CheckoutAssets } from '../assets.js';
import { dayOrMomentText } from '../moment-text.js';
import { moneyText } from '../money-text.js';
import type { Language } from '../texts/language.js';
import type { Texts } from '../texts/texts.js';
import { layout, type Page } from './layout.js';
import { pageAddress, sign } from './parts.js';

/** What the page of a payment link is made of. */
export interface LinkPageContext {
  link: PaymentLink;
  look: Appearance;
  language: Language;
  t: Texts;
  token: string;
}

/** What the payer has sent, where it makes no payin. */
export interface LinkFormState {
  /** Of this page: sent twice, it makes one payin. */
  use: string;
  /** As it was typed. */
  amount?: string;
  wrong?: WrongAmount;
  isUnavailable?: boolean;
}

export function linkAddress(context: Pick<LinkPageContext, 'token' | 'language' | 'look'>): string {
  return pageAddress({ ...context, token: `link/${context.token}` });
}

/** The page of a link that makes payins. */
export function linkPage(context: LinkPageContext, state: LinkFormState, assets: CheckoutAssets | undefined): Page {
  const { link, t, language } = context;
  return page(
    context,
    assets,
    { title: link.title, summary: amount(context) },
    html`${state.isUnavailable && html`<p class="notice wrong" role="alert">${t.link.unavailable}</p>`}
      <h1>${link.title}</h1>
      ${link.description !== null && html`<p class="lead">${link.description}</p>`}
      <form method="post" action="${linkAddress(context)}" novalidate>
        <input type="hidden" name="use" value="${state.use}" />
        ${link.amountInCents === null && amountField(context, state)}
        <button class="button">${t.link.go}</button>
      </form>
      ${link.expiresAt !== null && html`<p class="hint">${t.link.until(dayOrMomentText(link.expiresAt, language))}</p>`}
      <section class="now" aria-label="${t.whatNow}">
        <h2>${t.whatNow}</h2>
        <p>${t.link.now}</p>
      </section>`,
  );
}

function amountField({ link, language, t }: LinkPageContext, { amount, wrong }: LinkFormState): Html {
  const money = (cents: bigint | null) => moneyText(cents ?? 0n, link.currency, language);
  const [min, max] = [money(link.minInCents), money(link.maxInCents)];
  return html`<div class="field money ${wrong && 'wrong'}" data-field="amount">
    <label for="amount">${t.link.howMuch}</label>
    <p class="hint" id="amount-hint">${t.link.between(min, max)}. ${t.link.example}</p>
    <input
      id="amount"
      name="amount"
      inputmode="numeric"
      autocomplete="off"
      maxlength="20"
      required
      value="${amount}"
      aria-describedby="amount-hint amount-problem"
      ${wrong && html`aria-invalid="true" autofocus`}
    />
    <p class="problem" id="amount-problem">${wrong && t.link.wrong[wrong](min, max)}</p>
  </div>`;
}

/** The page of a link that makes no more payins. */
export function closedLinkPage(context: LinkPageContext, why: Closed, assets: CheckoutAssets | undefined): Page {
  const { t, look, link } = context;
  const { title, now } = t.link.closed[why];
  return page(
    context,
    assets,
    { title, summary: html`<p class="sum concept">${link.title}</p>` },
    html`${sign('wait')}
      <h1>${title}</h1>
      <section class="now" aria-label="${t.whatNow}">
        <h2>${t.whatNow}</h2>
        <p>${now(look.name)}</p>
        ${link.used > 0 && html`<p>${t.link.paidBefore}</p>`}
      </section>`,
  );
}

function page(
  context: LinkPageContext,
  assets: CheckoutAssets | undefined,
  { title, summary }: { title: string; summary: Html | undefined },
  content: Html,
): Page {
  const { look, language } = context;
  return layout(look, assets, {
    language,
    title: `${title} · ${look.name}`,
    summary,
    main: html`<main id="main" class="inner card" tabindex="-1">${content}</main>`,
    otherLanguage: linkAddress({ ...context, language: language === 'es' ? 'en' : 'es' }),
  });
}

function amount({ link, t, language }: LinkPageContext): Html | undefined {
  if (link.amountInCents === null) return undefined;
  return html`<div class="sum">
    <p class="label">${t.amount}</p>
    <p class="amount">
      ${moneyText(link.amountInCents, link.currency, language)} <span class="currency">${link.currency}</span>
    </p>
  </div>`;
}
