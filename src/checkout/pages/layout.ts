import { Html, html } from '@recaudo/html';
import type { CheckoutAssets } from '../assets.js';
import type { Appearance } from '../../checkout-settings/checkout-settings.service.js';
import type { Language } from '../texts/language.js';
import { textsOf } from '../texts/texts.js';
import { brandStyle } from './brand.js';
import { httpUrl } from './http-url.js';

/** A page and the headers that belong to it. */
export interface Page {
  body: string;
  headers: Readonly<Record<string, string>>;
}

export interface PageParts {
  language: Language;
  title: string;
  /** Below the merchant's name: what it is about. */
  summary?: Html;
  /** The `main` element. */
  main: Html;
  /** The address of this page in the other language. */
  otherLanguage: string | undefined;
}

/** Whose page it is; undefined where that is not known. */
export function layout(look: Appearance | undefined, assets: CheckoutAssets | undefined, parts: PageParts): Page {
  const { language, title, summary, main, otherLanguage } = parts;
  const t = textsOf(language);
  const brand = look && brandStyle(look);
  const { text } = html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="color-scheme" content="light dark" />
        <meta name="format-detection" content="telephone=no" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${assets && html`<link rel="stylesheet" href="${assets.style}" />`} ${brand?.element}
        ${assets && html`<script type="module" src="${assets.script}"></script>`}
      </head>
      <body>
        <a class="skip" href="#main">${t.skip}</a>
        <header class="top">
          <div class="inner">${look && who(look)} ${summary}</div>
        </header>
        ${main}
        <footer class="inner foot">
          ${look && help(look, language)}
          <p>
            <span class="lock" aria-hidden="true">${LOCK}</span> ${t.secure}
            ${
              otherLanguage &&
              html`·
                <a
                  href="${otherLanguage}"
                  hreflang="${language === 'es' ? 'en' : 'es'}"
                  lang="${language === 'es' ? 'en' : 'es'}"
                  >${t.otherLanguage}</a
                >`
            }
          </p>
        </footer>
        <p class="unseen" role="status" data-announce></p>
      </body>
    </html> `;
  return { body: text, headers: headersOf(look?.frameOrigins ?? [], brand?.source) };
}

const LOCK = new Html(
  '<svg viewBox="0 0 16 16" width="14" height="14"><path fill="currentColor" d="M4 7V5a4 4 0 0 1 8 0v2h.5c.8 0 1.5.7 1.5 1.5v5c0 .8-.7 1.5-1.5 1.5h-9C2.7 15 2 14.3 2 13.5v-5C2 7.700 2.7 7 3.5 7H4zm1.6 0h4.800V5a2.4 2.4 0 0 0-4.800 0v2z"/></svg>',
);

function who({ name, logoUrl, logoSize }: Appearance): Html {
  const mark =
    logoUrl === null
      ? html`<span class="mark" aria-hidden="true">${initialOf(name)}</span>`
      : html`<img class="logo" src="${logoUrl}" alt="" width="${logoSize?.width}" height="${logoSize?.height}" />`;
  return html`<p class="who">${mark} <span>${name}</span></p>`;
}

function initialOf(name: string): string {
  return String.fromCodePoint(name.trim().codePointAt(0) ?? 0x20).toUpperCase();
}

function help({ name, support }: Appearance, language: Language): Html | undefined {
  const t = textsOf(language);
  const url = support.url === null ? undefined : httpUrl(support.url);
  const ways = [
    support.email !== null && html`<a href="mailto:${support.email}">${support.email}</a>`,
    support.phone !== null && html`<a href="tel:${support.phone}">${support.phone}</a>`,
    url && html`<a href="${url}" target="_top" rel="noreferrer">${t.helpOf(name)}</a>`,
  ].filter((way) => way instanceof Html);
  if (ways.length === 0) return undefined;
  return html`<p>${t.help} ${ways.map((way, at) => html`${at > 0 && ' · '}${way}`)}</p>`;
}

const ORIGIN = /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?$/;

/**
 * Scripts from here alone, no styles but ours and the organization's colour, nobody's frame but of those that the organization names.
 * X-Frame-Options cannot name any, so where some may it is left out.
 */
function headersOf(frameOrigins: readonly string[], style: string | undefined): Readonly<Record<string, string>> {
  const framers = frameOrigins.filter((origin) => ORIGIN.test(origin));
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${style ? ` ${style}` : ''}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${framers.length > 0 ? framers.join(' ') : "'none'"}`,
  ].join('; ');
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    ...(framers.length > 0 ? {} : { 'x-frame-options': 'DENY' }),
  };
}
