import { type Html, html } from '@recaudo/html';
import { momentText } from '../moment-text.js';
import { moneyText } from '../money-text.js';
import { facts, follow, type PayinPageContext, sign, wayBack, whatNow } from './parts.js';
import type { Stage } from './stage.js';

const NEW_FOR_MS = 120_000;
const BACK_AFTER_SECONDS = 10;

interface Outcome {
  title: string;
  content: Html;
}

/** The payin waits for its provider. */
export function openingPage(context: PayinPageContext): Outcome {
  const { t, view } = context;
  const content = html`<span class="spinner" aria-hidden="true"></span>
    <h1>${t.opening.title}</h1>
    ${whatNow(context, t.opening.now(t.rails[view.rail].name))} ${follow(context)}`;
  return { title: t.opening.title, content };
}

export function checkingPage(context: PayinPageContext, why: 'amount' | 'time'): Outcome {
  const { t } = context;
  const content = html`${sign('wait')}
    <h1>${t.checking.title}</h1>
    ${whatNow(context, t.checking[why])} ${follow(context)} ${reference(context)}`;
  return { title: t.checking.title, content };
}

export function paidPage(context: PayinPageContext): Outcome {
  const { t, view, look, language } = context;
  const { amountInCents, amountReceivedInCents, amountStatus, currency, resultAt } = view;
  const tooMuch = amountStatus === 'OVERPAID' ? amountReceivedInCents - amountInCents : 0n;
  const content = html`${sign('good')}
    <h1>${t.paid.title}</h1>
    <section class="receipt" aria-label="${t.paid.receipt}">
      ${facts([
        [t.paid.received, html`<b>${moneyText(amountReceivedInCents, currency, language)} ${currency}</b>`],
        [t.paid.rail, t.rails[view.rail].name],
        [t.paid.date, resultAt && momentText(resultAt, language)],
        [t.description, view.description],
        [t.reference, view.reference],
        [t.paid.number, view.payinId],
      ])}
    </section>
    ${whatNow(
      context,
      t.paid.now(look.name),
      tooMuch > 0n && t.paid.over(moneyText(tooMuch, currency, language), look.name),
    )}
    <div class="actions">
      ${wayBack(context, { isMain: true })}
      <button type="button" class="button plain scripted" data-print>${t.print}</button>
    </div>
    ${backSoon(context)}`;
  return { title: t.paid.title, content };
}

/** The script goes back by itself while the payment is new: whoever comes back for the receipt stays. */
function backSoon({ t, view: { redirectUrl, resultAt, now } }: PayinPageContext): Html | undefined {
  const isNew = resultAt !== null && now.getTime() - resultAt.getTime() < NEW_FOR_MS;
  if (redirectUrl === null || !isNew) return undefined;
  return html`<p class="soon scripted" data-back-in="${BACK_AFTER_SECONDS}">
    ${t.backSoon} <b>${BACK_AFTER_SECONDS}</b> s
    <button type="button" class="link" data-stay>${t.stay}</button>
  </p>`;
}

export function underpaidPage(context: PayinPageContext): Outcome {
  const { t, view, look, language } = context;
  const { amountInCents, amountReceivedInCents, currency } = view;
  const content = html`${sign('wait')}
    <h1>${t.underpaid.title}</h1>
    ${facts([
      [t.underpaid.received, html`<b>${moneyText(amountReceivedInCents, currency, language)}</b>`],
      [t.underpaid.missing, html`<b>${moneyText(amountInCents - amountReceivedInCents, currency, language)}</b>`],
      [t.reference, view.reference],
    ])}
    ${whatNow(context, t.underpaid.now(look.name))}
    <div class="actions">${wayBack(context, { isMain: true })}</div>`;
  return { title: t.underpaid.title, content };
}

const SIGN_OF = { rejected: 'bad', expired: 'wait', canceled: 'bad', failed: 'bad', reversed: 'back' } as const;

/** It ended without money. */
export function endedPage(context: PayinPageContext, kind: keyof typeof SIGN_OF): Outcome {
  const { t, look } = context;
  const { title, now } = t[kind];
  const content = html`${sign(SIGN_OF[kind])}
    <h1>${title}</h1>
    ${whatNow(context, now, kind === 'reversed' ? t.ask(look.name) : t.again(look.name))}
    <div class="actions">${wayBack(context, { isMain: true })}</div>
    ${reference(context)}`;
  return { title, content };
}

function reference({ t, view }: PayinPageContext): Html {
  return facts([[t.reference, view.reference]]);
}

export function outcomePage(context: PayinPageContext, stage: Exclude<Stage, { kind: 'choose' | 'pay' }>): Outcome {
  if (stage.kind === 'opening') return openingPage(context);
  if (stage.kind === 'checking') return checkingPage(context, stage.why);
  if (stage.kind === 'paid') return paidPage(context);
  return stage.kind === 'underpaid' ? underpaidPage(context) : endedPage(context, stage.kind);
}
