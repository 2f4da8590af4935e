import { Html, html } from '@recaudo/html';
import { pathOfProblem, Problem, PROBLEMS, type ProblemCode } from '../http/problem.js';
import { EXAMPLES } from './examples.js';
import { LANGUAGES, type Language, textsOf } from './texts/texts.js';

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[];
export const INDEX_PATH = '/problems';
const EXAMPLE_REQUEST_ID = '6f1c2f0e-8a53-4c1e-9d3b-0d7f5a1b2c3d';

/** The answer of one case, as the service would give it. */
export function exampleOf(code: ProblemCode, publicUrl: string): Record<string, unknown> {
  const { detail, errors } = EXAMPLES[code];
  // `/{id}` is part of a route.
  const shown = (text: string) => text.replaceAll(/(?<!\/)\{[a-z]+\}/g, '…');
  const fields = errors?.map(({ field, message }) => ({ field, message: shown(message) }));
  return new Problem(code, shown(detail), fields).toBody(EXAMPLE_REQUEST_ID, publicUrl);
}

/** What a problem is, what to do, and whether to send the request again. */
export function problemPage(code: ProblemCode, language: Language, publicUrl: string): string {
  const t = textsOf(language);
  const { title, what, todo } = t.problem(code);
  return document(
    language,
    `${title} · ${code}`,
    pathOfProblem(code),
    publicUrl,
  )(
    html`<h1>${title}</h1>
      <p class="code"><code>${code}</code> · HTTP ${PROBLEMS[code].status}</p>
      <h2>${t.headings.what}</h2>
      <p>${withCode(what)}</p>
      <h2>${t.headings.todo}</h2>
      <p>${withCode(todo)}</p>
      <h2>${t.headings.again}</h2>
      <p>${withCode(t.again[EXAMPLES[code].again])}</p>
      <h2>${t.headings.example}</h2>
      ${preformatted(JSON.stringify(exampleOf(code, publicUrl), null, 2))}`,
  );
}

export function indexPage(language: Language, publicUrl: string): string {
  const t = textsOf(language);
  return document(
    language,
    t.title,
    INDEX_PATH,
    publicUrl,
  )(
    html`<h1>${t.title}</h1>
      <ul>
        ${PROBLEM_CODES.map(
          (code) =>
            html`<li>
              <a href="${publicUrl}${pathOfProblem(code)}?lang=${language}"><code>${code}</code></a> ·
              ${PROBLEMS[code].status} · ${t.problem(code).title}
            </li>`,
        )}
      </ul>`,
  );
}

const STYLE = `:root{color-scheme:light dark;--ink:#16202e;--muted:#566273;--paper:#fff;--line:#d8dfe7;--link:#0b5e44}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf3;--muted:#a2aebc;--paper:#10161e;--line:#303b49;--link:#4cc699}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:42rem;margin:0 auto;padding:1.5rem 1rem 3rem}
nav{display:flex;gap:1rem;justify-content:space-between;max-width:42rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .25rem}h2{font-size:1rem;margin:1.5rem 0 .25rem}p{margin:0}
.code{color:var(--muted)}a{color:var(--link)}ul{padding-left:1.2rem}li{margin:.35rem 0}code,pre{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
pre{margin:.5rem 0 0;padding:1rem;border:1px solid var(--line);border-radius:8px;white-space:pre-wrap}`;

function document(language: Language, title: string, path: string, publicUrl: string): (main: Html) => string {
  const t = textsOf(language);
  const other = LANGUAGES.find((one) => one !== language)!;
  return (main) =>
    html`<!doctype html>
      <html lang="${language}">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${title}</title>
          <link rel="icon" href="data:," />
          ${new Html(`<style>${STYLE}</style>`)}
        </head>
        <body>
          <nav>
            <a href="${publicUrl}${INDEX_PATH}?lang=${language}">${t.all}</a>
            <a href="${publicUrl}${path}?lang=${other}" lang="${other}" hreflang="${other}">${t.otherLanguage}</a>
          </nav>
          <main>${main}</main>
        </body>
      </html> `.text;
}

/** Words between backticks are code. */
function withCode(text: string): readonly Html[] {
  return text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

/** In one piece: the formatter would move blanks that are shown. */
function preformatted(text: string): Html {
  return new Html(`<pre>${html`${text}`.text}</pre>`);
}
