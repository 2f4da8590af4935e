import type { Instructions } from '@recaudo/payment-provider';
import { type Html, html } from '@recaudo/html';
import { moneyText, typedAmount } from '../money-text.js';
import { emvCoTextOf } from './qr-text.js';
import { httpUrl } from './http-url.js';
import { copyable, follow, type PayinPageContext, steps, timeLeft, whatNow } from './parts.js';
import { qrPicture } from './qr-picture.js';

type Of<Type extends Instructions['type']> = Extract<Instructions, { type: Type }>;

interface Shown {
  title: string;
  content: Html;
}

const PAGES: { readonly [Type in Instructions['type']]: (context: PayinPageContext, instructions: Of<Type>) => Shown } =
  {
    redirect,
    breb_key: brebKey,
    push,
    voucher,
    message,
  };

/** What the payer does next, by what the provider gave. */
export function instructionsPage<Type extends Instructions['type']>(
  context: PayinPageContext,
  instructions: Of<Type>,
): Shown {
  return PAGES[instructions.type](context, instructions);
}

function redirect(context: PayinPageContext, { url }: Of<'redirect'>) {
  const { t, view } = context;
  const isBank = view.rail === 'PSE';
  const title = isBank ? t.redirect.titlePse : t.redirect.title;
  const content = html`${heading(context, title)}
    <p class="lead">${t.rails[view.rail].need}</p>
    ${leave(url, isBank ? t.redirect.goPse : t.redirect.go, { isMain: true })} ${whatNow(context, t.redirect.now)}
    ${follow(context)}`;
  return { title, content };
}

function brebKey(context: PayinPageContext, { key, qr, url }: Of<'breb_key'>) {
  const { t, view, language, look } = context;
  const { amountInCents, currency, payerMayEditAmount } = view;
  const code = qr === undefined ? undefined : emvCoTextOf(qr);
  const content = html`${heading(context, t.breb.title)} ${copyable(t.breb.key, key, { t, isMain: true })}
  ${
    payerMayEditAmount &&
    copyable(t.breb.exact, typedAmount(amountInCents, currency), {
      t,
      shown: moneyText(amountInCents, currency, language),
    })
  }
  ${steps(payerMayEditAmount ? t.breb.steps : t.breb.stepsFixed)}
  ${
    code !== undefined &&
    html`<figure class="scan">
      ${qrPicture(code, t.breb.qr)}
      <figcaption>${t.breb.scan}</figcaption>
    </figure>`
  }
  ${url !== undefined && leave(url, t.breb.open, { isMain: false })}
  ${whatNow(context, t.breb.now, payerMayEditAmount && t.breb.differs(look.name))} ${follow(context)}`;
  return { title: t.breb.title, content };
}

function push(context: PayinPageContext) {
  const { t, view } = context;
  const content = html`${heading(context, t.push.title)} ${steps(t.push.steps(t.rails[view.rail].name))}
  ${whatNow(context, t.push.now)} ${follow(context)}`;
  return { title: t.push.title, content };
}

function voucher(context: PayinPageContext, { code, url }: Of<'voucher'>) {
  const { t, view } = context;
  const content = html`${heading(context, t.voucher.title)} ${copyable(t.voucher.code, code, { t, isMain: true })}
    ${steps(t.voucher.steps(t.rails[view.rail].name))}
    <div class="actions">
      <button type="button" class="button scripted" data-print>${t.print}</button>
      ${url !== undefined && leave(url, t.voucher.open, { isMain: false })}
    </div>
    ${whatNow(context, t.voucher.now)} ${follow(context)}`;
  return { title: t.voucher.title, content };
}

function message(context: PayinPageContext, { text }: Of<'message'>) {
  const { t } = context;
  const content = html`${heading(context, t.message.title)}
    <p class="lead kept">${text}</p>
    ${whatNow(context, t.message.now)} ${follow(context)}`;
  return { title: t.message.title, content };
}

function heading(context: PayinPageContext, title: string): Html {
  return html`${timeLeft(context)}
    <h1>${title}</h1>`;
}

/** A link out of here; none where the address is one that no browser should be sent to. */
function leave(url: string, text: string, { isMain }: { isMain: boolean }): Html | undefined {
  const href = httpUrl(url);
  return href === undefined
    ? undefined
    : html`<a class="button${isMain ? '' : ' plain'}" href="${href}" target="_top" rel="noreferrer">${text}</a>`;
}
