import { Html, html } from '@recaudo/html';
import type { CheckoutView } from '../../payins/use-cases/checkout.service.js';
import type { Appearance } from '../../checkout-settings/checkout-settings.service.js';
import { clockText, dueText, LONGEST_CLOCK_MS } from '../moment-text.js';
import { moneyText } from '../money-text.js';
import type { Language } from '../texts/language.js';
import type { Texts } from '../texts/texts.js';
import { endOf, isFollowed } from './stage.js';

/** What the parts of a payin's page are made of. */
export interface PayinPageContext {
  view: CheckoutView;
  look: Appearance;
  language: Language;
  t: Texts;
  token: string;
}

/** The address of the payin's page in this language. */
export function pageAddress(
  { token, language, look }: Pick<PayinPageContext, 'token' | 'language' | 'look'>,
  more: Readonly<Record<string, string>> = {},
  path = '',
): string {
  const parameters = new URLSearchParams(more);
  if (language !== look.language) parameters.set('lang', language);
  const text = parameters.toString();
  return `/pay/${token}${path}${text && `?${text}`}`;
}

/** The amount and what it is for. */
export function summary({ view, language, t }: PayinPageContext): Html {
  return html`<div class="sum">
    <p class="label">${t.amount}</p>
    <p class="amount">
      ${moneyText(view.amountInCents, view.currency, language)} <span class="currency">${view.currency}</span>
    </p>
    ${view.description !== null && html`<p class="concept">${view.description}</p>`}
  </div>`;
}

/** The page's `main`, with what its script needs to follow the payin. */
export function main({ view, token, t }: PayinPageContext, content: Html): Html {
  const live = isFollowed(view)
    ? html`data-events="/checkout/${token}/events?version=${view.version}" data-state="/checkout/${token}"`
    : html``;
  return html`<main
    id="main"
    class="inner card"
    tabindex="-1"
    data-version="${view.version}"
    ${live}
    data-copied="${t.copied}"
  >
    ${content}
  </main>`;
}

/** How long it can still be paid. The script counts on, by our clock: what it needs is how much was left when we answered. */
export function timeLeft({ view, language, t }: PayinPageContext): Html {
  const end = endOf(view);
  const leftMs = end.getTime() - view.now.getTime();
  const clock =
    leftMs < LONGEST_CLOCK_MS &&
    html`<span class="scripted" data-ends-in="${leftMs}">${t.left} <b data-clock>${clockText(leftMs)}</b></span>`;
  return html`<p class="due">
    <time datetime="${end.toISOString()}">${t.due(dueText(end, view.now, language))}</time>${clock}
  </p>`;
}

export function whatNow({ t }: PayinPageContext, ...sentences: readonly (string | false | null)[]): Html {
  return html`<section class="now" aria-label="${t.whatNow}">
    <h2>${t.whatNow}</h2>
    ${sentences.filter((sentence) => typeof sentence === 'string').map((sentence) => html`<p>${sentence}</p>`)}
  </section>`;
}

/** For who has no script, and whoever does not trust the page to go on by itself. */
export function follow(context: PayinPageContext): Html {
  const { t, view } = context;
  const { payerChooses, orderExpiresAt, expiresAt, now, amountStatus } = view;
  const isChosen = payerChooses && amountStatus === 'NONE' && orderExpiresAt !== null;
  const mayChooseLater = isChosen && now < orderExpiresAt && orderExpiresAt < expiresAt;
  return html`${mayChooseLater && html`<p class="hint">${t.choose.later}</p>`}
    <p class="follow">
      <span class="scripted"><span class="pulse" aria-hidden="true"></span>${t.live}</span>
      <span class="unscripted">${t.reloadNote}</span>
      <a class="unscripted button plain" href="${pageAddress(context)}">${t.reload}</a>
    </p>`;
}

export function wayBack(context: PayinPageContext, { isMain }: { isMain: boolean }): Html | undefined {
  const { view, t, look } = context;
  if (view.redirectUrl === null) return undefined;
  return html`<a
    class="button${isMain ? '' : ' plain'}"
    href="${pageAddress(context, {}, '/return')}"
    target="_top"
    data-back
    >${t.backTo(look.name)}</a
  >`;
}

/** A value that is taken elsewhere by hand, with a button that copies it. */
export function copyable(
  label: string,
  value: string,
  { t, shown = value, isMain = false }: { t: Texts; shown?: string; isMain?: boolean },
): Html {
  return html`<div class="copyable">
    <p>
      <span class="label">${label}</span>
      <span class="value">${shown}</span>
    </p>
    <button
      type="button"
      class="button${isMain ? '' : ' plain'} scripted"
      data-copy="${value}"
      aria-label="${t.copy}: ${label}"
    >
      ${t.copy}
    </button>
  </div>`;
}

export function steps(texts: readonly string[]): Html {
  return html`<ol class="steps">
    ${texts.map((text) => html`<li>${text}</li>`)}
  </ol>`;
}

export function facts(rows: readonly (readonly [string, string | Html | null])[]): Html {
  return html`<dl class="facts">
    ${rows
      .filter(([, value]) => value !== null)
      .map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
  </dl>`;
}

const SIGNS = {
  good: 'm7 12.5 3.3 3.3L17.2 9',
  wait: 'M12 7v5.3l3.3 2',
  bad: 'm8.3 8.3 7.4 7.4m0-7.4-7.4 7.4',
  back: 'M8 9.5h6.5a3 3 0 0 1 0 6H11M8 9.5 10.5 7M8 9.5l2.5 2.5',
} as const;

/** The picture of a state. */
export function sign(kind: keyof typeof SIGNS): Html {
  return html`<svg class="sign ${kind}" viewBox="0 0 24 24" width="56" height="56" aria-hidden="true">
    <circle cx="12" cy="12" r="11" />
    <path d="${SIGNS[kind]}" />
  </svg>`;
}
