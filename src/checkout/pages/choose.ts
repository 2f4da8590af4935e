import { type Html, html } from '@recaudo/html';
import type { RailOffer } from '../../payins/use-cases/checkout.service.js';
import { durationText } from '../moment-text.js';
import { moneyText } from '../money-text.js';
import type { ChoiceContext } from './choice-context.js';
import { payerForm } from './payer-form.js';
import { pageAddress, timeLeft, wayBack, whatNow } from './parts.js';
import { railGlyph } from './rail-glyph.js';

export function choosePage(context: ChoiceContext): { title: string; content: Html } {
  const { t, offers, offer } = context;
  if (offers.length === 0) return nothingOffered(context);
  return offer ? railPage(context, offer) : { title: t.choose.title, content: list(context) };
}

function nothingOffered(context: ChoiceContext) {
  const { t } = context;
  const content = html`${timeLeft(context)} ${notices(context)}
    <h1>${t.choose.none}</h1>
    <p class="lead">${t.choose.noneNow}</p>
    <div class="actions">
      <a class="button" href="${pageAddress(context)}">${t.reload}</a>
      ${wayBack(context, { isMain: false })}
    </div>`;
  return { title: t.choose.none, content };
}

function list(context: ChoiceContext): Html {
  const { t, offers } = context;
  return html`${timeLeft(context)} ${notices(context)}
    <h1>${t.choose.title}</h1>
    <ul class="rails">
      ${offers.map((offer) => html`<li>${item(context, offer)}</li>`)}
    </ul>
    ${wayBack(context, { isMain: false })}`;
}

function item(context: ChoiceContext, offer: RailOffer): Html {
  const { t, lastRail } = context;
  const { name, what } = t.rails[offer.rail];
  return html`<a class="rail" href="${pageAddress(context, { rail: offer.rail })}">
    ${railGlyph(offer.rail)}
    <span>
      <b>${name}</b>
      <small>${what}</small>
      <small>${conditions(context, offer)}</small>
      ${offer.rail === lastRail && html`<span class="badge">${t.choose.last}</span>`}
    </span>
    <span class="arrow" aria-hidden="true">›</span>
  </a>`;
}

/** How long there is, and what its provider takes. */
function conditions({ t, language, view }: ChoiceContext, { minutes, minInCents, maxInCents }: RailOffer): string {
  const money = (cents: bigint) => moneyText(cents, view.currency, language);
  return [
    t.choose.minutes(durationText(minutes, language)),
    minInCents !== null && t.choose.min(money(minInCents)),
    maxInCents !== null && t.choose.max(money(maxInCents)),
  ]
    .filter(Boolean)
    .join(' · ');
}

function railPage(context: ChoiceContext, offer: RailOffer) {
  const { t, offers } = context;
  const { name, need } = t.rails[offer.rail];
  const title = t.choose.titleOf(name);
  const content = html`${timeLeft(context)} ${notices(context)}
    <div class="chosen">
      ${railGlyph(offer.rail)}
      <h1>${title}</h1>
      ${offers.length > 1 && html`<a href="${pageAddress(context)}" aria-label="${t.choose.changeWhat}">${t.choose.change}</a>`}
    </div>
    <p class="lead">${need} ${t.choose.minutes(durationText(offer.minutes, context.language))}.</p>
    ${payerForm(context, offer)} ${whatNow(context, t.choose.now, offer.fields.length > 0 && t.choose.privacy)}`;
  return { title, content };
}

/** Why the payer is here again. */
function notices({ t, view, isUnavailable, problems, offer }: ChoiceContext): Html {
  const { lastOrder } = view;
  // A problem that has no field on the page is said above it.
  const others = problems.filter(({ field }) => !offer?.fields.includes(field));
  return html`${isUnavailable && html`<p class="notice wrong" role="alert">${t.choose.unavailable}</p>`}
  ${
    lastOrder &&
    !isUnavailable &&
    problems.length === 0 &&
    html`<p class="notice">${t.choose.lastTry[lastOrder.status](t.rails[lastOrder.rail].name)}</p>`
  }
  ${problems.length > 0 && html`<p class="notice wrong" role="alert">${t.choose.fix}</p>`}
  ${others.map(({ code }) => html`<p class="notice wrong">${t.problems[code]}</p>`)}`;
}
