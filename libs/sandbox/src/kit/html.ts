import { createHash } from 'node:crypto';
import { Html, html } from '@recaudo/html';

const STYLE = `
:root { color-scheme: light dark; --ink: #16202e; --muted: #5b6777; --paper: #fff; --back: #eef2f6; --line: #d8dfe7; --accent: #0b6e4f; --warn: #a33a2a }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf3; --muted: #9aa7b6; --paper: #1a222d; --back: #10161e; --line: #303b49; --accent: #3fb78d; --warn: #ec8474 } }
* { box-sizing: border-box }
body { margin: 0; padding: 1rem; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 28rem; margin: 2rem auto; padding: 1.5rem; background: var(--paper); border: 1px solid var(--line); border-radius: 12px }
h1 { margin: 0 0 1rem; font-size: 1.25rem }
dl { display: grid; grid-template-columns: auto 1fr; gap: .35rem 1rem; margin: 0 0 1.25rem }
dt { color: var(--muted) } dd { margin: 0; text-align: right; overflow-wrap: anywhere }
.amount { font-size: 1.6rem; font-weight: 700 } .key { font-family: ui-monospace, monospace }
label { display: block; margin-bottom: 1rem; color: var(--muted) }
input, button { width: 100%; padding: .7rem; border: 1px solid var(--line); border-radius: 8px; font: inherit }
input { margin-top: .25rem; background: transparent; color: var(--ink) }
button { margin-top: .6rem; background: transparent; color: var(--ink); cursor: pointer }
button.main { background: var(--accent); border-color: var(--accent); color: var(--paper); font-weight: 600 }
button.refuse { color: var(--warn); border-color: var(--warn) }
a { color: var(--accent) } .note { margin: 0 0 1rem } .small { margin: 1.25rem 0 0; color: var(--muted); font-size: .85rem }
`;

/** Not in a template: its hash is of each of its characters, which the formatter would move. */
function styleElement(style: string): Html {
  return new Html(`<style>${style}</style>`);
}

/** A whole page, small enough for a telephone and without JavaScript. */
export function document({
  language,
  title,
  style,
  body,
}: {
  language: string;
  title: string;
  style: string;
  body: Html;
}): string {
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${styleElement(style)}
      </head>
      <body>
        ${body}
      </body>
    </html> `.text;
}

/** A payer's page, in Spanish. */
export function page(title: string, content: Html): string {
  const body = html`<main>
    <h1>${title}</h1>
    ${content}
  </main>`;
  return document({ language: 'es', title, style: STYLE, body });
}

/** Headers of a page with this style alone: no script can run, whatever an order's text says. */
export function headersWith(style: string): Readonly<Record<string, string>> {
  const hash = createHash('sha256').update(style).digest('base64');
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}

export const PAGE_HEADERS = headersWith(STYLE);
